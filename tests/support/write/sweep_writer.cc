#include "tests/support/write/sweep_writer.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "tests/support/write/focal_exif.h"
#include "tests/support/write/sweep_files.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Status WriteJson(const fs::path& path, const Json& value) {
  const std::string text = value.dump(1) + "\n";
  return WriteFile(path, text.data(), text.size());
}
std::string Number(int value, int digits) {
  char text[16];
  std::snprintf(text, sizeof(text), "%0*d", digits, value);
  return text;
}

Json FrameEntry(const FrameTruth& truth, const Camera& camera) {
  const Eigen::Matrix3d r = truth.cam_from_object.rotation.toRotationMatrix();
  const Eigen::Vector3d& t = truth.cam_from_object.translation;
  Json entry;
  for (int i = 0; i < 3; ++i) entry["R"].push_back({r(i, 0), r(i, 1), r(i, 2)});
  entry["t"] = {t.x(), t.y(), t.z()};
  entry["K"] = {{camera.focal_px, 0, camera.cx_px}, {0, camera.focal_px, camera.cy_px}, {0, 0, 1}};
  entry["width"] = camera.width;
  entry["height"] = camera.height;
  entry["dist"] = {camera.k1, camera.k2, 0, 0};
  entry["azimuth_deg"] = truth.azimuth * 180 / std::numbers::pi;
  entry["time_s"] = truth.time_s;
  return entry;
}

const char* CaptureName(CaptureKind kind) {
  switch (kind) {
    case CaptureKind::kWalk:
      return "walk";
    case CaptureKind::kTurntable:
      return "turntable";
    case CaptureKind::kPan:
      return "pan";
    case CaptureKind::kWall:
      return "wall";
    case CaptureKind::kSlide:
      return "slide";
    case CaptureKind::kPush:
      return "push";
    case CaptureKind::kSidesThenTop:
      return "sides-then-top";
    case CaptureKind::kSwap:
      return "swap";
  }
  return "";
}

Json Meta(const SweepSet& set, const SyntheticSweep& sweep, int frames) {
  const SweepScene& scene = sweep.scene();
  const SweepAttributes& item = sweep.attributes();
  Json meta;
  meta["name"] = set.name;
  meta["what"] = set.what;
  meta["frames"] = frames;
  if (!set.options.empty()) meta["options"] = set.options;
  meta["capture"] = CaptureName(scene.capture);
  meta["size"] = std::to_string(scene.width) + "x" + std::to_string(scene.height);
  meta["arc_deg"] = scene.arc_deg;
  meta["clockwise"] = scene.clockwise;
  meta["item"] = {{"category", item.category},
                  {"color", item.color},
                  {"pattern", item.pattern},
                  {"material", item.material},
                  {"finish", item.finish}};
  meta["ground_truth"] = {{"trust", set.scenes.size() == 1 ? "exact" : "none"}};
  meta["seed"] = scene.seed;
  if (set.clip) {
    meta["video"] = "video/" + set.clip_name;
    meta["codec"] = set.clip->codec + " " + set.clip->hdr;
    meta["rotation_deg"] = set.clip->rotation_deg;
    if (set.clip->width > 0)
      meta["enlarged_to"] = std::to_string(set.clip->width) + "x" + std::to_string(set.clip->height);
  }
  return meta;
}

// Which number each photo's name has; in the order of the capture, or in none.
std::vector<int> Numbers(const SweepSet& set, int first, int count, std::uint64_t seed) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), first);
  if (!set.shuffle) return numbers;
  std::mt19937_64 random(seed);
  for (std::size_t left = numbers.size(); left > 1; --left)
    std::swap(numbers[left - 1], numbers[random() % left]);
  return numbers;
}

struct Written {
  Json truth;
  int frames = 0;
};

Status WritePhotos(const SweepSet& set,
                   const SyntheticSweep& sweep,
                   const fs::path& folder,
                   const Progress& progress,
                   Written& written) {
  fs::create_directories(folder / "images");
  const int count = sweep.scene().frames;
  const std::vector<int> numbers = Numbers(set, written.frames, count, sweep.scene().seed);
  for (int i = 0; i < count; ++i, ++written.frames) {
    if (!Report(progress, "render", static_cast<double>(i) / count)) return Cancelled();
    const std::string stem = Number(numbers[static_cast<std::size_t>(i)], 4),
                      name = stem + (set.png ? ".png" : ".jpg");
    const Image image = sweep.Render(i);
    EncodedImage encoded = set.png ? EncodePng(image) : EncodeJpeg(image, 95);
    if (set.exif && !set.png) AddFocalExif(sweep.camera(i), encoded);
    if (const Status s = WriteImage(folder / "images" / name, encoded); !s) return Forward(s);
    written.truth["images"][name] = FrameEntry(sweep.Truth(i), sweep.camera(i));
    if (!set.rasters) continue;
    if (const Status s = WriteRasters(sweep.Depth(i), folder, stem); !s) return Forward(s);
  }
  return {};
}

Status WriteClip(const SweepSet& set,
                 const SyntheticSweep& sweep,
                 const fs::path& folder,
                 const Progress& progress,
                 Written& written) {
  fs::create_directories(folder / "video");
  Result<ClipWriter> writer = ClipWriter::Open(folder / "video" / set.clip_name, *set.clip);
  if (!writer) return Forward(writer);
  const int count = sweep.scene().frames;
  for (int i = 0; i < count; ++i) {
    Camera camera = sweep.camera(i);
    if (set.clip->width > 0) camera = camera.Scaled(set.clip->width, set.clip->height);
    if (!Report(progress, "render", static_cast<double>(i) / count)) return Cancelled();
    const FrameTruth truth = sweep.Truth(i);
    if (const Status s = writer->Add(sweep.RenderLinear(i), truth.time_s); !s) return Forward(s);
    written.truth["images"][Number(i, 6)] = FrameEntry(truth, camera);
    ++written.frames;
    if (!set.rasters) continue;
    if (const Status s = WriteRasters(sweep.Depth(i), folder, Number(i, 6)); !s) return Forward(s);
  }
  return writer->Finish();
}

}  // namespace

Status WriteSweepSet(const SweepSet& set, const fs::path& folder, const Progress& progress) {
  if (set.scenes.empty()) return Fail(ErrorCode::kInvalidArgument, set.name + ": no scene");
  if (set.clip && set.scenes.size() != 1) {
    return Fail(ErrorCode::kInvalidArgument, set.name + ": a clip shows one scene");
  }
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Fail(ErrorCode::kInternal, "cannot create " + folder.string() + ": " + failed.message());
  Written written;
  Json meta;
  for (const SweepScene& scene : set.scenes) {
    if (const Status valid = scene.Validate(); !valid) return Forward(valid);
    const SyntheticSweep sweep(scene);
    const Status status = set.clip ? WriteClip(set, sweep, folder, progress, written)
                                   : WritePhotos(set, sweep, folder, progress, written);
    if (!status) return Forward(status);
    const Eigen::Vector3d subject = sweep.subject();
    written.truth["subject"] = {subject.x(), subject.y(), subject.z()};
    meta = Meta(set, sweep, written.frames);
  }
  if (set.scenes.size() == 1) {
    const char* name = set.clip ? "gt_video.json" : "gt.json";
    if (const Status s = WriteJson(folder / name, written.truth); !s) return Forward(s);
  } else {
    meta.erase("item");
  }
  return WriteJson(folder / "meta.json", meta);
}

}  // namespace rv
