#include "convert/colmap_mapper.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <utility>

#include "base/child_process.h"
#include "base/temp_folder.h"
#include "base/text.h"
#include "convert/colmap_model.h"
#include "convert/colmap_reconstruction.h"

namespace rv {
namespace {

using convert::ColmapFrameName;
namespace fs = std::filesystem;

// A step of COLMAP's pipeline and the words its log has once for each frame done.
struct Step {
  const char* stage;
  const char* log_mark;
  double share_before = 0;  // of `stage`, done by earlier steps
  double share = 1;
};

class ColmapRun {
 public:
  ColmapRun(const Sweep& sweep, const ReconstructOptions& options, const Progress& progress, fs::path folder)
      : sweep_(sweep), options_(options), progress_(progress), folder_(std::move(folder)) {}

  Result<ReconstructResult> Run();

 private:
  Status WriteFrames();
  Status Command(std::vector<std::string> arguments, const Step& step);
  Status ExtractFeatures();
  Status Match();
  Status Map();
  Result<ReconstructResult> TakeOver(const convert::ColmapModel& model) const;
  std::size_t FramesDone(const Step& step) const;
  std::string ThreadCount() const { return std::to_string(options_.threads == 0 ? -1 : options_.threads); }

  // The run lives inside ReconstructWithColmap's call, whose arguments these are.
  const Sweep& sweep_;
  const ReconstructOptions& options_;
  const Progress& progress_;
  const fs::path folder_;
  ReconstructTimings timings_;
};

Status WriteBytes(const fs::path& path, const EncodedImage& image) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(image.bytes.data()),
             static_cast<std::streamsize>(image.bytes.size()));
  file.close();
  if (!file) {
    return Fail(ErrorCode::kInternal, "cannot write the temporary file " + path.string(),
                "free some space there, or set TMPDIR to another folder");
  }
  return {};
}

Status ColmapRun::WriteFrames() {
  fs::create_directories(folder_ / "images");
  fs::create_directories(folder_ / "masks");
  for (std::size_t i = 0; i < sweep_.frames.size(); ++i) {
    const SweepFrame& frame = sweep_.frames[i];
    Status written = WriteBytes(folder_ / "images" / convert::ColmapFrameName(i), frame.image);
    if (written && !frame.matte.empty()) {
      written = WriteBytes(folder_ / "masks" / (convert::ColmapFrameName(i) + ".png"), frame.matte);
    }
    if (!written) return Forward(written);
  }
  return {};
}

std::size_t ColmapRun::FramesDone(const Step& step) const {
  std::ifstream log(folder_ / "log.txt");
  std::size_t count = 0;
  for (std::string line; std::getline(log, line);) count += line.starts_with(step.log_mark) ? 1 : 0;
  return count;
}

