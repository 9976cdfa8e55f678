#include "publish/posed_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"

namespace rv::publish {
namespace {

tl::unexpected<Error> Contradiction(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "the asset's reconstruction contradicts itself: " + what,
              "convert the clip again");
}

Status CheckHasPoses(const RotatingView& view, std::string_view format) {
  const int tier = static_cast<int>(view.tier);
  const bool has_poses = tier <= 2 && view.reconstruction.has_value();
  if (has_poses) return {};
  return Fail(ErrorCode::kInsufficientData,
              Text("the asset is tier ", tier, " and has no camera poses, so ", format, " cannot be exported",
                   view.tier_reason.empty() ? "" : " (" + view.tier_reason + ")"),
              "export html, frames, mp4, webm, gif or webp, which need no poses; or capture the item again, "
              "walking round it in good light");
}

bool IsUsable(const Camera& camera) {
  return camera.width > 0 && camera.height > 0 && std::isfinite(camera.focal_px) && camera.focal_px > 0 &&
         std::isfinite(camera.cx_px) && std::isfinite(camera.cy_px) && std::isfinite(camera.k1) &&
         std::isfinite(camera.k2);
}

bool IsBlank(char c) { return static_cast<unsigned char>(c) <= ' '; }

// A name that COLMAP's text format, where blanks separate, can hold: the frame's own, or one of its kind that
// is not in `taken`.
std::string FileName(const std::string& name, std::set<std::string>& taken) {
  if (std::none_of(name.begin(), name.end(), IsBlank)) return name;
  std::string clean = name;
  std::replace_if(clean.begin(), clean.end(), IsBlank, '_');
  while (!taken.insert(clean).second) clean.insert(clean.begin(), '_');
  return clean;
}

std::size_t CameraIndex(std::vector<Camera>& cameras, const Camera& camera) {
  for (std::size_t i = 0; i < cameras.size(); ++i)
    if (cameras[i] == camera) return i;
  cameras.push_back(camera);
  return cameras.size() - 1;
}

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Fills cameras and images; returns for each frame the index of its image, or kNone.
Result<std::vector<std::size_t>> AddImages(const RotatingView& view, PosedModel& model) {
  const Reconstruction& reconstruction = *view.reconstruction;
  std::vector<std::size_t> image_of_frame(reconstruction.frames.size(), kNone);
  std::set<std::string> taken;
  for (const PosedFrame& frame : reconstruction.frames)
    if (frame.posed && !taken.insert(frame.name).second)
      return Contradiction("two frames are named " + frame.name);
  for (std::size_t i = 0; i < reconstruction.frames.size(); ++i) {
    const PosedFrame& frame = reconstruction.frames[i];
    if (!frame.posed) continue;
    if (!IsSafeRelativeName(frame.name)) return Contradiction(Text("frame ", i, " has an unfit name"));
    if (frame.camera < 0 || static_cast<std::size_t>(frame.camera) >= reconstruction.cameras.size())
      return Contradiction(frame.name + " names a camera that is not there");
    Camera camera = reconstruction.cameras[static_cast<std::size_t>(frame.camera)];
    if (!IsUsable(camera) || frame.width <= 0 || frame.height <= 0)
      return Contradiction(frame.name + " has no usable camera");
    if (camera.width != frame.width || camera.height != frame.height)
      camera = camera.Scaled(frame.width, frame.height);
    const Rigid3& pose = frame.cam_from_world;
    if (!pose.translation.allFinite() || !(std::abs(pose.rotation.norm() - 1) < 1e-6))
      return Contradiction(frame.name + " has no usable pose");
    image_of_frame[i] = model.images.size();
    model.images.push_back({.name = frame.name,
                            .file = FileName(frame.name, taken),
                            .source = i,
                            .camera = CameraIndex(model.cameras, camera),
                            .cam_from_world = pose});
    if (model.images.back().file != frame.name)
      LogWarning("export: " + frame.name + " is called " + model.images.back().file +
                 " in the model, whose format allows no blanks");
  }
  return image_of_frame;
}

double ErrorPx(const PosedModel& model,
               const Eigen::Vector3d& position,
               const ModelImage& image,
               const Eigen::Vector2d& pixel) {
  const std::optional<Eigen::Vector2d> projected =
      model.cameras[image.camera].Project(image.cam_from_world * position);
  return projected ? (*projected - pixel).norm() : 0;
}

Status AddPoints(const Reconstruction& reconstruction,
                 const std::vector<std::size_t>& image_of_frame,
                 PosedModel& model) {
  for (const Point& point : reconstruction.points) {
    if (!point.position.allFinite()) return Contradiction("a point is not finite");
    std::vector<const Observation*> seen;
    for (const Observation& observation : point.track) {
      if (observation.frame.value >= image_of_frame.size())
        return Contradiction("a track names a frame that is not there");
      if (!observation.pixel.allFinite()) return Contradiction("an observation is not finite");
      if (image_of_frame[observation.frame.value] != kNone) seen.push_back(&observation);
    }
    if (seen.size() < 2) continue;
    ModelPoint added{.position = point.position, .rgb = point.rgb};
    for (const Observation* observation : seen) {
      const std::size_t index = image_of_frame[observation->frame.value];
      ModelImage& image = model.images[index];
      added.error_px +=
          ErrorPx(model, point.position, image, observation->pixel) / static_cast<double>(seen.size());
      added.track.push_back({.image = index, .observation = image.observations.size()});
      image.observations.push_back({.pixel = observation->pixel, .point = model.points.size()});
    }
    model.points.push_back(std::move(added));
  }
  return {};
}

}  // namespace

