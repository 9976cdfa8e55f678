#include "bench/picture/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::picture {
namespace {

using OrderedJson = nlohmann::ordered_json;

template <typename... Args>
std::string Format(const char* format, Args... args) {
  char text[512];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

std::string Known(double value, int decimals) { return value < 0 ? "-" : Fixed(value, decimals); }

OrderedJson QuantilesJson(const std::optional<Quantiles>& q) {
  if (!q) return nullptr;
  return {{"p50", q->p50}, {"p95", q->p95}, {"p99", q->p99}};
}

OrderedJson ViewJson(const ViewFigures& v) {
  OrderedJson out{{"psnr_item_db", v.psnr_item_db},
                  {"psnr_all_db", v.psnr_all_db},
                  {"ssim_item", v.ssim_item},
                  {"ssim_all", v.ssim_all},
                  {"displacement_pct", QuantilesJson(v.displacement)},
                  {"outline_pct", QuantilesJson(v.outline)},
                  {"cut", v.cut},
                  {"off_axis_pct", v.off_axis_pct},
                  {"size_pct", v.size_pct},
                  {"unprovenanced_item_px", v.unprovenanced_item_px}};
  if (v.matte_iou) out["matte_iou"] = *v.matte_iou;
  if (v.matte_f) out["matte_f"] = *v.matte_f;
  return out;
}

// -1 where there is nothing to have a share of.
double Share(double part, double whole) { return whole > 0 ? part / whole : -1; }
double EdgeShare(const DepthTally& t) { return Share(t.inner_found + t.rim_found, t.inner + t.rim); }

std::string DepthCells(const DepthTally& t) {
  std::string out;
  for (const double pct : {Share(100 * t.within_half, t.px), Share(100 * t.within_whole, t.px)})
    out += Format("%5s ", Known(pct, 1).c_str());
  for (const double value : {Share(t.steps_pct, t.px), EdgeShare(t), Share(t.inner_found, t.inner),
                             Share(t.rim_found, t.rim), Share(t.said_right, t.said)})
    out += Format("%5s ", Known(value, 2).c_str());
  out.pop_back();
  return out;
}

OrderedJson ShareJson(double part, double whole) {
  return whole > 0 ? OrderedJson(part / whole) : OrderedJson(nullptr);
}

OrderedJson DepthJson(const SweepFigures& f) {
  const DepthTally& t = f.depth;
  return {{"frames", f.depths},
          {"px", t.px},
          {"within_0.5_pct", ShareJson(t.within_half, t.px)},
          {"within_1_pct", ShareJson(t.within_whole, t.px)},
          {"step_pct", ShareJson(t.steps_pct, t.px)},
          {"edge_recall", ShareJson(t.inner_found + t.rim_found, t.inner + t.rim)},
          {"inner_px", t.inner},
          {"inner_recall", ShareJson(t.inner_found, t.inner)},
          {"inner_precision", ShareJson(t.said_right, t.said)},
          {"rim_px", t.rim},
          {"rim_recall", ShareJson(t.rim_found, t.rim)}};
}

// Every sweep counts the same.
std::string DepthSummary(const std::vector<const SweepFigures*>& known) {
  std::vector<double> half, whole, step, edges;
  DepthTally all;
  for (const SweepFigures* f : known) {
    if (f->depth.px <= 0) continue;
    half.push_back(100 * f->depth.within_half / f->depth.px);
    whole.push_back(100 * f->depth.within_whole / f->depth.px);
    step.push_back(f->depth.steps_pct / f->depth.px);
    if (f->depth.inner + f->depth.rim > 0) edges.push_back(EdgeShare(f->depth));
    all.Add(f->depth);
  }
  if (half.empty()) return "";
  return Format(
      "depth of captured frames: within 0.5 %% of the distance %.1f %% of the item (least %.1f), within 1 %% "
      "%.1f %%; stored in steps of %.2f %%; edges found %s, those inside the item %s of all (right: %s)\n",
      Mean(half), *std::min_element(half.begin(), half.end()), Mean(whole), Mean(step),
      edges.empty() ? "-" : Fixed(Mean(edges), 2).c_str(),
      Known(Share(all.inner_found, all.inner), 2).c_str(), Known(Share(all.said_right, all.said), 2).c_str());
}

}  // namespace

std::string FiguresHeader() {
  return Format(
      "%-22s %4s %5s %7s | %6s %6s %6s %6s | %6s %6s %6s | %6s %6s | %3s %5s %5s %5s %5s | %5s %5s %5s | %5s "
      "%5s | %5s %5s %5s %5s %5s %5s %5s | %5s\n",
      "sweep", "tier", "views", "posed", "PSNR", "SSIM", "all", "SSIM", "p95md", "p95mx", "p99mx", "outmd",
      "outmx", "cut", "fill", "drift", "size", "flick", "matIo", "least", "F", "vwIo", "vwF", "z.5", "z1",
      "step", "edge", "in", "rim", "right", "s");
}

std::string FiguresLine(const SweepFigures& f) {
  if (!f.failed.empty())
    return Format("%-22s tier %d, %d of %d posed: %s\n", f.name.c_str(), f.tier, f.posed, f.frames,
                  f.failed.c_str());
  std::string line =
      Format("%-22s %4d %5d %3d/%-3d | %6.2f %6.3f %6.2f %6.3f | %6.2f %6.2f %6.2f | %6.2f %6.2f | ",
             f.name.c_str(), f.tier, f.views, f.posed, f.frames, f.psnr_item_db, f.ssim_item, f.psnr_all_db,
             f.ssim_all, f.displacement_p95_median, f.displacement_p95_worst, f.displacement_p99_worst,
             f.outline_p95_median, f.outline_p99_worst);
  line += Format("%3d %5.1f %5.2f %5.2f %5.2f | %5s %5s %5s | %5s %5s | ", f.cut_views, f.fill_pct,
                 f.drift_rms_pct, f.size_rms_pct, f.flicker, Known(f.matte_iou, 3).c_str(),
                 Known(f.matte_iou_least, 3).c_str(), Known(f.matte_f, 3).c_str(),
                 Known(f.view_matte_iou, 3).c_str(), Known(f.view_matte_f, 3).c_str());
  line += DepthCells(f.depth) + Format(" | %5.1f\n", f.seconds);
  return line;
}

std::string FiguresSummary(const std::vector<SweepFigures>& all) {
  std::vector<const SweepFigures*> known;
  for (const SweepFigures& f : all)
    if (f.failed.empty()) known.push_back(&f);
  if (known.empty()) return "no sweep has figures\n";
  const auto values = [&](double SweepFigures::*member) {
    std::vector<double> out;
    for (const SweepFigures* f : known)
      if (f->*member >= 0) out.push_back(f->*member);
    return out;
  };
  const auto largest = [&](double SweepFigures::*member) {
    const std::vector<double> v = values(member);
    return v.empty() ? -1 : *std::max_element(v.begin(), v.end());
  };
  int cut = 0, views = 0;
  for (const SweepFigures* f : known) cut += f->cut_views, views += f->views;
  const auto filled =
      std::ranges::count_if(known, [](const auto* f) { return f->fill_pct >= 80 && f->fill_pct <= 88; });
  std::string out = Text(known.size(), " of ", all.size(), " sweeps have figures; ", cut, " of ", views,
                         " views cut the item; it fills 80 to 88 % in ", filled, "\n");
  out += Format(
      "over the item: PSNR %.2f dB, SSIM %.3f; displacement p95: median %.2f %%, worst view %.2f %% (p99 "
      "%.2f %%); "
      "outline p95: median %.2f %%, worst p99 %.2f %%; flicker %.2f levels\n",
      Mean(values(&SweepFigures::psnr_item_db)), Mean(values(&SweepFigures::ssim_item)),
      Median(values(&SweepFigures::displacement_p95_median)), largest(&SweepFigures::displacement_p95_worst),
      largest(&SweepFigures::displacement_p99_worst), Median(values(&SweepFigures::outline_p95_median)),
      largest(&SweepFigures::outline_p99_worst), Mean(values(&SweepFigures::flicker)));
  const std::vector<double> least = values(&SweepFigures::matte_iou_least);
  if (!least.empty())
    out += Format(
        "mattes of captured frames: mean IoU %.3f, least %.3f, boundary F %.3f; of views: %.3f, F %.3f\n",
        Mean(values(&SweepFigures::matte_iou)), *std::min_element(least.begin(), least.end()),
        Mean(values(&SweepFigures::matte_f)), Mean(values(&SweepFigures::view_matte_iou)),
        Mean(values(&SweepFigures::view_matte_f)));
  out += DepthSummary(known);
  return out;
}

std::string FiguresJson(const SweepFigures& f) {
  OrderedJson out{
      {"event", "sweep"}, {"name", f.name}, {"tier", f.tier}, {"frames", f.frames}, {"posed", f.posed}};
  if (!f.failed.empty()) {
    out["failed"] = f.failed;
    return out.dump();
  }
  out.update({{"views", f.views},
              {"arc_deg", f.arc_deg},
              {"seconds", f.seconds},
              {"psnr_item_db", f.psnr_item_db},
              {"psnr_all_db", f.psnr_all_db},
              {"ssim_item", f.ssim_item},
              {"ssim_all", f.ssim_all},
              {"displacement_p95_median_pct", f.displacement_p95_median},
              {"displacement_p95_worst_pct", f.displacement_p95_worst},
              {"displacement_p99_worst_pct", f.displacement_p99_worst},
              {"outline_p95_median_pct", f.outline_p95_median},
              {"outline_p99_worst_pct", f.outline_p99_worst},
              {"cut_views", f.cut_views},
              {"fill_pct", f.fill_pct},
              {"drift_rms_pct", f.drift_rms_pct},
              {"size_rms_pct", f.size_rms_pct},
              {"flicker", f.flicker},
              {"unprovenanced_item_px", f.unprovenanced_item_px}});
  if (f.mattes > 0)
    out["mattes"] = {{"count", f.mattes},
                     {"iou", f.matte_iou},
                     {"iou_least", f.matte_iou_least},
                     {"least", f.matte_least},
                     {"f", f.matte_f}};
  if (f.view_matte_iou >= 0) out["view_mattes"] = {{"iou", f.view_matte_iou}, {"f", f.view_matte_f}};
  if (f.depths > 0) out["depth"] = DepthJson(f);
  out["by_view"] = OrderedJson::array();
  for (const ViewFigures& view : f.by_view) out["by_view"].push_back(ViewJson(view));
  return out.dump();
}

}  // namespace rv::picture
