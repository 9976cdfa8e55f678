#include "bench/picture/measure.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "bench/picture/likeness.h"
#include "bench/picture/shape.h"

namespace rv::picture {
namespace {

namespace fs = std::filesystem;
constexpr double kTolerancePx = 2;

struct Pair {
  Image view, truth, matte;
};

Result<Pair> ReadPair(const RotatingView& view, const fs::path& folder, std::size_t index) {
  Result<Image> mine = Decode(view.views[index].image, 3);
  if (!mine) return Forward(mine);
  Result<TrueView> truth = ReadTrueView(folder, index);
  if (!truth) return Forward(truth);
  if (truth->picture.width != mine->width || truth->picture.height != mine->height)
    return Fail(ErrorCode::kInternal, "the truth is of another size than the view");
  return Pair{std::move(*mine), std::move(truth->picture), std::move(truth->matte)};
}

Result<Gains> SweepGains(const RotatingView& view, const fs::path& folder) {
  std::vector<Gains> gains;
  for (std::size_t i = 0; i < view.views.size(); i += 4) {
    const Result<Pair> pair = ReadPair(view, folder, i);
    if (!pair) return Forward(pair);
    gains.push_back(RatioOfMeans(pair->view, pair->truth, pair->matte));
  }
  return MedianGains(gains);
}

double CountUnprovenanced(const Image& provenance, const Image& matte) {
  double count = 0;
  for (std::size_t i = 0; i < matte.pixels.size(); ++i)
    count += matte.pixels[i] >= 128 && provenance.pixels[i] == 0;
  return count;
}

Result<ViewFigures> MeasureView(const View& view, const Pair& pair) {
  const Likeness likeness = Compare(pair.view, pair.truth, pair.matte);
  ViewFigures out{.psnr_item_db = likeness.psnr_item_db,
                  .psnr_all_db = likeness.psnr_all_db,
                  .ssim_item = likeness.ssim_item,
                  .ssim_all = likeness.ssim_all,
                  .displacement = Displacement(pair.view, pair.truth, pair.matte),
                  .outline = OutlineShift(pair.view, pair.truth, pair.matte),
                  .cut = TouchesEdge(pair.matte)};
  if (!view.provenance.empty()) {
    const Result<Image> provenance = Decode(view.provenance, 1);
    if (!provenance) return Forward(provenance);
    out.unprovenanced_item_px = CountUnprovenanced(*provenance, pair.matte);
  }
  if (view.matte.empty()) return out;
  const Result<Image> matte = Decode(view.matte, 1);
  if (!matte) return Forward(matte);
  out.matte_iou = MatteIou(*matte, pair.matte);
  out.matte_f = BoundaryF(*matte, pair.matte, kTolerancePx);
  return out;
}

// Where the item's true center is seen, and how far away.
void MeasurePath(const RotatingView& view, const TrueCameras& cameras, SweepFigures& figures) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < figures.by_view.size(); ++i) {
    const Eigen::Vector3d at = cameras.cam_from_scene[i] * cameras.subject;
    const double x = view.view_camera->focal_px * at.x() / at.z() + view.view_camera->cx_px;
    figures.by_view[i].off_axis_pct = 100 * (x / view.width - 0.5);
    distances.push_back(at.norm());
  }
  const double mean = Mean(distances);
  for (std::size_t i = 0; i < distances.size(); ++i)
    figures.by_view[i].size_pct = 100 * (mean / distances[i] - 1);
}

}  // namespace

Status MeasureViews(const RotatingView& view,
                    const TrueCameras& cameras,
                    const fs::path& folder,
                    SweepFigures& figures) {
  const Result<Gains> gains = SweepGains(view, folder);
  if (!gains) return Forward(gains);
  Box box{view.width, view.height, -1, -1};
  Pair before;
  std::vector<double> flicker;
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    Result<Pair> pair = ReadPair(view, folder, i);
    if (!pair) return Forward(pair);
    pair->view = Scaled(pair->view, *gains);
    Result<ViewFigures> measured = MeasureView(view.views[i], *pair);
    if (!measured) return Forward(measured);
    figures.by_view.push_back(*measured);
    box = Union(box, BoxOf(pair->matte));
    if (i > 0)
      flicker.push_back(
          Flicker(before.view, before.truth, before.matte, pair->view, pair->truth, pair->matte));
    before = std::move(*pair);
  }
  MeasurePath(view, cameras, figures);
  figures.flicker = flicker.empty() ? 0 : Mean(flicker);
  figures.fill_pct =
      100 * std::max((box.right - box.left + 1.0) / view.width, (box.bottom - box.top + 1.0) / view.height);
  SumUp(figures);
  return {};
}

Status MeasureFrameMattes(const RotatingView& view, const fs::path& folder, SweepFigures& figures) {
  std::vector<double> ious, fs_of;
  for (const SourceFrame& source : view.sources) {
    const fs::path file = folder / (fs::path(source.name).stem().string() + ".png");
    if (source.matte.empty() || !fs::exists(file)) continue;
    const Result<Image> truth = ReadPng(file, 1);
    if (!truth) return Forward(truth);
    const Result<Image> matte = Decode(source.matte, 1);
    if (!matte) return Forward(matte);
    const Image full = Resize(*matte, truth->width, truth->height);
    ious.push_back(MatteIou(full, *truth));
    fs_of.push_back(BoundaryF(full, *truth, kTolerancePx));
    if (figures.matte_iou_least < 0 || ious.back() < figures.matte_iou_least) {
      figures.matte_iou_least = ious.back();
      figures.matte_least = source.name;
    }
  }
  figures.mattes = static_cast<int>(ious.size());
  if (ious.empty()) return {};
  figures.matte_iou = Mean(ious);
  figures.matte_f = Mean(fs_of);
  return {};
}

}  // namespace rv::picture
