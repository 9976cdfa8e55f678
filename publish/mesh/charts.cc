#include "publish/mesh/charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "publish/mesh/face_views.h"

namespace rv::mesh {
namespace {

constexpr int kAxisLabels = 1000000;  // of unseen pieces: this and the axis; above any frame's
constexpr float kUnseenSize = 0.25F;

// The axis and side that a triangle faces most, 0 to 5.
int FacedSide(const Surface& surface, const Triangle& t) {
  const Eigen::Vector3f& a = surface.points[t[0]];
  const Eigen::Vector3f normal = (surface.points[t[1]] - a).cross(surface.points[t[2]] - a);
  int axis = 0;
  normal.cwiseAbs().maxCoeff(&axis);
  return 2 * axis + (normal[axis] < 0 ? 1 : 0);
}

class Flattener {
 public:
  Flattener(const Surface& surface, const std::vector<ItemFrame>& frames)
      : surface_(surface), frames_(frames) {
    double sum = 0;
    for (const ItemFrame& frame : frames)
      sum += frame.lens.focal_px / frame.cam_from_object.translation.norm();
    unit_px_ =
        kUnseenSize * static_cast<float>(sum / std::max<double>(1, static_cast<double>(frames.size())));
  }

  Eigen::Vector2f Corner(std::uint32_t corner, int label) const {
    const Eigen::Vector3f& point = surface_.points[corner];
    if (label >= kAxisLabels) {
      const int axis = (label - kAxisLabels) / 2;
      return unit_px_ * Eigen::Vector2f(point[(axis + 1) % 3], point[(axis + 2) % 3]);
    }
    const ItemFrame& frame = frames_[static_cast<std::size_t>(label)];
    const auto pixel = frame.lens.Project(frame.cam_from_object * point.cast<double>());
    return pixel ? Eigen::Vector2f(pixel->cast<float>()) : Eigen::Vector2f(Eigen::Vector2f::Zero());
  }

 private:
  const Surface& surface_;
  const std::vector<ItemFrame>& frames_;
  float unit_px_ = 1;
};

void MoveToZero(Chart& chart) {
  Eigen::Vector2f low = Eigen::Vector2f::Constant(1e30F), high = Eigen::Vector2f::Constant(-1e30F);
  for (const auto& corners : chart.corners)
    for (const Eigen::Vector2f& corner : corners) {
      low = low.cwiseMin(corner);
      high = high.cwiseMax(corner);
    }
  for (auto& corners : chart.corners)
    for (Eigen::Vector2f& corner : corners) corner -= low;
  chart.size = high - low;
}

// Rows of charts, tallest first. False where they do not fit.
bool PackShelves(
    int side, int gap, float scale, const std::vector<std::size_t>& order, std::vector<Chart>& charts) {
  int x = gap, y = gap, shelf = 0;
  for (const std::size_t c : order) {
    const int width = static_cast<int>(std::ceil(charts[c].size.x() * scale)) + 1;
    const int height = static_cast<int>(std::ceil(charts[c].size.y() * scale)) + 1;
    if (x + width + gap > side) {
      x = gap;
      y += shelf + gap;
      shelf = 0;
    }
    if (x + width + gap > side || y + height + gap > side) return false;
    charts[c].place = {x, y};
    x += width + gap;
    shelf = std::max(shelf, height);
  }
  return true;
}

}  // namespace

std::vector<Chart> MakeCharts(const Surface& surface,
                              const std::vector<int>& labels,
                              const std::vector<Triangle>& neighbors,
                              const std::vector<ItemFrame>& frames) {
  std::vector<int> kinds(labels);
  for (std::size_t t = 0; t < kinds.size(); ++t)
    if (kinds[t] == kUnseenFace) kinds[t] = kAxisLabels + FacedSide(surface, surface.triangles[t]);
  const Flattener flattener(surface, frames);
  std::vector<bool> taken(kinds.size(), false);
  std::vector<Chart> charts;
  for (std::uint32_t seed = 0; seed < kinds.size(); ++seed) {
    if (taken[seed]) continue;
    taken[seed] = true;
    Chart chart{.triangles = {seed}};
    for (std::size_t next = 0; next < chart.triangles.size(); ++next) {
      const std::uint32_t t = chart.triangles[next];
      std::array<Eigen::Vector2f, 3> corners;
      for (std::size_t k = 0; k < 3; ++k) corners[k] = flattener.Corner(surface.triangles[t][k], kinds[seed]);
      chart.corners.push_back(corners);
      for (const std::uint32_t other : neighbors[t]) {
        if (other == ~0U || taken[other] || kinds[other] != kinds[seed]) continue;
        taken[other] = true;
        chart.triangles.push_back(other);
      }
    }
    MoveToZero(chart);
    charts.push_back(std::move(chart));
  }
  return charts;
}

int PackCharts(int most_side, int gap, std::vector<Chart>& charts) {
  std::vector<std::size_t> order(charts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return charts[a].size.y() > charts[b].size.y(); });
  int side = 64;
  while (side < most_side && !PackShelves(side, gap, 1, order, charts)) side *= 2;
  float scale = 1;
  while (!PackShelves(side, gap, scale, order, charts) && scale > 1e-3F) scale *= 0.96F;
  for (Chart& chart : charts) {
    chart.size *= scale;
    for (auto& corners : chart.corners)
      for (Eigen::Vector2f& corner : corners)
        corner = corner * scale + chart.place.cast<float>() + Eigen::Vector2f::Constant(0.5F);
  }
  return side;
}

}  // namespace rv::mesh
