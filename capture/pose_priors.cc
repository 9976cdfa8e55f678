#include "capture/pose_priors.h"

#include <cmath>
#include <map>

#include "capture/transforms_file.h"

namespace rv::capture {
namespace {

// The camera of one frame, for its picture; none where the shapes differ.
std::optional<Camera> CameraFor(const Camera& camera, const EncodedImage& image) {
  const double given = static_cast<double>(camera.width) / camera.height;
  const double have = static_cast<double>(image.width) / image.height;
  if (std::abs(given / have - 1) > 0.01) return std::nullopt;
  return camera.Scaled(image.width, image.height);
}

// With one camera for all frames: its size decides the scale. Frames of several sizes cannot share it.
void SetCamera(Camera camera, Sweep& sweep) {
  const EncodedImage& first = sweep.frames.front().image;
  for (const SweepFrame& frame : sweep.frames)
    if (frame.image.width != first.width || frame.image.height != first.height) {
      sweep.warnings.push_back("The given camera is not used: the photos differ in size.");
      return;
    }
  const double given = static_cast<double>(camera.width) / camera.height;
  const double have = static_cast<double>(first.width) / first.height;
  if (std::abs(given / have - 1) > 0.01) {
    sweep.warnings.push_back("The given camera is not used: it is for pictures of another shape.");
    return;
  }
  sweep.camera = camera.Scaled(first.width, first.height);
  sweep.camera_known = true;
}

// The frames' own cameras, where they are one and the same.
void ShareCamera(Sweep& sweep) {
  std::optional<Camera> shared;
  for (const SweepFrame& frame : sweep.frames) {
    if (!frame.pose_prior || !frame.pose_prior->camera) return;
    if (shared && !(*shared == *frame.pose_prior->camera)) return;
    shared = frame.pose_prior->camera;
  }
  sweep.camera = shared;
  sweep.camera_known = shared.has_value();
}

}  // namespace

Status ApplyPosePriors(const std::filesystem::path& path, Sweep& sweep) {
  const Result<TransformsFile> given = ReadTransforms(path);
  if (!given) return Forward(given);
  std::map<std::string, SweepFrame*> by_stem;
  for (SweepFrame& frame : sweep.frames) by_stem[std::filesystem::path(frame.name).stem().string()] = &frame;
  int applied = 0;
  for (const TransformsFrame& entry : given->frames) {
    const auto frame = by_stem.find(std::filesystem::path(entry.file).stem().string());
    if (frame == by_stem.end()) continue;
    PosePrior& prior = frame->second->pose_prior.emplace();
    prior.cam_from_world = entry.cam_from_world;
    if (entry.lens) prior.camera = CameraFor(*entry.lens, frame->second->image);
    ++applied;
  }
  if (given->lens && !sweep.frames.empty()) SetCamera(*given->lens, sweep);
  if (!given->lens) ShareCamera(sweep);
  if (given->tangential) sweep.warnings.push_back("The given camera's tangential distortion is left out.");
  if (applied == 0)
    sweep.warnings.push_back(path.filename().string() + " names none of the frames; its poses are not used.");
  return {};
}

}  // namespace rv::capture
