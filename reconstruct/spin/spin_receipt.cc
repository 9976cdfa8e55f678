#include "reconstruct/spin/spin_receipt.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::spin {
namespace {

std::string Rounded(double value) { return Text(std::lround(value)); }

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return Text(count, " ", count == 1 ? one : many);
}

void AddPathFindings(const Sweep& sweep,
                     const Orbit& orbit,
                     const SpinPlan& plan,
                     const SpinOptions& options,
                     CoverageReceipt& receipt) {
  const bool photos = sweep.kind == SourceKind::kPhotos;
  if (!orbit.closed)
    receipt.findings.push_back(
        Text("the spin shows ", Rounded(receipt.arc_deg),
             photos ? " of 360 degrees; photograph all the way round the item for a full turn"
                    : " of 360 degrees; film all the way round the item for a full turn"));
  for (const CoverageReceipt::Gap& gap : receipt.gaps)
    receipt.findings.push_back(
        Text("no frame between ", Rounded(gap.from_deg), " and ", Rounded(gap.to_deg),
             photos ? " degrees; take more photos there" : " degrees; film more slowly there"));
  if (plan.path.largest_jump > ToRadians(kNoticedJumpDeg))
    receipt.findings.push_back(
        Text("the camera height jumps by ", Rounded(ToDegrees(plan.path.largest_jump)),
             " degrees between two neighbouring views; end the turn at the height it began"));
  if (plan.path.capped)
    receipt.findings.push_back(
        Text("only ", plan.path.stops.size(), " views, two for each of the ", plan.sources.size(),
             " sharp frames, instead of ",
             options.views > 0 ? Text(options.views) : Text(Rounded(options.spacing_deg), " degrees apart")));
}

std::string Height(double degrees) {
  return Text(Rounded(std::abs(degrees)), " degrees ", degrees < 0 ? "below" : "above");
}

// "; the ring is seen from 15 degrees above, most of these from 78 degrees above", where that tells them apart.
std::string OtherHeight(const Orbit& orbit, const std::vector<double>& off_deg) {
  constexpr double kToldApart = 15;
  std::vector<double> ring_deg;
  for (const OrbitFrame& frame : orbit.frames)
    if (frame.on_ring) ring_deg.push_back(ToDegrees(frame.elevation));
  const double ring = Median(ring_deg), off = Median(off_deg);
  if (std::abs(ring - off) < kToldApart) return {};
  return Text("; the ring is seen from ", Height(ring), ", ",
              off_deg.size() == 1 ? "this one" : "most of these", " from ", Height(off));
}

void AddFrameFindings(const Sweep& sweep, const Orbit& orbit, CoverageReceipt& receipt) {
  std::vector<double> off_deg;
  for (const OrbitFrame& frame : orbit.frames)
    if (!frame.on_ring && sweep.frames[frame.frame.value].for_spin)
      off_deg.push_back(ToDegrees(frame.elevation));
  if (!off_deg.empty())
    receipt.findings.push_back(Text(Counted(off_deg.size(), "frame is", "frames are"),
                                    " off the ring that is shown (another height or turn): posed and kept",
                                    OtherHeight(orbit, off_deg)));
  const std::size_t lost = sweep.frames.size() - orbit.frames.size();
  if (lost > 0)
    receipt.findings.push_back(Text(Counted(lost, "frame has", "frames have"),
                                    lost == 1 ? " no pose and is not shown" : " no pose and are not shown"));
}

// "a.jpg, b.jpg and 3 more"
std::string Named(const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostNames, names.size()); ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kMostNames) text += Text(" and ", names.size() - kMostNames, " more");
  return text;
}

// The quarter turns of most pictures.
int UsualTurns(const Orbit& orbit) {
  std::array<int, 4> counts{};
  for (const OrbitFrame& frame : orbit.frames) ++counts[static_cast<std::size_t>(frame.quarter_turns)];
  return static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

// Pictures that lie otherwise than most, and an up that little tells.
void AddUprightFindings(const Sweep& sweep, const Orbit& orbit, CoverageReceipt& receipt) {
  constexpr double kUncertainDeg = 12, kUnknownDeg = 40;
  const int usual = UsualTurns(orbit);
  if (usual != 0)
    receipt.findings.emplace_back(usual == 2
                                      ? "the pictures are upside down; the views are turned upright"
                                      : "the pictures lie on their side; the views are turned upright");
  std::vector<std::string> names;
  for (const OrbitFrame& frame : orbit.frames)
    if (frame.quarter_turns != usual) names.push_back(sweep.frames[frame.frame.value].name);
  if (!names.empty()) {
    receipt.findings.push_back(Text(Counted(names.size(), "picture does not lie", "pictures do not lie"),
                                    " as the others do and ", names.size() == 1 ? "is" : "are",
                                    " turned: ", Named(names)));
  }
  const double sigma = ToDegrees(orbit.up_sigma);
  if (sigma > kUncertainDeg)
    receipt.findings.push_back(
        Text("which way is up is ",
             sigma > kUnknownDeg ? "hardly known" : Text("known to about ", Rounded(sigma), " degrees only"),
             "; hold the phone upright and take in what the item stands on"));
}

void AddItemFindings(const Sweep& sweep, const SpinPlan& plan, CoverageReceipt& receipt) {
  std::vector<std::string> names;
  for (const std::uint32_t frame : plan.cut_frames) names.push_back(sweep.frames[frame].name);
  if (!names.empty())
    receipt.findings.push_back(Text("the item leaves the picture in ",
                                    Counted(names.size(), "frame", "frames"), " (", Named(names),
                                    "); keep all of it in view"));
  if (plan.loose)
    receipt.findings.emplace_back(
        "the item has few pixels in the captured frames, so that the views show more of its surroundings; "
        "larger "
        "pictures, or going nearer, would show more of it");
}

void AddWarpFindings(const SpinPlan& plan, CoverageReceipt& receipt) {
  std::size_t homographies = 0;
  for (const PlannedView& view : plan.views)
    homographies += view.warps.front().stiffness == kHomographyStiffness;
  if (homographies > 0)
    receipt.findings.push_back(Text(Counted(homographies, "view is", "views are"),
                                    " warped as a flat picture, for want of steady points"));
  if (!plan.fully_covered || !plan.holds_item)
    receipt.findings.push_back("the item leaves the picture in places; keep all of it in view");
}

}  // namespace

CoverageReceipt MakeReceipt(const Sweep& sweep,
                            const Orbit& orbit,
                            const SpinPlan& plan,
                            const SpinOptions& options) {
  CoverageReceipt receipt{.arc_deg = ToDegrees(orbit.arc),
                          .closed = orbit.closed,
                          .clockwise_capture = orbit.clockwise,
                          .loops = orbit.loops,
                          .spacing_deg = ToDegrees(plan.path.spacing)};
  for (const OrbitGap& gap : orbit.gaps)
    receipt.gaps.push_back({.from_deg = ToDegrees(gap.from_azimuth), .to_deg = ToDegrees(gap.to_azimuth)});
  AddPathFindings(sweep, orbit, plan, options, receipt);
  AddFrameFindings(sweep, orbit, receipt);
  AddUprightFindings(sweep, orbit, receipt);
  AddItemFindings(sweep, plan, receipt);
  AddWarpFindings(plan, receipt);
  return receipt;
}

std::string TierReason(const CoverageReceipt& receipt) {
  if (receipt.closed)
    return "every view of the full turn is warped from a frame whose camera position is known";
  return Text("every view of an arc of ", Rounded(receipt.arc_deg),
              " degrees is warped from a frame whose camera position is known");
}

}  // namespace rv::spin
