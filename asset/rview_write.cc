#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>

#include "asset/manifest_parts.h"
#include "asset/rview_file.h"
#include "asset/rview_picture.h"
#include "asset/rview_zip.h"
#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "base/safe_name.h"
#include "base/text.h"

namespace rv {
namespace {

using asset::FramePicture;
using asset::kFramePictures;
using asset::kViewPictures;
using asset::PlannedFile;
using asset::ViewPicture;
using asset::ZipEntry;
using Bytes = std::span<const std::uint8_t>;
using Sink = std::function<Status(Bytes)>;

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(ErrorCode::kInvalidArgument, "the asset cannot be written: " + what);
}

Status CheckPicture(const EncodedImage& image, const std::string& what, bool required) {
  if (image.format.empty() && image.bytes.empty()) {
    if (required) return Refused(what + " has no picture");
    return {};
  }
  if (image.bytes.empty()) return Refused("the picture of " + what + " was not loaded");
  const auto size = asset::ReadPictureSize(image.bytes, image.format);
  if (!size || *size != asset::PictureSize{image.width, image.height})
    return Refused("the picture of " + what + " is no '" + image.format + "' of the size given");
  return {};
}

Status CheckPictures(const RotatingView& view) {
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    for (const ViewPicture& picture : kViewPictures) {
      const bool required = picture.image == &View::image;
      const std::string name = required ? Text("view ", i) : Text("view ", i, "'s ", picture.what);
      if (const Status status = CheckPicture(view.views[i].*picture.image, name, required); !status)
        return Forward(status);
    }
  }
  for (const SourceFrame& source : view.sources) {
    // Names are stored exactly; the manifest's own check sees them after bad UTF-8 has been replaced.
    if (!IsSafeName(source.name)) return Refused("a frame's name is not allowed: '" + source.name + "'");
    for (const FramePicture& picture : kFramePictures)
      if (const Status status =
              CheckPicture(source.*picture.image, Text("frame ", source.name, "'s ", picture.what), false);
          !status)
        return Forward(status);
  }
  return {};
}

// What is written must be readable: the reader's own rules are applied to the manifest before it is stored.
Result<std::string> MakeManifest(const RotatingView& view, std::span<const asset::PlannedFile> files) {
  std::string manifest = asset::ManifestText(view, asset::RecordFiles(files));
  const auto parsed = asset::ParseManifestText(manifest, ReadOptions{});
  if (!parsed) return Refused(parsed.error().message);
  if (view.reconstruction)
    for (const Point& point : view.reconstruction->points)
      for (const Observation& seen : point.track)
        if (seen.frame.value >= view.sources.size() || !seen.pixel.allFinite() || !point.position.allFinite())
          return Refused("a point's track is not finite or refers to a frame that is not there");
  return manifest;
}

std::vector<asset::ZipEntry> MakeEntries(Bytes manifest, std::span<const asset::PlannedFile> files) {
  std::vector<asset::ZipEntry> entries(files.size() + 1);
  entries[0] = {
      .name = std::string(asset::kManifestName), .size = manifest.size(), .crc = asset::Crc32(manifest)};
  ParallelFor(files.size(), asset::HashThreads(files), [&](std::size_t i) {
    entries[i + 1] = {
        .name = files[i].name, .size = files[i].bytes.size(), .crc = asset::Crc32(files[i].bytes)};
  });
  asset::LayOutZip(entries);
  return entries;
}

Status StreamRview(const RotatingView& view, const Sink& write) {
  if (const Status status = CheckPictures(view); !status) return Forward(status);
  const std::vector<asset::PlannedFile> files = asset::PlanFiles(view);
  const Result<std::string> manifest = MakeManifest(view, files);
  if (!manifest) return Forward(manifest);
  const Bytes manifest_bytes(reinterpret_cast<const std::uint8_t*>(manifest->data()), manifest->size());
  const std::vector<asset::ZipEntry> entries = MakeEntries(manifest_bytes, files);
  Sha256Stream sha;
  const auto put = [&](Bytes bytes) {
    sha.Update(bytes);
    return write(bytes);
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (const Status status = put(asset::ZipLocalHeader(entries[i])); !status) return Forward(status);
    if (const Status status = put(i == 0 ? manifest_bytes : files[i - 1].bytes); !status)
      return Forward(status);
  }
  if (const Status status = put(asset::ZipDirectory(entries)); !status) return Forward(status);
  const std::string digest = Hex(sha.Finish());
  return write(Bytes(reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()));
}

}  // namespace

Result<std::vector<std::uint8_t>> EncodeRview(const RotatingView& view) {
  std::vector<std::uint8_t> bytes;
  const Status status = StreamRview(view, [&](Bytes piece) -> Status {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  });
  if (!status) return Forward(status);
  return bytes;
}

Status WriteRview(const RotatingView& view, const std::filesystem::path& path) {
  Result<StagedOutput> staged = StagedOutput::File(path);
  if (!staged) return Forward(staged);
  std::ofstream out(staged->path(), std::ios::binary);
  const auto write = [&](Bytes piece) -> Status {
    out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    if (!out) return tl::unexpected(SystemError("cannot write", path, errno));
    return {};
  };
  if (const Status status = StreamRview(view, write); !status) return Forward(status);
  out.close();
  if (!out) return tl::unexpected(SystemError("cannot write", path, errno));
  return staged->Commit();
}

}  // namespace rv
