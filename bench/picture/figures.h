// What bench/picture says of one sweep. Lengths on the item are in % of its size: the longer side of the box of the
// true matte.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/picture/depth_likeness.h"

namespace rv::picture {

struct Quantiles {
  double p50 = 0, p95 = 0, p99 = 0;
};

// A view beside the truth from the same camera.
struct ViewFigures {
  double psnr_item_db = 0, psnr_all_db = 0;  // after one gain for each channel of the sweep
  double ssim_item = 0, ssim_all = 0;        // luma
  std::optional<Quantiles> displacement;     // of textured pixels of the item; none without any
  std::optional<Quantiles> outline;  // shift of the item's outline across itself; none where it does not show
  bool cut = false;                  // the true item touches the view's edge
  std::optional<double> matte_iou, matte_f;  // of the asset's matte, where it has one
  double off_axis_pct = 0;                   // the item's axis from the view's middle, % of the width
  double size_pct = 0;                       // distance of the item against the mean of the sweep, %
  double unprovenanced_item_px = 0;
};

struct SweepFigures {
  std::string name, failed;  // why there are no figures
  int tier = 0, views = 0, frames = 0, posed = 0;
  double seconds = 0, arc_deg = 0;
  std::vector<ViewFigures> by_view;
  // Over views.
  double psnr_item_db = 0, psnr_all_db = 0, ssim_item = 0, ssim_all = 0;
  double displacement_p95_median = 0, displacement_p95_worst = 0, displacement_p99_worst = 0;
  double outline_p95_median = 0, outline_p99_worst = 0;
  int cut_views = 0;
  double fill_pct = 0;  // of the width or height, by the union of the true mattes' boxes
  double drift_rms_pct = 0, size_rms_pct = 0;
  double flicker = 0;  // 8-bit levels, see Flicker()
  double unprovenanced_item_px = 0;
  double view_matte_iou = -1, view_matte_f = -1;  // -1: the asset has no mattes
  // Of the captured frames' mattes, where the sweep has true ones.
  int mattes = 0;
  double matte_iou = -1, matte_iou_least = -1, matte_f = -1;
  std::string matte_least;  // its frame
  // Of the captured frames' depth, where the sweep has the true one: sums over them.
  int depths = 0;
  DepthTally depth;
};

// Fills the sums of `figures` from `by_view`.
void SumUp(SweepFigures& figures);

}  // namespace rv::picture
