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
#include "reconstruct/spin/backdrop.h"
#include "reconstruct/spin/exposure.h"
#include "reconstruct/spin/item_frame.h"
#include "reconstruct/spin/matte_edges.h"
#include "reconstruct/spin/spin_plan.h"
#include "reconstruct/spin/spin_receipt.h"
#include "scene/background.h"

namespace rv {
namespace {

using spin::PlannedView;
using spin::SpinPlan;

constexpr double kDepthUnit = 8.0 / 65535;  // of the distance to the center
// Above this scale the picture is sampled as it is; below, decoding it smaller avoids aliasing.
constexpr double kFullDecodeScale = 0.8;
constexpr double kDecodeMargin = 1.15;  // size of the decoded picture against its size in the view
constexpr std::size_t kLeastBatch = 8;  // groups of views between two reports of progress
constexpr std::size_t kBatchPerThread = 4;

// Decodes a source at about the scale at which it is shown and applies its gain.
Result<Image> LoadSource(const Sweep& sweep,
                         const spin::SourceCamera& source,
                         const exposure::Gain& gain,
                         double scale) {
  const SweepFrame& frame = sweep.frames[source.frame];
  const int side = std::max(frame.image.width, frame.image.height);
  const int wanted =
      scale > kFullDecodeScale ? side : static_cast<int>(std::ceil(side * scale * kDecodeMargin));
  Result<Image> image = DecodeScaled(frame.image, 3, std::min(side, wanted));
  if (!image)
    return Fail(image.error().code, Text("frame ", frame.name, ": ", image.error().message),
                image.error().remedy);
  if (gain != exposure::Gain{1, 1, 1}) exposure::ApplyGain(exposure::MakeGainTable(gain), *image);
  return image;
}

// Makes the views of one group: all those whose main source is `main`, which is decoded once.
class ViewMaker {
 public:
  ViewMaker(const Sweep& sweep,
            const Subject& subject,
            const SpinPlan& plan,
            const std::vector<exposure::Gain>& gains,
            const SpinOptions& options,
            RotatingView& out,
            std::vector<double>& captured)
      : sweep_(sweep),
        subject_(subject),
        plan_(plan),
        gains_(gains),
        options_(options),
        out_(out),
        captured_(captured) {}

  Status MakeGroup(const std::vector<int>& views) const {
    const int main = plan_.views[views.front()].sources.front();
    const Result<Image> source = Load(main);
    if (!source) return Forward(source);
    for (const int view : views)
      if (const Status made = MakeView(view, *source); !made) return Forward(made);
    return {};
  }

 private:
  Result<Image> Load(int source) const {
    return LoadSource(sweep_, plan_.sources[source], gains_[source], plan_.frame.scale);
  }

  Status MakeView(int index, const Image& main) const {
    const PlannedView& planned = plan_.views[index];
    spin::ViewPixels pixels = spin::MakeViewPixels(plan_.frame);
    View& view = out_.views[index];
    for (std::size_t k = 0; k < planned.warps.size(); ++k) {
      const double before = k == 0 ? 0 : spin::CapturedShare(pixels.provenance);
      if (before == 1) break;
      const spin::SourceCamera& source = plan_.sources[planned.sources[k]];
      const int label = static_cast<int>(view.sources.size()) + 1;
      const std::optional<Image> matte = spin::MatteOf(subject_, source.frame);
      Result<Image> other;
      std::optional<Image> barred;
      if (k > 0) {
        other = Load(planned.sources[k]);
        if (!other) return Forward(other);
        if (plan_.item_framed && matte) barred = spin::GrownMatte(*matte);
      }
      spin::RenderWarp(plan_.grid, plan_.frame,
                       {.mesh = planned.warps[k],
                        .camera = source.camera,
                        .picture = k == 0 ? main : *other,
                        .label = static_cast<std::uint8_t>(label),
                        .barred = barred ? &*barred : nullptr,
                        .matte = matte ? &*matte : nullptr},
                       pixels);
      if (spin::CapturedShare(pixels.provenance) > before)
        view.sources.push_back({.frame = FrameId{source.frame}, .label = label});
    }
    captured_[index] = spin::CapturedShare(pixels.provenance);
    if (plan_.item_framed && options_.backdrop && captured_[index] < 1) Continue(index, pixels);
    const bool known = KnowsItemIn(planned);
    if (known) {
      spin::SharpenMatte(pixels.image, MattePixel(planned), pixels.matte);
      view.matte = EncodePng(pixels.matte);
    }
    if (known) Replace(pixels);
    view.image = pixels.image.channels == 4 ? EncodeWebp(pixels.image, options_.jpeg_quality)
                                            : EncodeJpeg(pixels.image, options_.jpeg_quality);
    view.provenance = EncodePng(pixels.provenance);
    if (options_.depth)
      view.depth = EncodePng16(
          spin::RenderDepth(plan_.grid, planned.inverse, planned.points, plan_.frame, kDepthUnit));
    return {};
  }

