#include "cli/recognition.h"

#include <algorithm>
#include <system_error>

#include "capture/photos.h"
#include "cli/interrupt.h"
#include "scene/parallel.h"
#include "scene/rview_file.h"

namespace rv::cli {
namespace {

namespace fs = std::filesystem;

// Far above what any network takes; bounds memory on large photos.
constexpr int kMostSide = 1280;
constexpr std::size_t kPhotosAtOnce = 32;

}  // namespace

void AddRecognitionFlags(CLI::App& app, RecognitionFlags& flags) {
  app.add_option("--model", flags.model, "The recognition model (default: $ROTAVIEW_MODEL, else the installed one)")
      ->type_name("FILE");
  app.add_option("--device", flags.device, "Where it runs: auto, cpu, webgpu or cuda")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--threads", flags.threads, "Threads, 0 = all; never changes the result")->type_name("N");
  app.add_option("--batch", flags.batch, "Pictures handed to a graphics device at once")
      ->type_name("N")
      ->capture_default_str();
}

Result<Tagger> LoadTagger(const RecognitionFlags& flags, Console& console) {
  const Result<DeviceRequest> device = ParseDevice(flags.device);
  if (!device) return Forward(device);
  const Result<fs::path> model = FindModel(flags.model);
  if (!model) return Forward(model);
  const SessionOptions session{.device = *device, .threads = flags.threads, .batch = flags.batch};
  Result<Tagger> tagger = Tagger::Load(*model, {.session = session});
  if (!tagger) return tagger;
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
                    int threads,
                    const Progress& progress,
                    const std::function<Status(std::size_t, const std::vector<Result<Image>>&)>& take) {
  for (std::size_t first = 0; first < photos.size(); first += kPhotosAtOnce) {
    const std::span<const fs::path> some =
        std::span(photos).subspan(first, std::min(kPhotosAtOnce, photos.size() - first));
    const auto images = DecodePhotoFiles(some, kMostSide, CaptureLimits(), threads, progress);
    if (!images) return Forward(images);
    const Status taken = take(first, *images);
    if (!taken) return taken;
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
