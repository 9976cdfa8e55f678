#include "reconstruct/subject/tv_labels.h"

#include <algorithm>
#include <cmath>

namespace rv::subject {
namespace {

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
                 .limit = edge.empty() ? nullptr : &edge[row]},
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
    const int last = size.width - 1;
    float* x = &px[row];
    float* y = &py[row];
    for (int i = 0; i < last; ++i) x[i] += step * (at.here[i + 1] - at.here[i]);
    for (int i = 0; i <= last; ++i) y[i] += step * (at.below[i] - at.here[i]);
    if (size.depth == 1) {
      for (int i = 0; i <= last; ++i) {
        const float limit = at.limit == nullptr ? 1.0F : at.limit[i];
        const float scale = limit / std::max(limit, std::sqrt(x[i] * x[i] + y[i] * y[i]));
        x[i] *= scale;
        y[i] *= scale;
      }
      return;
    }
    float* z = &pz[row];
    for (int i = 0; i <= last; ++i) {
      z[i] += step * (at.behind[i] - at.here[i]);
      const float scale = 1 / std::max(1.0F, std::sqrt(x[i] * x[i] + y[i] * y[i] + z[i] * z[i]));
      x[i] *= scale;
      y[i] *= scale;
      z[i] *= scale;
    }
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
    const float* f = &cost[row];
    float* value = &u[row];
    float* next_to = &ahead[row];
    for (int i = 0; i < width; ++i) {
      const float next = std::min(1.0F, std::max(0.0F, value[i] + step * (div[i] - f[i])));
      next_to[i] = 2 * next - value[i];
      value[i] = next;
    }
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
                               const std::vector<float>& edge,
                               std::vector<float> start,
                               int steps) {
  const std::size_t count = size.Count();
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
