#include "reconstruct/spin/spin_plan.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/spin/framing.h"
#include "reconstruct/spin/item_frame.h"
#include "reconstruct/spin/item_points.h"

namespace rv::spin {
namespace {

constexpr int kCells = 40;          // along the longer side of the mesh
constexpr int kSourcesPerView = 4;  // main and fills
constexpr double kMinReachDeg = 24;
constexpr double kReachSteps = 2;        // median steps of the capture
constexpr double kGoodCropShare = 0.72;  // of the mesh's sides
constexpr double kPoorCropShare = 0.25;  // of the mesh's sides: too little for a picture

// Widest angle between a virtual view and a frame at which the frame's points are taken as visible.
double Reach(const std::vector<SourceCamera>& sources) {
  std::vector<double> azimuths;
  for (const SourceCamera& source : sources) azimuths.push_back(source.azimuth);
  std::sort(azimuths.begin(), azimuths.end());
  std::vector<double> steps;
  for (std::size_t i = 0; i + 1 < azimuths.size(); ++i) steps.push_back(azimuths[i + 1] - azimuths[i]);
  return std::max(ToRadians(kMinReachDeg), kReachSteps * Median(steps));
}

// Signed extents, grid px, of one source's picture on the plane through the center that faces it.
std::array<double, 4> Extent(const Orbit& orbit, const VirtualPath& path, const SourceCamera& source) {
  const Rigid3 facing =
      LookAtCenter(orbit.center, path.axes, source.azimuth, source.elevation, path.distance);
  const Rigid3 view_from_source = facing * source.cam_from_world.Inverse();
  const double w = source.camera.width;
  const double h = source.camera.height;
  // Middles of the sides, not corners: a little roll must not shrink the extent.
  std::array<double, 4> extent{0, 0, 0, 0};
  for (const Eigen::Vector2d& pixel : {Eigen::Vector2d(w / 2, 0), Eigen::Vector2d(w / 2, h),
                                       Eigen::Vector2d(0, h / 2), Eigen::Vector2d(w, h / 2)}) {
    const Eigen::Vector3d ray = view_from_source.rotation * source.camera.Ray(pixel);
    const Eigen::Vector3d eye = view_from_source.translation;
    if (ray.z() <= 1e-6) continue;
    const Eigen::Vector3d on_plane = eye + ray * ((path.distance - eye.z()) / ray.z());
    const Eigen::Vector2d at = path.focal_px * on_plane.head<2>() / path.distance;
    extent[0] = std::min(extent[0], at.x());
    extent[1] = std::max(extent[1], at.x());
    extent[2] = std::min(extent[2], at.y());
    extent[3] = std::max(extent[3], at.y());
  }
  return extent;
}

SpinGeometry GeometryOf(const Reconstruction& reconstruction, const SpinPlan& plan) {
  return {.reconstruction = reconstruction, .orbit = plan.orbit, .path = plan.path, .grid = plan.grid};
}

// Solves the view's warps up to the first `warps` sources.
void SolveView(
    const Reconstruction& reconstruction, const SpinPlan& plan, int stop, int warps, PlannedView& view) {
  const SpinGeometry geometry = GeometryOf(reconstruction, plan);
  for (int k = static_cast<int>(view.warps.size()); k < std::min<int>(warps, view.sources.size()); ++k)
    view.warps.push_back(
        SolveWarp(geometry, view.points, view.inverse, plan.path.stops[stop], plan.sources[view.sources[k]]));
}

// Per vertex, the number of views in which one of the warps solved so far has a captured pixel there.
std::vector<int> CountCovered(const SpinPlan& plan) {
  std::vector<int> counts(plan.grid.Size(), 0);
  for (const PlannedView& view : plan.views) {
    for (int i = 0; i < plan.grid.Size(); ++i) {
      bool covered = false;
      for (std::size_t k = 0; k < view.warps.size(); ++k)
        covered |= IsCaptured(plan.sources[view.sources[k]].camera, view.warps[k].source_px[i]);
      counts[i] += covered;
    }
  }
  return counts;
}

CellRect CropCoveredBy(const SpinPlan& plan, double share, const SubjectBox& box) {
  const std::vector<int> counts = CountCovered(plan);
  const int needed = static_cast<int>(std::ceil(share * plan.views.size()));
  std::vector<bool> covered(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) covered[i] = counts[i] >= needed;
  return BestCrop(plan.grid, covered, box);
}

// The widest crop that the main sources cover. Where that is poor, the widest that all sources of the views
// cover; where that is poor too, one that leaves borders in some views.
CellRect ChooseCrop(const Reconstruction& reconstruction,
                    const SubjectBox& box,
                    int threads,
                    SpinPlan& plan) {
  const CellRect whole{.col1 = plan.grid.cols - 1, .row1 = plan.grid.rows - 1};
  const double nominal = CropScore(plan.grid, whole, {});
  const auto size = [&](const CellRect& rect) {
    return CropScore(plan.grid, rect, {}) / std::max(nominal, 1e-9);
  };
  CellRect crop = CropCoveredBy(plan, 1, box);
  if (size(crop) >= kGoodCropShare && HoldsItem(plan.grid, crop, box)) return crop;
  ParallelFor(plan.views.size(), threads, [&](std::size_t i) {
    SolveView(reconstruction, plan, static_cast<int>(i), kSourcesPerView, plan.views[i]);
  });
  crop = CropCoveredBy(plan, 1, box);
  for (double share = 0.97; size(crop) < kPoorCropShare && share > 0.2; share -= 0.05) {
    crop = CropCoveredBy(plan, share, box);
    plan.fully_covered = false;
  }
  if (crop.Width() == 0) crop = whole;
  plan.holds_item = HoldsItem(plan.grid, crop, box);
  return crop;
}

}  // namespace

WarpGrid MakeGrid(const Orbit& orbit, const std::vector<SourceCamera>& sources, const VirtualPath& path) {
  std::array<std::vector<double>, 4> sides;
  for (const SourceCamera& source : sources) {
    const std::array<double, 4> extent = Extent(orbit, path, source);
    for (int k = 0; k < 4; ++k) sides[k].push_back(extent[k]);
  }
  const double left = Median(sides[0]);
  const double right = Median(sides[1]);
  const double top = Median(sides[2]);
  const double bottom = Median(sides[3]);
  WarpGrid grid{.left = left, .top = top};
  grid.cell = std::max({right - left, bottom - top, 8.0}) / kCells;
  grid.cols = std::max(5, static_cast<int>(std::lround((right - left) / grid.cell)) + 1);
  grid.rows = std::max(5, static_cast<int>(std::lround((bottom - top) / grid.cell)) + 1);
  return grid;
}

namespace {

// Sources, path and mesh for plan.orbit as it is.
void LayOut(const Reconstruction& reconstruction,
            const std::vector<int>& ring,
            const SpinOptions& options,
            SpinPlan& plan) {
  plan.sources.clear();
  for (const int index : ring)
    plan.sources.push_back(MakeSourceCamera(reconstruction, plan.orbit.frames[index]));
  plan.path = PlanVirtualPath(reconstruction, plan.orbit, ring, options);
  plan.grid = MakeGrid(plan.orbit, plan.sources, plan.path);
}

}  // namespace

namespace {

// The place of the views' frame by the whole item. Where it is seen from all sides, its axis is in the middle of every
// view; where it is not, how deep it is and so its axis are not known, and the frame goes about its outlines.
SubjectBox AimAtItem(const Reconstruction& reconstruction,
                     const Subject& subject,
                     const Orbit& given,
                     const std::vector<int>& ring,
                     const SpinOptions& options,
                     SpinPlan& plan) {
  ItemBox box = BoxOfHull(subject, plan.path, plan.sources);
  if (subject.placed) {
    plan.orbit = RaiseCenter(reconstruction, given,
                             (box.above - box.below) / 2 * plan.path.distance / plan.path.focal_px);
    LayOut(reconstruction, ring, options, plan);
    box = BoxOfHull(subject, plan.path, plan.sources).Centered();
  }
  const ItemFrame framed = FrameItem(box, options);
  plan.frame = framed.frame;
  plan.loose = framed.loose;
  plan.cut_frames = CutFrames(subject, plan.sources);
  plan.grid = GridOver(plan.frame, plan.grid.cell);
  return {box.HalfWidth(), box.above, box.below};
}

// The place of the views' frame by what the sources cover.
SubjectBox AimByCoverage(const Sweep& sweep,
                         const Reconstruction& reconstruction,
                         const Orbit& given,
                         const std::vector<int>& ring,
                         const SpinOptions& options,
                         SpinPlan& plan) {
  const SubjectBox box = MeasureSubject(reconstruction, given, plan.path);
  const SpinGeometry geometry = GeometryOf(reconstruction, plan);
  const std::vector<std::vector<int>> chosen =
      ChooseSources(sweep, geometry, plan.sources, box, kSourcesPerView);
  const double height = BestHeight(geometry, plan.sources, chosen, box);
  if (height == 0) return box;
  plan.orbit = RaiseCenter(reconstruction, given, height);
  LayOut(reconstruction, ring, options, plan);
  return MeasureSubject(reconstruction, given, plan.path);
}

// From further round, a background looks foreign beside the main source's; its color is continued instead.
void DropFarFills(const SpinPlan& plan, std::vector<std::vector<int>>& chosen) {
  constexpr double kFarthestDeg = 20;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Eigen::Vector3d from =
        (plan.path.stops[i].cam_from_world.Origin() - plan.orbit.center).normalized();
    const auto far = [&](int s) {
      const Eigen::Vector3d away = plan.sources[s].cam_from_world.Origin() - plan.orbit.center;
      return from.dot(away.normalized()) < std::cos(ToRadians(kFarthestDeg));
    };
    chosen[i].erase(std::remove_if(chosen[i].begin() + 1, chosen[i].end(), far), chosen[i].end());
  }
}

// Where a main source leaves a part of the frame open, the others are warped too.
void FillOpenViews(const Reconstruction& reconstruction, int threads, SpinPlan& plan) {
  ParallelFor(plan.views.size(), threads, [&](std::size_t i) {
    PlannedView& view = plan.views[i];
    const Camera& camera = plan.sources[view.sources.front()].camera;
    const auto captured = [&](const Eigen::Vector2d& at) { return IsCaptured(camera, at); };
    if (!std::all_of(view.warps.front().source_px.begin(), view.warps.front().source_px.end(), captured))
      SolveView(reconstruction, plan, static_cast<int>(i), kSourcesPerView, view);
  });
}

}  // namespace