  // The background by another; nobody captured that.
  void Replace(spin::ViewPixels& pixels) const {
    const Background background = *ParseBackground(options_.background);
    if (!background.replaces()) return;
    pixels.image = OverBackground(pixels.image, pixels.matte, background);
    for (std::size_t i = 0; i < pixels.matte.pixels.size(); ++i)
      if (pixels.matte.pixels[i] < 128) pixels.provenance.pixels[i] = 0;
  }

  bool KnowsItemIn(const PlannedView& planned) const {
    return subject_.known && !subject_.mattes[plan_.sources[planned.sources.front()].frame].empty();
  }

  // The width of a pixel of the main source's matte, in the view.
  double MattePixel(const PlannedView& planned) const {
    const spin::SourceCamera& source = plan_.sources[planned.sources.front()];
    const EncodedImage& matte = subject_.mattes[source.frame];
    return matte.width > 0 ? plan_.frame.scale * source.camera.width / matte.width : 1;
  }

  void Continue(int index, spin::ViewPixels& pixels) const {
    constexpr int kShrink = 4, kGrow = 4;  // the hull's outline is as coarse as its cells
    const Image item =
        spin::HullInView(subject_, plan_.path, plan_.path.stops[index], plan_.frame, kShrink, kGrow);
    spin::FillBackdrop(pixels.provenance, item, pixels.image);
  }

  const Sweep& sweep_;
  const Subject& subject_;
  const SpinPlan& plan_;
  const std::vector<exposure::Gain>& gains_;
  const SpinOptions& options_;
  RotatingView& out_;
  std::vector<double>& captured_;
};

// Views grouped by main source, so that each main source is decoded once. Groups are in the order of their
// first view.
std::vector<std::vector<int>> GroupByMain(const SpinPlan& plan) {
  std::vector<int> group_of(plan.sources.size(), -1);
  std::vector<std::vector<int>> groups;
  for (std::size_t i = 0; i < plan.views.size(); ++i) {
    int& group = group_of[plan.views[i].sources.front()];
    if (group < 0) {
      group = static_cast<int>(groups.size());
      groups.emplace_back();
    }
    groups[group].push_back(static_cast<int>(i));
  }
  return groups;
}

// Renders in batches: the callback must be called from this thread only.
Status MakeViews(const SpinPlan& plan, const ViewMaker& maker, int threads, const Progress& progress) {
  const std::vector<std::vector<int>> groups = GroupByMain(plan);
  const std::size_t batch = std::max<std::size_t>(
      kLeastBatch, kBatchPerThread * static_cast<std::size_t>(threads > 0 ? threads : HardwareThreads()));
  for (std::size_t begin = 0; begin < groups.size(); begin += batch) {
    if (!Report(progress, "views", static_cast<double>(begin) / static_cast<double>(groups.size())))
      return Cancelled();
    const std::size_t count = std::min(batch, groups.size() - begin);
    std::vector<Status> made(count);
    ParallelFor(count, threads, [&](std::size_t i) { made[i] = maker.MakeGroup(groups[begin + i]); });
    for (const Status& status : made)
      if (!status) return Forward(status);
  }
  return {};
}

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
                   .depth_unit = options.depth ? kDepthUnit : 0,
                   .orbit = plan.orbit,
                   .reconstruction = reconstruction};
  PlaceViews(plan, out);
  std::vector<double> captured(out.views.size(), 0);
  const ViewMaker maker(sweep, subject, plan, gains, options, out, captured);
  if (const Status made = MakeViews(plan, maker, options.threads, progress); !made) return Forward(made);
  out.coverage = spin::MakeReceipt(sweep, plan.orbit, plan, options);
  out.coverage.min_captured_share = *std::min_element(captured.begin(), captured.end());
  out.tier_reason = spin::TierReason(out.coverage);
  FillSources(sweep, subject, options, out);
  LogInfo(Text("views: ", out.views.size(), " of ", out.width, "x", out.height, " from ", plan.sources.size(),
               " sharp frames"));
  if (!Report(progress, "views", 1)) return Cancelled();
  return out;
}

}  // namespace rv
