#include "groknet/catalog/photos.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <system_error>

#include "asset/rview_file.h"
#include "base/text.h"
#include "capture/decode_photos.h"
#include "groknet/recognition/spin_views.h"

namespace rv::catalog {
namespace fs = std::filesystem;
namespace {

// Far above what any network takes; bounds memory on large photos.
constexpr int kMostSide = 1280;
constexpr std::size_t kPhotosAtOnce = 32;

Status CheckCrop(const std::vector<double>& crop) {
  if (crop.empty()) return {};
  const bool inside = crop.size() == 4 && crop[0] >= 0 && crop[1] >= 0 && crop[2] > 0 && crop[3] > 0 &&
                      crop[0] + crop[2] <= 1 + 1e-9 && crop[1] + crop[3] <= 1 + 1e-9;
  if (inside) return {};
  return Fail(ErrorCode::kInvalidArgument, "--crop is no part of a photo",
              "give left,top,width,height as shares of it, such as 0.25,0.1,0.5,0.8");
}

// The part of the picture, at least one pixel.
Image CropTo(const Image& image, const std::vector<double>& crop) {
  const auto at = [](double share, int size) {
    return std::clamp(static_cast<int>(std::lround(share * size)), 0, size - 1);
  };
  const int left = at(crop[0], image.width);
  const int top = at(crop[1], image.height);
  const int right =
      std::clamp(static_cast<int>(std::lround((crop[0] + crop[2]) * image.width)), left + 1, image.width);
  const int bottom =
      std::clamp(static_cast<int>(std::lround((crop[1] + crop[3]) * image.height)), top + 1, image.height);
  Image part = Image::Make(right - left, bottom - top, image.channels);
  for (int y = top; y < bottom; ++y)
    std::copy_n(image.at(left, y), static_cast<std::size_t>(part.width) * image.channels,
                part.at(0, y - top));
  return part;
}

}  // namespace

bool IsRview(const fs::path& path) { return path.extension() == ".rview"; }

Result<std::vector<fs::path>> ExpandPhotos(const std::vector<std::string>& arguments) {
  std::vector<fs::path> photos;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (!fs::is_directory(argument, ignored)) {
      photos.emplace_back(argument);
      continue;
    }
    const Result<std::vector<fs::path>> inside = ListPhotos(argument);
    if (!inside) return Forward(inside);
    photos.insert(photos.end(), inside->begin(), inside->end());
  }
  return photos;
}

Status DecodeInBatches(const std::vector<fs::path>& photos,
                       const RecognitionOptions& options,
                       const Progress& progress,
                       const TakePhotos& take) {
  if (const Status valid = CheckCrop(options.crop); !valid) return Forward(valid);
  for (std::size_t first = 0; first < photos.size(); first += kPhotosAtOnce) {
    const std::span<const fs::path> some =
        std::span(photos).subspan(first, std::min(kPhotosAtOnce, photos.size() - first));
    auto images = DecodePhotoFiles(some, kMostSide, CaptureLimits(), options.threads, progress);
    if (!images) return Forward(images);
    for (Result<Image>& image : *images)
      if (image && !options.crop.empty()) *image = CropTo(*image, options.crop);
    const Status taken = take(first, *images);
    if (!taken) return Forward(taken);
  }
  return {};
}

Result<std::vector<Image>> ReadRviewViews(const fs::path& path, int threads) {
  const Result<RotatingView> view = ReadRview(path, {.load_sources = false, .load_points = false});
  if (!view) return Forward(view);
  Result<std::vector<Image>> images = DecodeSpinViews(*view, threads);
  if (!images) return Forward(images);
  if (images->empty())
    return Fail(ErrorCode::kInsufficientData, Text(path, " has no views"), "convert the capture again");
  return images;
}

}  // namespace rv::catalog