SpinPlan PlanSpin(const Sweep& sweep,
                  const Reconstruction& reconstruction,
                  const Orbit& given,
                  const Subject& subject,
                  const std::vector<int>& ring,
                  const SpinOptions& options) {
  SpinPlan plan;
  plan.orbit = given;
  LayOut(reconstruction, ring, options, plan);
  plan.item_framed = subject.known && options.backdrop;
  SubjectBox box;
  if (plan.item_framed) {
    box = AimAtItem(reconstruction, subject, given, ring, options, plan);
  } else {
    box = AimByCoverage(sweep, reconstruction, given, ring, options, plan);
  }
  const SpinGeometry geometry = GeometryOf(reconstruction, plan);
  std::vector<std::vector<int>> chosen = ChooseSources(sweep, geometry, plan.sources, box, kSourcesPerView);
  if (plan.item_framed) DropFarFills(plan, chosen);
  const std::vector<Eigen::Vector3d> directions = ViewDirections(reconstruction, plan.orbit);
  const double reach = Reach(plan.sources);
  const std::vector<bool> on_item = PointsOnItem(reconstruction, subject);
  const std::vector<std::vector<int>> fills =
      ChooseItemFills(plan.path, plan.sources, chosen, plan.orbit.center);
  plan.views.resize(plan.path.stops.size());
  ParallelFor(plan.views.size(), options.threads, [&](std::size_t i) {
    PlannedView& view = plan.views[i];
    view.sources = chosen[i];
    view.item_fills = fills[i];
    view.points = CollectViewPoints(geometry, directions, plan.path.stops[i], reach);
    if (!on_item.empty())  // the item is drawn by a depth of its own
      std::erase_if(view.points, [&](const ViewPoint& point) { return on_item[point.point]; });
    view.inverse = SolveInverseDepth(view.points, plan.grid, plan.path.focal_px, 1);
    SolveView(reconstruction, plan, static_cast<int>(i), 1, view);
  });
  if (plan.item_framed) {
    FillOpenViews(reconstruction, options.threads, plan);
  } else {
    plan.frame =
        MakeViewFrame(plan.grid, ChooseCrop(reconstruction, box, options.threads, plan), options.size_px);
  }
  return plan;
}

}  // namespace rv::spin
