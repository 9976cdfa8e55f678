#include "reconstruct/spin.h"

#include <Eigen/Dense>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/log.h"
#include "base/options.h"
#include "base/parallel.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/depth/frame_depths.h"
#include "reconstruct/spin/exposure.h"
#include "reconstruct/spin/item_frame.h"
#include "reconstruct/spin/spin_plan.h"
#include "reconstruct/spin/spin_receipt.h"
#include "reconstruct/views/stored_depth.h"
#include "reconstruct/views/view_maker.h"
#include "scene/background.h"

namespace rv {
namespace {

using spin::PlannedView;
using spin::SpinPlan;

void PlaceViews(const SpinPlan& plan, RotatingView& out) {
  Eigen::Matrix3d rotation;  // rows: the object's axes in world
  rotation.row(0) = plan.path.axes.across;
  rotation.row(1) = plan.path.axes.up;
  rotation.row(2) = plan.path.axes.ahead;
  out.object_from_world_scale = 1 / plan.path.distance;
  out.object_from_world.rotation = Eigen::Quaterniond(rotation).normalized();
  out.object_from_world.translation =
      -(out.object_from_world.rotation * (out.object_from_world_scale * plan.orbit.center));
  const spin::OrbitAxes object_axes{
      .across = Eigen::Vector3d::UnitX(), .up = Eigen::Vector3d::UnitY(), .ahead = Eigen::Vector3d::UnitZ()};
  out.views.resize(plan.path.stops.size());
  for (std::size_t i = 0; i < out.views.size(); ++i) {
    const spin::VirtualStop& stop = plan.path.stops[i];
    out.views[i].azimuth_deg = ToDegrees(stop.azimuth);
    out.views[i].cam_from_object =
        spin::LookAtCenter(Eigen::Vector3d::Zero(), object_axes, stop.azimuth, stop.elevation, 1);
  }
}

// The frames whose depth is measured: the plan's sources; then those off the ring, from which no view is drawn, but
// pictures from where they stand are.
std::vector<std::uint32_t> FramesWithDepth(const Sweep& sweep, const SpinPlan& plan) {
  std::vector<std::uint32_t> out;
  for (const spin::SourceCamera& source : plan.sources) out.push_back(source.frame);
  for (const OrbitFrame& frame : plan.orbit.frames) {
    const SweepFrame& picture = sweep.frames[frame.frame.value];
    if (!frame.on_ring && picture.for_spin && !picture.image.empty()) out.push_back(frame.frame.value);
  }
  return out;
}

Result<std::vector<depth::FrameDepth>> MeasureDepths(const Sweep& sweep,
                                                     const Reconstruction& reconstruction,
                                                     const Subject& subject,
                                                     const SpinPlan& plan,
                                                     const std::vector<std::uint32_t>& frames,
                                                     int threads,
                                                     const Progress& progress) {
  std::vector<bool> wanted(frames.size(), true);
  std::fill_n(wanted.begin(), plan.sources.size(), false);
  for (const PlannedView& view : plan.views)
    for (std::size_t k = 0; k < view.warps.size(); ++k)
      wanted[static_cast<std::size_t>(view.sources[k])] =
          !subject.known || !subject.mattes[frames[static_cast<std::size_t>(view.sources[k])]].empty();
  return depth::MeasureDepths({.sweep = sweep,
                               .reconstruction = reconstruction,
                               .orbit = plan.orbit,
                               .subject = subject,
                               .ring = frames,
                               .wanted = wanted},
                              threads, progress);
}

void FillSources(const Sweep& sweep, const Subject& subject, const SpinOptions& options, RotatingView& out) {
  for (const SweepFrame& frame : sweep.frames) {
    out.sources.push_back({.name = frame.name,
                           .width = frame.image.width,
                           .height = frame.image.height,
                           .source_index = frame.source_index,
                           .time_s = frame.time_s,
                           .sharpness = frame.sharpness,
                           .note = frame.note});
    SourceFrame& source = out.sources.back();
    if (options.keep_sources) source.image = frame.image;
    const std::size_t index = out.sources.size() - 1;
    if (!subject.known || subject.mattes[index].empty()) continue;
    source.matte = subject.mattes[index];
    source.matte_confidence = subject.confidence[index];
  }
  for (const View& view : out.views)
    for (const ViewSource& source : view.sources) out.sources[source.frame.value].used_in_view = true;
}

void StoreDepths(const Reconstruction& reconstruction,
                 const Subject& subject,
                 const std::vector<std::uint32_t>& frames,
                 const std::vector<depth::FrameDepth>& depths,
                 int threads,
                 RotatingView& out) {
  ParallelFor(depths.size(), threads, [&](std::size_t i) {
    const PosedFrame& posed = reconstruction.frames[frames[i]];
    const Camera& camera = reconstruction.cameras[static_cast<std::size_t>(posed.camera)];
    const std::optional<Image> matte = spin::MatteOf(subject, frames[i]);
    views::StoreDepth(depths[i], matte ? *matte : Image{}, camera.Scaled(posed.width, posed.height),
                      out.object_from_world_scale, out.sources[frames[i]]);
  });
}

}  // namespace

std::optional<double> AspectOf(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  double sides[2] = {0, 0};
  const std::string_view parts[2] = {std::string_view(text).substr(0, colon),
                                     std::string_view(text).substr(colon + 1)};
  for (int k = 0; k < 2; ++k) {
    const auto [end, error] = std::from_chars(parts[k].data(), parts[k].data() + parts[k].size(), sides[k]);
    if (error != std::errc() || end != parts[k].data() + parts[k].size()) return std::nullopt;
  }
  return sides[0] > 0 && sides[1] > 0 ? std::optional(sides[0] / sides[1]) : std::nullopt;
}

Status SpinOptions::Validate() const {
  if (!(spacing_deg >= 1 && spacing_deg <= 60)) return FieldOutOfRange("spacing_deg", spacing_deg, "1 to 60");
  if (views != 0 && (views < 2 || views > 720)) return FieldOutOfRange("views", views, "0 or 2 to 720");
  if (size_px < 64 || size_px > 8192) return FieldOutOfRange("size_px", size_px, "64 to 8192");
  if (threads < 0) return FieldOutOfRange("threads", threads, "0 or more");
  if (jpeg_quality < 1 || jpeg_quality > 100)
    return FieldOutOfRange("jpeg_quality", jpeg_quality, "1 to 100");
  if (!(max_tilt_deg >= 0 && max_tilt_deg <= 30))
    return FieldOutOfRange("max_tilt_deg", max_tilt_deg, "0 to 30");
  if (!(fill >= 0.3 && fill <= 1)) return FieldOutOfRange("fill", fill, "0.3 to 1");
  if (!ParseBackground(background))
    return Fail(ErrorCode::kInvalidArgument, Text("background is '", background, "'"),
                "give keep, white, transparent or a color such as #f0f0f0");
  const std::optional<double> shape = AspectOf(aspect);
  if (aspect != "auto" && !(shape && *shape >= 1.0 / 3 && *shape <= 3))
    return Fail(ErrorCode::kInvalidArgument,
                Text("aspect is '", aspect, "', which is neither 'auto' nor W:H"),
                "give one within 1:3 and 3:1, such as 1:1 or 4:3");
  return {};
}

Result<RotatingView> BuildSpin(const Sweep& sweep,
                               const Reconstruction& reconstruction,
                               const Orbit& orbit,
                               const Subject& subject,
                               const SpinOptions& options,
                               const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  RV_CHECK_EQ(sweep.frames.size(), reconstruction.frames.size());
  if (!Report(progress, "path", 0)) return Cancelled();
  const std::vector<int> ring = spin::SpinSources(sweep, orbit);
  if (ring.size() < 2)
    return Fail(ErrorCode::kInsufficientData,
                Text("only ", ring.size(), " sharp frames on the ring round the item"),
                "walk round the item slowly and hold the phone steady");
  const SpinPlan plan = spin::PlanSpin(sweep, reconstruction, orbit, subject, ring, options);
  if (!Report(progress, "path", 0.7)) return Cancelled();
  std::vector<exposure::Gain> gains(plan.sources.size(), exposure::Gain{1, 1, 1});
  if (options.even_exposure) {
    Result<std::vector<exposure::Gain>> evened =
        spin::EstimateGains(sweep, reconstruction, plan.orbit, plan.sources, options.threads);
    if (!evened) return Forward(evened);
    gains = std::move(*evened);
  }
  RotatingView out{.tier = Tier::kFullPath,
                   .source_name = sweep.source_name,
                   .source_kind = sweep.kind == SourceKind::kVideo ? "video" : "photos",
                   .width = plan.frame.width,
                   .height = plan.frame.height,
                   .view_camera = spin::ViewCamera(plan.frame, plan.path.focal_px),
                   .depth_unit = options.depth ? views::kDepthUnit : 0,
                   .orbit = plan.orbit,
                   .reconstruction = reconstruction};
  PlaceViews(plan, out);
  std::vector<double> captured(out.views.size(), 0);
  const std::vector<std::uint32_t> with_depth = FramesWithDepth(sweep, plan);
  const Result<std::vector<depth::FrameDepth>> depths =
      MeasureDepths(sweep, reconstruction, subject, plan, with_depth, options.threads, progress);
  if (!depths) return Forward(depths);
  const views::ViewInput in{.sweep = sweep,
                            .subject = subject,
                            .plan = plan,
                            .gains = gains,
                            .depths = *depths,
                            .options = options};
  if (const Status made = views::MakeViews(in, progress, out, captured); !made) return Forward(made);
  out.coverage = spin::MakeReceipt(sweep, plan.orbit, plan, options);
  out.coverage.min_captured_share = *std::min_element(captured.begin(), captured.end());
  out.tier_reason = spin::TierReason(out.coverage);
  FillSources(sweep, subject, options, out);
  if (options.depth) StoreDepths(reconstruction, subject, with_depth, *depths, options.threads, out);
  LogInfo(Text("views: ", out.views.size(), " of ", out.width, "x", out.height, " from ", plan.sources.size(),
               " sharp frames"));
  if (!Report(progress, "views", 1)) return Cancelled();
  return out;
}

}  // namespace rv
