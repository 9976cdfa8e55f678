#include "reconstruct/subject/tv_labels.h"

#include <algorithm>
#include <cmath>

#include "base/lane_clones.h"

namespace rv::subject {
namespace {

// v <- v + step * (to - from)
RV_LANE_CLONES void AddStep(int count, float step, const float* from, const float* to, float* v) {
  for (int i = 0; i < count; ++i) v[i] += step * (to[i] - from[i]);
}

// (x, y) brought back to the length that `limit` allows.
RV_LANE_CLONES void Limit2(int count, const float* limit, float* x, float* y) {
  for (int i = 0; i < count; ++i) {
    const float scale = limit[i] / std::max(limit[i], std::sqrt(x[i] * x[i] + y[i] * y[i]));
    x[i] *= scale;
    y[i] *= scale;
  }
}

RV_LANE_CLONES void Limit3(int count, float* x, float* y, float* z) {
  for (int i = 0; i < count; ++i) {
    const float scale = 1 / std::max(1.0F, std::sqrt(x[i] * x[i] + y[i] * y[i] + z[i] * z[i]));
    x[i] *= scale;
    y[i] *= scale;
    z[i] *= scale;
  }
}

RV_LANE_CLONES void Descend(
    int count, float step, const float* divergence, const float* cost, float* value, float* ahead) {
  for (int i = 0; i < count; ++i) {
    const float next = std::min(1.0F, std::max(0.0F, value[i] + step * (divergence[i] - cost[i])));
    ahead[i] = 2 * next - value[i];
    value[i] = next;
  }
}

// Unknowns of the dual problem: one vector a cell, and the last primal step extrapolated.
struct Solver {
  const GridSize& size;
  const std::vector<float>& cost;
  const std::vector<float>& edge;
  float step;
  std::vector<float> u, ahead, px, py, pz, divergence;

  std::size_t Row(int y, int z) const {
    return (static_cast<std::size_t>(z) * static_cast<std::size_t>(size.height) +
            static_cast<std::size_t>(y)) *
           static_cast<std::size_t>(size.width);
  }

  // p <- p + step * grad(ahead), brought back to |p| <= g. Rows without branches, so that they are vectorized.
  void Dual() {
    for (int z = 0; z < size.depth; ++z)
      for (int y = 0; y < size.height; ++y) {
        const std::size_t row = Row(y, z);
        DualRow({.here = &ahead[row],
                 .below = &ahead[y + 1 < size.height ? Row(y + 1, z) : row],
                 .behind = &ahead[z + 1 < size.depth ? Row(y, z + 1) : row],
                 .limit = size.depth == 1 ? &edge[row] : nullptr},
                row);
      }
  }

  struct RowView {
    const float* here;
    const float* below;
    const float* behind;
    const float* limit;
  };

  void DualRow(const RowView& at, std::size_t row) {
    const int width = size.width;
    AddStep(width - 1, step, at.here, at.here + 1, &px[row]);
    AddStep(width, step, at.here, at.below, &py[row]);
    if (size.depth == 1) return Limit2(width, at.limit, &px[row], &py[row]);
    AddStep(width, step, at.here, at.behind, &pz[row]);
    Limit3(width, &px[row], &py[row], &pz[row]);
  }

  // u <- u + step * (div p - f), brought back to [0, 1].
  void Primal() {
    for (int z = 0; z < size.depth; ++z)
      for (int y = 0; y < size.height; ++y) PrimalRow(y, z);
  }

  void PrimalRow(int at_y, int at_z) {
    const std::size_t row = Row(at_y, at_z);
    const int width = size.width;
    divergence.resize(static_cast<std::size_t>(width));
    float* div = divergence.data();
    const float* x = &px[row];
    div[0] = x[0];
    for (int i = 1; i < width; ++i) div[i] = x[i] - x[i - 1];
    AddDifference(&py[row], at_y > 0 ? &py[Row(at_y - 1, at_z)] : nullptr, div);
    if (size.depth > 1) AddDifference(&pz[row], at_z > 0 ? &pz[Row(at_y, at_z - 1)] : nullptr, div);
    Descend(width, step, div, &cost[row], &u[row], &ahead[row]);
  }

  void AddDifference(const float* here, const float* before, float* div) const {
    for (int i = 0; i < size.width; ++i) div[i] += here[i];
    if (before == nullptr) return;
    for (int i = 0; i < size.width; ++i) div[i] -= before[i];
  }
};

}  // namespace

std::vector<float> SolveLabels(const GridSize& size,
                               const std::vector<float>& cost,
                               const std::vector<float>& given_edge,
                               std::vector<float> start,
                               int steps) {
  const std::size_t count = size.Count();
  const std::vector<float> even =
      size.depth == 1 && given_edge.empty() ? std::vector<float>(count, 1.0F) : std::vector<float>{};
  const std::vector<float>& edge = even.empty() ? given_edge : even;
  if (start.empty()) start.assign(count, 0.5F);
  // Step sizes whose product is below 1 / |grad|^2, which is at most 4 for each dimension.
  const float step = 1 / std::sqrt(size.depth > 1 ? 12.0F : 8.0F);
  Solver solver{.size = size, .cost = cost, .edge = edge, .step = step, .u = std::move(start)};
  solver.ahead = solver.u;
  solver.px.assign(count, 0);
  solver.py.assign(count, 0);
  if (size.depth > 1) solver.pz.assign(count, 0);
  for (int k = 0; k < steps; ++k) {
    solver.Dual();
    solver.Primal();
  }
  return std::move(solver.u);
}

}  // namespace rv::subject
