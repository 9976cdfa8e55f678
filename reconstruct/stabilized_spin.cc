#include "reconstruct/stabilized_spin.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/options.h"
#include "base/parallel.h"
#include "base/text.h"
#include "reconstruct/motion/conclusions.h"
#include "reconstruct/stabilized/exposure.h"
#include "reconstruct/stabilized/picks.h"
#include "reconstruct/stabilized/render.h"
#include "reconstruct/stabilized/report.h"
#include "reconstruct/stabilized/stabilize.h"

namespace rv {
namespace {

struct Plan {
  Tier tier = Tier::kRawFrames;
  SweepMotion motion;
  stabilized::PickedFrames picks;
  stabilized::HeldFrames held;
  std::vector<exposure::Gain> gains;
  std::vector<motion::CanvasFit> fit;
  cv::Size size;
};

tl::unexpected<Error> Unrelated(const Sweep& sweep, const SweepMotion& motion) {
  return Fail(ErrorCode::kInsufficientData,
              Text(sweep.source_name, " does not show one item: ", motion.breaks.size(), " of ",
                   sweep.frames.size() - 1, " neighbouring frames have nothing in common"),
              "put only frames of one item, in the order of the turn, into one clip or folder",
              motion.findings);
}

Result<Plan> MakePlan(const Sweep& sweep, const StabilizedSpinOptions& options, const Progress& progress) {
  const Result<motion::MotionMeasurements> measured =
      motion::MeasureMotion(sweep, {.threads = options.threads}, progress);
  if (!measured) return Forward(measured);
  Plan plan{.motion = motion::ClassifyMotion(sweep, *measured, options.threads), .fit = measured->small.fit};
  if (plan.motion.kind == CaptureMotion::kUnrelated) return Unrelated(sweep, plan.motion);
  plan.tier = stabilized::ChooseStabilizedTier(plan.motion, options.stabilize);
  plan.picks = stabilized::PickFrames(sweep, plan.motion, options);
  plan.held = plan.tier == Tier::kStabilized2d
                  ? stabilized::HoldSubject(*measured, plan.motion, plan.picks.frames)
                  : stabilized::AsFilmed(*measured);
  plan.gains = options.even_exposure
                   ? stabilized::StabilizedGains(*measured, plan.motion)
                   : std::vector<exposure::Gain>(sweep.frames.size(), exposure::Gain{1, 1, 1});
  plan.size = stabilized::ViewSize(plan.held, measured->small, plan.picks.frames, options.size_px);
  return plan;
}

// The frames of `range` alone: frames beyond a break would disturb their analysis.
Sweep Cut(const Sweep& sweep, FrameRange range) {
  Sweep part{.kind = sweep.kind, .source_name = sweep.source_name};
  part.frames.assign(sweep.frames.begin() + range.first, sweep.frames.begin() + range.last + 1);
  return part;
}

void Shift(Plan& plan, int offset) {
  for (int& frame : plan.picks.frames) frame += offset;
  plan.held.held_from_canvas.insert(plan.held.held_from_canvas.begin(), offset, cv::Matx23d());
  plan.gains.insert(plan.gains.begin(), offset, exposure::Gain{1, 1, 1});
  plan.fit.insert(plan.fit.begin(), offset, motion::CanvasFit{});
}

// Plans for the longest stretch that shows one place.
Result<Plan> PlanLongestRun(const Sweep& sweep,
                            const StabilizedSpinOptions& options,
                            const Progress& progress) {
  Result<Plan> whole = MakePlan(sweep, options, progress);
  if (!whole || whole->motion.breaks.empty() || whole->motion.run.count() < 2) return whole;
  const FrameRange run = whole->motion.run;
  Result<Plan> part = MakePlan(Cut(sweep, run), options, progress);
  if (!part) return Forward(part);
  std::vector<std::string> findings = whole->motion.findings;
  findings.resize(whole->motion.breaks.size());  // only those about the breaks hold for the part
  findings.push_back(Text("only frames ", run.first + 1, " to ", run.last + 1, " are shown"));
  part->motion.findings.insert(part->motion.findings.begin(), findings.begin(), findings.end());
  Shift(*part, run.first);
  return part;
}

Status DrawViews(const Sweep& sweep,
                 const Plan& plan,
                 const StabilizedSpinOptions& options,
                 const Progress& progress,
                 RotatingView& asset) {
  const int count = static_cast<int>(plan.picks.frames.size());
  const bool clockwise = plan.motion.direction < 0;
  asset.views.resize(count);
  std::vector<Status> status(count);
  constexpr int kBatch = 8;
  for (int begin = 0; begin < count; begin += kBatch) {
    if (!Report(progress, "views", static_cast<double>(begin) / count)) return Cancelled();
    ParallelFor(std::min(kBatch, count - begin), options.threads, [&](std::size_t offset) {
      const int k = begin + static_cast<int>(offset);
      // Clockwise: stored in reverse; a closed turn still starts with the first captured frame.
      const int slot = !clockwise ? k : plan.picks.closed ? (count - k) % count : count - 1 - k;
      const int i = plan.picks.frames[slot];
      Result<View> view = stabilized::DrawStabilizedView(sweep.frames[i],
                                                         {.fit = plan.fit[i],
                                                          .held_from_canvas = plan.held.held_from_canvas[i],
                                                          .crop = plan.held.crop,
                                                          .size = plan.size,
                                                          .gain = plan.gains[i]},
                                                         options.jpeg_quality);
      if (!view) {
        status[k] = Forward(view);
        return;
      }
      view->azimuth_deg = stabilized::NominalAzimuthDeg(plan.picks, clockwise, k, count);
      view->sources = {{.frame = FrameId{static_cast<std::uint32_t>(i)}, .label = 1}};
      asset.views[k] = std::move(*view);
    });
  }
  for (const Status& s : status)
    if (!s) return Forward(s);
  if (!Report(progress, "views", 1)) return Cancelled();
  return {};
}

void ListSources(const Sweep& sweep, const Plan& plan, bool keep, RotatingView& asset) {
  for (const SweepFrame& frame : sweep.frames) {
    SourceFrame source{.name = frame.name,
                       .width = frame.image.width,
                       .height = frame.image.height,
                       .source_index = frame.source_index,
                       .time_s = frame.time_s,
                       .sharpness = frame.sharpness,
                       .note = frame.note};
    if (keep) source.image = frame.image;
    asset.sources.push_back(std::move(source));
  }
  for (int i : plan.picks.frames) asset.sources[i].used_in_view = true;
}

}  // namespace

Status StabilizedSpinOptions::Validate() const {
  if (!(spacing_deg >= 1 && spacing_deg <= 60)) return FieldOutOfRange("spacing_deg", spacing_deg, "1 to 60");
  if (views != 0 && (views < 2 || views > 720)) return FieldOutOfRange("views", views, "0 or 2 to 720");
  if (size_px < 64 || size_px > 8192) return FieldOutOfRange("size_px", size_px, "64 to 8192");
  if (threads < 0)
    return Fail(ErrorCode::kInvalidArgument, Text("threads must not be negative, got ", threads));
  if (jpeg_quality < 1 || jpeg_quality > 100)
    return FieldOutOfRange("jpeg_quality", jpeg_quality, "1 to 100");
  return {};
}

Result<RotatingView> BuildStabilizedSpin(const Sweep& sweep,
                                         const StabilizedSpinOptions& options,
                                         const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  Result<Plan> plan = PlanLongestRun(sweep, options, progress);
  if (!plan) return Forward(plan);
  // What comes back to where it began went round: the item turned, whatever the camera did.
  const bool came_back = plan->motion.loop && !plan->motion.loop->assumed;
  if (options.known_arc_deg && !came_back) stabilized::ClaimAtMost(*options.known_arc_deg, plan->picks);
  RotatingView asset;
  asset.tier = plan->tier;
  asset.tier_reason = stabilized::StabilizedTierReason(plan->tier, plan->motion, plan->picks.arc_known);
  asset.source_name = sweep.source_name;
  asset.source_kind = sweep.kind == SourceKind::kVideo ? "video" : "photos";
  asset.width = plan->size.width;
  asset.height = plan->size.height;
  asset.coverage = stabilized::MakeStabilizedReceipt(plan->motion, plan->picks);
  if (const Status drawn = DrawViews(sweep, *plan, options, progress, asset); !drawn) return Forward(drawn);
  ListSources(sweep, *plan, options.keep_sources, asset);
  LogInfo(Text("flat spin: tier ", static_cast<int>(asset.tier), ", ", asset.views.size(), " views, ",
               CaptureMotionName(plan->motion.kind)));
  return asset;
}

}  // namespace rv
