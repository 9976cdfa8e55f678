#include "capture/decode_photos.h"

#include <algorithm>
#include <cctype>

#include "base/natural_order.h"
#include "base/parallel.h"
#include "capture/input/sniff.h"
#include "capture/photos/folder.h"
#include "capture/photos/photo_jobs.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

bool NamedLikePhoto(const fs::path& path) {
  std::string suffix = path.extension().string();
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr const char* kSuffixes[] = {".jpg",  ".jpeg", ".png", ".webp", ".heic",
                                       ".heif", ".avif", ".tif", ".tiff"};
  return std::ranges::any_of(kSuffixes, [&](const char* known) { return suffix == known; });
}

bool IsPhotoFile(const fs::path& path) {
  if (NamedLikePhoto(path)) return true;
  const Result<input::OpenFile> file = input::OpenFile::Open(path, CaptureLimits().max_bytes);
  return file && input::IsPhoto(file->kind());
}

// JPEG of the colors and PNG of the matte, as the decoding process sends them, to one picture.
Result<Image> Assemble(const photos::DecodedPhoto& photo, int max_side) {
  Result<Image> rgb = DecodeScaled(photo.image, 3, max_side);
  if (!rgb || photo.matte.empty()) return rgb;
  const Result<Image> matte = DecodeScaled(photo.matte, 1, max_side);
  if (!matte) return Forward(matte);
  Image out = Image::Make(rgb->width, rgb->height, 4);
  for (std::size_t i = 0; i < matte->pixels.size(); ++i) {
    std::copy_n(rgb->pixels.data() + 3 * i, 3, out.pixels.data() + 4 * i);
    out.pixels[4 * i + 3] = matte->pixels[i];
  }
  return out;
}

}  // namespace

Result<std::vector<fs::path>> ListPhotos(const fs::path& folder) {
  std::vector<fs::path> photos;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    std::error_code ignored;
    const bool hidden = entries->path().filename().string().starts_with('.');
    if (hidden) entries.disable_recursion_pending();
    if (!hidden && entries->is_regular_file(ignored) && IsPhotoFile(entries->path()))
      photos.push_back(entries->path());
  }
  if (error)
    return Fail(ErrorCode::kNotFound, folder.string() + " cannot be read: " + error.message(),
                "check the name and that the folder may be read");
  if (photos.empty())
    return Fail(ErrorCode::kInsufficientData, folder.string() + " holds no photo",
                "give photos or a folder of them");
  std::ranges::sort(photos,
                    [](const fs::path& a, const fs::path& b) { return NaturalLess(a.string(), b.string()); });
  return photos;
}

Result<std::vector<Result<Image>>> DecodePhotoFiles(std::span<const fs::path> paths,
                                                    int max_side,
                                                    const CaptureLimits& limits,
                                                    int threads,
                                                    const Progress& progress) {
  std::vector<photos::PhotoSource> sources;
  for (const fs::path& path : paths) sources.push_back({.name = path.string(), .path = path});
  const int workers = threads > 0 ? threads : HardwareThreads();
  const auto photos = photos::DecodePhotos(sources, limits, workers, progress);
  if (!photos) return Forward(photos);
  std::vector<Result<Image>> images(paths.size());
  ParallelFor(paths.size(), workers, [&](std::size_t i) {
    const photos::DecodedPhoto& photo = (*photos)[i];
    if (photo.readable) {
      images[i] = Assemble(photo, max_side);
      return;
    }
    const std::string& why = photo.error.message;
    const bool named = why.find(paths[i].filename().string()) != std::string::npos;
    images[i] = Fail(photo.error.code, named ? why : paths[i].string() + ": " + why, photo.error.remedy);
  });
  return images;
}

}  // namespace rv
