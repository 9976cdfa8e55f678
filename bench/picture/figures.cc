#include "bench/picture/figures.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::picture {
namespace {

double MeanOf(const std::vector<ViewFigures>& views, double ViewFigures::*member) {
  double sum = 0;
  for (const ViewFigures& view : views) sum += view.*member;
  return sum / static_cast<double>(views.size());
}

double RootMeanSquare(const std::vector<ViewFigures>& views, double ViewFigures::*member) {
  double sum = 0;
  for (const ViewFigures& view : views) sum += view.*member * view.*member;
  return std::sqrt(sum / static_cast<double>(views.size()));
}

// Of the views that have it; -1 where none has.
double MeanOfKnown(const std::vector<ViewFigures>& views, std::optional<double> ViewFigures::*member) {
  std::vector<double> known;
  for (const ViewFigures& view : views)
    if (view.*member) known.push_back(*(view.*member));
  return known.empty() ? -1 : Mean(known);
}

std::vector<double> Known(const std::vector<ViewFigures>& views,
                          std::optional<Quantiles> ViewFigures::*member,
                          double Quantiles::*quantile) {
  std::vector<double> out;
  for (const ViewFigures& view : views)
    if (view.*member) out.push_back((*(view.*member)).*quantile);
  return out;
}

double Worst(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

}  // namespace

void SumUp(SweepFigures& f) {
  const std::vector<ViewFigures>& views = f.by_view;
  if (views.empty()) return;
  f.psnr_item_db = MeanOf(views, &ViewFigures::psnr_item_db);
  f.psnr_all_db = MeanOf(views, &ViewFigures::psnr_all_db);
  f.ssim_item = MeanOf(views, &ViewFigures::ssim_item);
  f.ssim_all = MeanOf(views, &ViewFigures::ssim_all);
  const std::vector<double> p95 = Known(views, &ViewFigures::displacement, &Quantiles::p95);
  f.displacement_p95_median = p95.empty() ? 0 : Median(p95);
  f.displacement_p95_worst = Worst(p95);
  f.displacement_p99_worst = Worst(Known(views, &ViewFigures::displacement, &Quantiles::p99));
  const std::vector<double> outline = Known(views, &ViewFigures::outline, &Quantiles::p95);
  f.outline_p95_median = outline.empty() ? 0 : Median(outline);
  f.outline_p99_worst = Worst(Known(views, &ViewFigures::outline, &Quantiles::p99));
  f.cut_views = static_cast<int>(std::ranges::count_if(views, &ViewFigures::cut));
  f.drift_rms_pct = RootMeanSquare(views, &ViewFigures::off_axis_pct);
  f.size_rms_pct = RootMeanSquare(views, &ViewFigures::size_pct);
  f.view_matte_iou = MeanOfKnown(views, &ViewFigures::matte_iou);
  f.view_matte_f = MeanOfKnown(views, &ViewFigures::matte_f);
  f.unprovenanced_item_px = 0;
  for (const ViewFigures& view : views) f.unprovenanced_item_px += view.unprovenanced_item_px;
}

}  // namespace rv::picture
