#include "cli/recognition.h"

#include <algorithm>
#include <cmath>
#include <system_error>

#include "asset/rview_file.h"
#include "base/parallel.h"
#include "capture/decode_photos.h"
#include "cli/interrupt.h"
#include "groknet/inference/find_model.h"

namespace rv::cli {
namespace {

namespace fs = std::filesystem;

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

void AddRecognitionFlags(CLI::App& app, RecognitionFlags& flags) {
  app.add_option("--model", flags.model,
                 "The recognition model (default: $ROTAVIEW_MODEL, else the installed one)")
      ->type_name("FILE");
  app.add_option("--device", flags.device, "Where it runs: auto, cpu, webgpu or cuda")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--threads", flags.threads, "Threads, 0 = all; never changes the result")->type_name("N");
  app.add_option("--batch", flags.batch, "Pictures handed to a graphics device at once")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--crop", flags.crop,
                 "Look at this part of each photo only: shares of its width and height from the left and top")
      ->type_name("LEFT,TOP,WIDTH,HEIGHT")
      ->delimiter(',')
      ->expected(4);
}

Result<Tagger> LoadTagger(const RecognitionFlags& flags, Console& console) {
  const Result<DeviceRequest> device = ParseDevice(flags.device);
  if (!device) return Forward(device);
  const Result<fs::path> model = FindModel(flags.model);
  if (!model) return Forward(model);
  const SessionOptions session{.device = *device, .threads = flags.threads, .batch = flags.batch};
  Result<Tagger> tagger = Tagger::Load(*model, {.session = session});
  if (!tagger) return Forward(tagger);
  const DeviceChoice& choice = tagger->device();
  std::string note = "device: " + std::string(DeviceName(choice.actual));
  if (!choice.adapter.empty()) note += " (" + choice.adapter + ")";
  if (*device == DeviceRequest::kAuto) note += ", chosen by auto";
  console.Note(note);
  return tagger;
}

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

Status ForEachBatch(const std::vector<fs::path>& photos,
                    const RecognitionFlags& flags,
                    const Progress& progress,
                    const std::function<Status(std::size_t, const std::vector<Result<Image>>&)>& take) {
  if (const Status valid = CheckCrop(flags.crop); !valid) return Forward(valid);
  for (std::size_t first = 0; first < photos.size(); first += kPhotosAtOnce) {
    const std::span<const fs::path> some =
        std::span(photos).subspan(first, std::min(kPhotosAtOnce, photos.size() - first));
    auto images = DecodePhotoFiles(some, kMostSide, CaptureLimits(), flags.threads, progress);
    if (!images) return Forward(images);
    for (Result<Image>& image : *images)
      if (image && !flags.crop.empty()) *image = CropTo(*image, flags.crop);
    const Status taken = take(first, *images);
    if (!taken) return Forward(taken);
  }
  return {};
}

Result<std::vector<Image>> ReadRviewViews(const fs::path& path, int threads) {
  const Result<RotatingView> view = ReadRview(path, {.load_sources = false, .load_points = false});
  if (!view) return Forward(view);
  std::vector<Result<Image>> decoded(view->views.size());
  ParallelFor(decoded.size(), threads,
              [&](std::size_t i) { decoded[i] = DecodeScaled(view->views[i].image, 3, kTaggedViewSide); });
  std::vector<Image> images;
  for (Result<Image>& image : decoded) {
    if (!image) return Forward(image);
    images.push_back(std::move(*image));
  }
  if (images.empty())
    return Fail(ErrorCode::kInsufficientData, path.string() + " has no views", "convert the capture again");
  return images;
}

}  // namespace rv::cli
