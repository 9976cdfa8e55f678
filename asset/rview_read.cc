#include "asset/rview_read.h"

#include "asset/rview_picture.h"
#include "asset/rview_points.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "base/text.h"

namespace rv {
namespace asset {
namespace {

tl::unexpected<Error> Damaged(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, what, "copy or convert the file again");
}

Status CheckFileList(const OpenedRview& opened) {
  const std::vector<FileRecord>& files = opened.manifest.files;
  if (opened.entries.size() != files.size() + 1)
    return Damaged("manifest.json lists other files than the archive has");
  for (std::size_t i = 0; i < files.size(); ++i) {
    const ZipEntry& entry = opened.entries[i + 1];
    if (entry.name != files[i].name || entry.size != files[i].size)
      return Damaged("manifest.json lists " + files[i].name + " where the archive has " + entry.name);
  }
  return {};
}

}  // namespace

Result<std::string> ReadManifestText(const ByteSource& source, const ReadOptions& options) {
  const Result<ZipEntry> entry = ReadFirstZipEntry(source);
  if (!entry) return Forward(entry);
  // Beyond the end it is a truncated file, whatever size it claims.
  if (entry->size <= source.size() && entry->size > options.max_manifest_bytes)
    return Fail(ErrorCode::kInvalidArgument, Text("manifest.json has ", entry->size, " bytes; at most ",
                                                  options.max_manifest_bytes, " are read"));
  const Result<std::vector<std::uint8_t>> text = source.Read(entry->data_offset, entry->size);
  if (!text) return Forward(text);
  if (Crc32(*text) != entry->crc) return Damaged("manifest.json is damaged: its CRC differs");
  return std::string(text->begin(), text->end());
}

Result<OpenedRview> OpenRview(const ByteSource& source, const ReadOptions& options) {
  if (source.size() > options.max_file_bytes)
    return Fail(ErrorCode::kInvalidArgument, Text("the file has ", source.size(), " bytes; at most ",
                                                  options.max_file_bytes, " are read"));
  const Result<std::string> text = ReadManifestText(source, options);
  if (!text) return Forward(text);
  // Its version comes before the container's details, which a later major version may change.
  Result<ParsedManifest> manifest = ParseManifestText(*text, options);
  if (!manifest) return Forward(manifest);
  Result<std::vector<ZipEntry>> entries = ReadZipEntries(source, options.max_files);
  if (!entries) return Forward(entries);
  OpenedRview opened{.manifest = std::move(*manifest), .entries = std::move(*entries)};
  if (const Status status = CheckFileList(opened); !status) return Forward(status);
  for (std::size_t i = 0; i < opened.entries.size(); ++i) opened.index[opened.entries[i].name] = i;
  return opened;
}

std::vector<PictureSlot> PictureSlots(ParsedManifest& manifest) {
  std::vector<PictureSlot> slots;
  const auto add = [&](EncodedImage& image, const std::string& file, bool is_source) {
    if (!file.empty()) slots.push_back({.image = &image, .file = file, .is_source = is_source});
  };
  RotatingView& view = manifest.view;
  for (std::size_t i = 0; i < view.views.size(); ++i)
    for (std::size_t k = 0; k < kViewPictures.size(); ++k)
      add(view.views[i].*kViewPictures[k].image, manifest.view_files[i][k], false);
  for (std::size_t i = 0; i < view.sources.size(); ++i)
    for (std::size_t k = 0; k < kFramePictures.size(); ++k)
      add(view.sources[i].*kFramePictures[k].image, manifest.source_files[i][k], true);
  return slots;
}

Result<std::vector<std::uint8_t>> ReadChecked(const ByteSource& source,
                                              const OpenedRview& opened,
                                              const std::string& name) {
  const auto found = opened.index.find(name);
  if (found == opened.index.end() || found->second == 0) return Damaged("the archive has no file " + name);
  const ZipEntry& entry = opened.entries[found->second];
  Result<std::vector<std::uint8_t>> bytes = source.Read(entry.data_offset, entry.size);
  if (!bytes) return Forward(bytes);
  if (Hex(Sha256(*bytes)) != opened.manifest.files[found->second - 1].sha256)
    return Damaged(name + " is damaged: its SHA-256 differs");
  return bytes;
}

Status ReadPicture(const ByteSource& source,
                   const OpenedRview& opened,
                   const PictureSlot& slot,
                   const ReadOptions& options) {
  const auto found = opened.index.find(slot.file);
  if (found != opened.index.end() && opened.entries[found->second].size > options.max_picture_bytes)
    return Fail(ErrorCode::kInvalidArgument,
                Text(slot.file, " has more than ", options.max_picture_bytes, " bytes"));
  Result<std::vector<std::uint8_t>> bytes = ReadChecked(source, opened, slot.file);
  if (!bytes) return Forward(bytes);
  const auto size = ReadPictureSize(*bytes, slot.image->format);
  if (!size || *size != PictureSize{slot.image->width, slot.image->height})
    return Damaged(slot.file + " is no " + slot.image->format +
                   " picture of the size that manifest.json gives");
  slot.image->bytes = std::move(*bytes);
  return {};
}

Result<std::vector<Point>> ReadPoints(const ByteSource& source,
                                      const OpenedRview& opened,
                                      const ReadOptions& options) {
  const ParsedManifest& manifest = opened.manifest;
  const Result<std::vector<std::uint8_t>> bytes = ReadChecked(source, opened, manifest.points_file);
  if (!bytes) return Forward(bytes);
  Result<std::vector<Point>> points = DecodePoints(*bytes, manifest.view.sources.size(), options);
  if (points &&
      (points->size() != manifest.point_count || CountObservations(*points) != manifest.observation_count))
    return Damaged(manifest.points_file + " has other counts than manifest.json gives");
  return points;
}

namespace {

Status LoadPictures(const ByteSource& source, OpenedRview& opened, const ReadOptions& options) {
  std::vector<PictureSlot> slots = PictureSlots(opened.manifest);
  if (!options.load_sources) std::erase_if(slots, [](const PictureSlot& slot) { return slot.is_source; });
  std::vector<Status> outcomes(slots.size());
  // Below this size starting threads takes longer than the work.
  constexpr std::uint64_t kWorthThreads = 1 << 20;
  const int threads = source.size() < kWorthThreads ? 1 : 0;
  ParallelFor(slots.size(), threads,
              [&](std::size_t i) { outcomes[i] = ReadPicture(source, opened, slots[i], options); });
  for (const Status& outcome : outcomes)
    if (!outcome) return Forward(outcome);
  return {};
}

Result<RotatingView> ReadFrom(const ByteSource& source, const ReadOptions& options) {
  Result<OpenedRview> opened = OpenRview(source, options);
  if (!opened) return Forward(opened);
  if (options.strict)
    if (const Status status = CheckZipDigest(source); !status) return Forward(status);
  if (const Status status = LoadPictures(source, *opened, options); !status) return Forward(status);
  RotatingView& view = opened->manifest.view;
  if (!opened->manifest.points_file.empty() && options.load_points) {
    Result<std::vector<Point>> points = ReadPoints(source, *opened, options);
    if (!points) return Forward(points);
    view.reconstruction->points = std::move(*points);
  }
  return std::move(view);
}

}  // namespace
}  // namespace asset

Result<RotatingView> DecodeRview(std::span<const std::uint8_t> bytes, const ReadOptions& options) {
  return asset::ReadFrom(*asset::MakeMemorySource(bytes), options);
}

Result<std::string> ReadManifestJson(const std::filesystem::path& path, const ReadOptions& options) {
  const auto source = asset::OpenFileSource(path);
  if (!source) return Forward(source);
  Result<asset::OpenedRview> opened = asset::OpenRview(**source, options);
  Result<std::string> text =
      opened ? asset::ReadManifestText(**source, options) : Result<std::string>(Forward(opened));
  if (!text) text.error().message = path.string() + ": " + text.error().message;
  return text;
}

Result<RotatingView> ReadRview(const std::filesystem::path& path, const ReadOptions& options) {
  const auto source = asset::OpenFileSource(path);
  if (!source) return Forward(source);
  Result<RotatingView> view = asset::ReadFrom(**source, options);
  if (!view) view.error().message = path.string() + ": " + view.error().message;
  return view;
}

}  // namespace rv