Result<PosedModel> MakePosedModel(const RotatingView& view, std::string_view format) {
  if (const Status has_poses = CheckHasPoses(view, format); !has_poses) return Forward(has_poses);
  PosedModel model;
  const auto image_of_frame = AddImages(view, model);
  if (!image_of_frame) return Forward(image_of_frame);
  if (model.images.empty())
    return Fail(ErrorCode::kInsufficientData,
                Text("no frame of the asset has a pose, so ", format, " cannot be exported"),
                "capture the item again, walking round it in good light");
  if (const Status added = AddPoints(*view.reconstruction, *image_of_frame, model); !added)
    return Forward(added);
  return model;
}

Eigen::Vector3d ObjectFromWorld(const RotatingView& view, const Eigen::Vector3d& point_in_world) {
  return view.object_from_world * (view.object_from_world_scale * point_in_world);
}

Status CheckPictures(const RotatingView& view, const PosedModel& model) {
  for (const ModelImage& image : model.images) {
    if (image.source >= view.sources.size()) return Contradiction(image.name + " has no source frame");
    const SourceFrame& source = view.sources[image.source];
    if (source.image.empty())
      return Fail(
          ErrorCode::kInsufficientData,
          "the asset was made without its source pictures, so images/ cannot be written (" + image.name + ")",
          "export with --no-images and put the pictures there yourself, or convert again without "
          "--no-sources");
    const Camera& camera = model.cameras[image.camera];
    if (source.image.width != camera.width || source.image.height != camera.height)
      return Contradiction("the picture of " + image.name + " is not of its camera's size");
  }
  return {};
}

Status WritePictures(const RotatingView& view,
                     const PosedModel& model,
                     OutputFolder& folder,
                     const Progress& progress) {
  for (std::size_t i = 0; i < model.images.size(); ++i) {
    if (!Report(progress, "export", static_cast<double>(i) / static_cast<double>(model.images.size())))
      return Cancelled();
    const ModelImage& image = model.images[i];
    Status written = folder.Write("images/" + image.file, view.sources[image.source].image.bytes);
    if (!written) return Forward(written);
  }
  return {};
}

std::string Exact(double value) {
  char text[32];
  const std::to_chars_result end = std::to_chars(text, text + sizeof text, value);
  RV_CHECK(end.ec == std::errc());
  return {text, end.ptr};
}

ExportFrame ExportFrameOf(const RotatingView& view) {
  if (view.reconstruction->mapper == kGivenPoses) return {};
  Eigen::Matrix3d z_up;  // (x, y, z) -> (x, -z, y)
  z_up << 1, 0, 0, 0, 0, -1, 0, 1, 0;
  return {.turn = z_up * view.object_from_world.rotation.toRotationMatrix(),
          .scale = view.object_from_world_scale,
          .shift = z_up * view.object_from_world.translation};
}

}  // namespace rv::publish