std::string LastLine(const fs::path& log) {
  std::ifstream file(log);
  std::string last, line;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

Status ColmapRun::Command(std::vector<std::string> arguments, const Step& step) {
  const std::string name = arguments[0];
  arguments.insert(arguments.begin(), "colmap");
  const auto keep_going = [&] {
    const double done = static_cast<double>(FramesDone(step)) / static_cast<double>(sweep_.frames.size());
    return Report(progress_, step.stage, step.share_before + step.share * std::min(done, 1.0));
  };
  const fs::path log = folder_ / "log.txt";
  const ChildCommand child{.arguments = std::move(arguments),
                           .stdout_file = log,
                           .stderr_file = log,
                           .environment = {"QT_QPA_PLATFORM=offscreen"}};
  const Result<int> status = RunChild(child, keep_going);
  if (!status) return Forward(status);
  if (*status != 0) {
    return Fail(ErrorCode::kInternal,
                Text("colmap ", name, " ended with status ", *status, ": ", LastLine(log)),
                "convert without --mapper colmap");
  }
  return {};
}

// The known camera, or one with a focal length from the frame's prior; empty leaves the guess to COLMAP.
std::string CameraParameters(const Sweep& sweep, const SweepFrame& frame) {
  Camera camera;
  const int width = frame.image.width;
  const int height = frame.image.height;
  if (sweep.camera_known && sweep.camera) {
    camera = sweep.camera->Scaled(width, height);
  } else if (frame.focal_prior_px) {
    camera = Camera::Simple(width, height, *frame.focal_prior_px);
  } else {
    return {};
  }
  char text[160];
  std::snprintf(text, sizeof(text), "%.9g,%.9g,%.9g,%.9g,%.9g", camera.focal_px, camera.cx_px, camera.cy_px,
                camera.k1, camera.k2);
  return text;
}

// One call for each picture size, since a call shares one camera among its pictures.
Status ColmapRun::ExtractFeatures() {
  std::map<std::pair<int, int>, std::vector<std::size_t>> by_size;
  for (std::size_t i = 0; i < sweep_.frames.size(); ++i) {
    by_size[{sweep_.frames[i].image.width, sweep_.frames[i].image.height}].push_back(i);
  }
  const bool masked = std::all_of(sweep_.frames.begin(), sweep_.frames.end(),
                                  [](const SweepFrame& frame) { return !frame.matte.empty(); });
  double done = 0;
  for (const auto& [size, frames] : by_size) {
    std::ofstream list(folder_ / "list.txt");
    for (const std::size_t i : frames) list << convert::ColmapFrameName(i) << '\n';
    list.close();
    std::vector<std::string> arguments = {"feature_extractor",
                                          "--database_path",
                                          (folder_ / "database.db").string(),
                                          "--image_path",
                                          (folder_ / "images").string(),
                                          "--image_list_path",
                                          (folder_ / "list.txt").string(),
                                          "--ImageReader.camera_model",
                                          "RADIAL",
                                          "--ImageReader.single_camera",
                                          "1",
                                          "--SiftExtraction.use_gpu",
                                          "0",
                                          "--SiftExtraction.num_threads",
                                          ThreadCount()};
    const std::string camera = CameraParameters(sweep_, sweep_.frames[frames[0]]);
    if (!camera.empty()) arguments.insert(arguments.end(), {"--ImageReader.camera_params", camera});
    if (masked) arguments.insert(arguments.end(), {"--ImageReader.mask_path", (folder_ / "masks").string()});
    const double share = static_cast<double>(frames.size()) / static_cast<double>(sweep_.frames.size());
    const Status status = Command(std::move(arguments), {"features", "Processed file", done, 1.0});
    if (!status) return Forward(status);
    done += share;
  }
  return {};
}

Status ColmapRun::Match() {
  return Command({"sequential_matcher", "--database_path", (folder_ / "database.db").string(),
                  "--SiftMatching.use_gpu", "0", "--SiftMatching.num_threads", ThreadCount()},
                 {"matching", "Matching image"});
}

Status ColmapRun::Map() {
  fs::create_directories(folder_ / "sparse");
  std::vector<std::string> arguments = {"mapper",
                                        "--database_path",
                                        (folder_ / "database.db").string(),
                                        "--image_path",
                                        (folder_ / "images").string(),
                                        "--output_path",
                                        (folder_ / "sparse").string(),
                                        "--random_seed",
                                        std::to_string(options_.seed),
                                        "--Mapper.num_threads",
                                        ThreadCount()};
  if (sweep_.camera_known) {
    arguments.insert(arguments.end(),
                     {"--Mapper.ba_refine_focal_length", "0", "--Mapper.ba_refine_extra_params", "0"});
  }
  const Status status = Command(std::move(arguments), {"mapping", "Registering image"});
  if (!status && LastLine(folder_ / "log.txt").find("failed to create") != std::string::npos) return {};
  return status;  // a missing model is reported by Run
}

// The folder of the model with the most images; empty when there is no model.
fs::path LargestModel(const fs::path& sparse) {
  fs::path largest;
  std::uint64_t most = 0;
  for (int i = 0; fs::exists(sparse / std::to_string(i)); ++i) {
    const std::uint64_t images = convert::CountColmapImages(sparse / std::to_string(i));
    if (images > most) {
      most = images;
      largest = sparse / std::to_string(i);
    }
  }
  return largest;
}

Result<ReconstructResult> ColmapRun::TakeOver(const convert::ColmapModel& model) const {
  ReconstructResult result{.reconstruction = convert::FromColmap(model, sweep_), .timings = timings_};
  const std::size_t left_out =
      sweep_.frames.size() - static_cast<std::size_t>(result.reconstruction.stats.posed_frames);
  if (left_out > 0) {
    result.findings.push_back(
        Text("COLMAP left ", left_out, " of ", sweep_.frames.size(), " frames without a pose"));
  }
  return result;
}

Result<ReconstructResult> ColmapRun::Run() {
  const Status written = WriteFrames();
  if (!written) return Forward(written);
  const std::pair<Status (ColmapRun::*)(), double*> steps[] = {
      {&ColmapRun::ExtractFeatures, &timings_.features_s},
      {&ColmapRun::Match, &timings_.matching_s},
      {&ColmapRun::Map, &timings_.mapping_s}};
  for (const auto& [step, seconds] : steps) {
    const auto start = std::chrono::steady_clock::now();
    const Status status = (this->*step)();
    if (!status) return Forward(status);
    *seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  const fs::path folder = LargestModel(folder_ / "sparse");
  if (folder.empty()) {
    return Fail(
        ErrorCode::kInsufficientData, "COLMAP found no model in these frames",
        "let the item fill the picture, in even light, and neighbouring pictures show the same sides of it");
  }
  const Result<convert::ColmapModel> model = convert::ReadColmapModel(folder);
  if (!model) return Forward(model);
  return TakeOver(*model);
}

}  // namespace

Result<ReconstructResult> ReconstructWithColmap(const Sweep& sweep,
                                                const ReconstructOptions& options,
                                                const Progress& progress) {
  const Status valid = options.Validate();
  if (!valid) return Forward(valid);
  if (!IsInstalled("colmap")) {
    return Fail(ErrorCode::kUnsupported, "--mapper colmap needs COLMAP, which is not installed",
                "install the package 'colmap', or leave --mapper out");
  }
  const Result<TempFolder> folder = TempFolder::Make();
  if (!folder) return Forward(folder);
  try {
    return ColmapRun(sweep, options, progress, folder->path()).Run();
  } catch (const fs::filesystem_error& failure) {
    return Fail(ErrorCode::kInternal, failure.what(), "free some space, or set TMPDIR to another folder");
  }
}

std::string ColmapVersion() {
  if (!IsInstalled("colmap")) return {};
  const Result<TempFolder> folder = TempFolder::Make();
  if (!folder) return {};
  const fs::path log = folder->path() / "log.txt";
  const ChildCommand child{.arguments = {"colmap", "help"},
                           .stdout_file = log,
                           .stderr_file = log,
                           .environment = {"QT_QPA_PLATFORM=offscreen"}};
  const Result<int> status = RunChild(child, [] { return true; });
  if (!status || *status != 0) return {};
  std::ifstream help(log);
  std::string name, version;
  help >> name >> version;
  return name + " " + version;
}

}  // namespace rv
