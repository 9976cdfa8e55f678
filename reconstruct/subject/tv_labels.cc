#include "reconstruct/subject/tv_labels.h"

#include <algorithm>
#include <cmath>

#include "base/lane_clones.h"

namespace rv::subject {
namespace {

// Of one row: the values extrapolated, those of the rows below and behind it, the dual vectors.
struct Row {
  int width = 0;
  float step = 0;
  const float* here = nullptr;
  const float* below = nullptr;
  const float* behind = nullptr;
  const float* limit = nullptr;  // length of a dual vector
};

// p <- p + step * grad(here), brought back to |p| <= limit. Loops without branches, so that they are vectorized; the last
// cell has no neighbor across.
RV_LANE_CLONES void Dual2(const Row& row, float* __restrict x, float* __restrict y) {
  const auto at = [&](int i, int next) {
    const float px = x[i] + row.step * (row.here[next] - row.here[i]);
    const float py = y[i] + row.step * (row.below[i] - row.here[i]);
    const float scale = row.limit[i] / std::max(row.limit[i], std::sqrt(px * px + py * py));
    x[i] = px * scale;
    y[i] = py * scale;
  };
  const int last = row.width - 1;
  for (int i = 0; i < last; ++i) at(i, i + 1);
  at(last, last);
}

RV_LANE_CLONES void Dual3(const Row& row, float* __restrict x, float* __restrict y, float* __restrict z) {
  const auto at = [&](int i, int next) {
    const float px = x[i] + row.step * (row.here[next] - row.here[i]);
    const float py = y[i] + row.step * (row.below[i] - row.here[i]);
    const float pz = z[i] + row.step * (row.behind[i] - row.here[i]);
    const float scale = 1 / std::max(1.0F, std::sqrt(px * px + py * py + pz * pz));
    x[i] = px * scale;
    y[i] = py * scale;
    z[i] = pz * scale;
  };
  const int last = row.width - 1;
  for (int i = 0; i < last; ++i) at(i, i + 1);
  at(last, last);
}

// A row's dual vectors and those of the rows before it.
struct Duals {
  const float *x = nullptr, *y = nullptr, *y_before = nullptr, *z = nullptr, *z_before = nullptr;
};

// u <- u + step * (div p - f), brought back to [0, 1]; `ahead` is u extrapolated.
RV_LANE_CLONES void Primal2(
    const Row& row, const Duals& p, const float* cost, float* __restrict u, float* __restrict ahead) {
  const auto at = [&](int i, float across) {
    const float divergence = across + p.y[i] - p.y_before[i];
    const float next = std::min(1.0F, std::max(0.0F, u[i] + row.step * (divergence - cost[i])));
    ahead[i] = 2 * next - u[i];
    u[i] = next;
  };
  at(0, p.x[0]);
  for (int i = 1; i < row.width; ++i) at(i, p.x[i] - p.x[i - 1]);
}

RV_LANE_CLONES void Primal3(
    const Row& row, const Duals& p, const float* cost, float* __restrict u, float* __restrict ahead) {
  const auto at = [&](int i, float across) {
    const float divergence = across + p.y[i] - p.y_before[i] + p.z[i] - p.z_before[i];
    const float next = std::min(1.0F, std::max(0.0F, u[i] + row.step * (divergence - cost[i])));
    ahead[i] = 2 * next - u[i];
    u[i] = next;
  };
  at(0, p.x[0]);
  for (int i = 1; i < row.width; ++i) at(i, p.x[i] - p.x[i - 1]);
}

// Unknowns of the dual problem: one vector a cell, and the last primal step extrapolated.
struct Solver {
  const GridSize& size;
  const std::vector<float>& cost;
  const std::vector<float>& edge;
  float step;
  std::vector<float> u, ahead, px, py, pz;
  std::vector<float> none;  // a row of zeros

  std::size_t RowAt(int y, int z) const {
    return (static_cast<std::size_t>(z) * static_cast<std::size_t>(size.height) +
            static_cast<std::size_t>(y)) *
           static_cast<std::size_t>(size.width);
  }

  // A row's dual step looks at the rows after it, its primal step at those before it: one pass does both.
  void Step() {
    for (int z = 0; z < size.depth; ++z)
      for (int y = 0; y < size.height; ++y) {
        const std::size_t at = RowAt(y, z);
        const Row row{.width = size.width,
                      .step = step,
                      .here = &ahead[at],
                      .below = &ahead[y + 1 < size.height ? RowAt(y + 1, z) : at],
                      .behind = &ahead[z + 1 < size.depth ? RowAt(y, z + 1) : at],
                      .limit = size.depth == 1 ? &edge[at] : nullptr};
        const float* y_before = y > 0 ? &py[RowAt(y - 1, z)] : none.data();
        if (size.depth == 1) {
          Dual2(row, &px[at], &py[at]);
          Primal2(row, {&px[at], &py[at], y_before}, &cost[at], &u[at], &ahead[at]);
        } else {
          const float* z_before = z > 0 ? &pz[RowAt(y, z - 1)] : none.data();
          Dual3(row, &px[at], &py[at], &pz[at]);
          Primal3(row, {&px[at], &py[at], y_before, &pz[at], z_before}, &cost[at], &u[at], &ahead[at]);
        }
      }
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
  solver.none.assign(static_cast<std::size_t>(size.width), 0);
  if (size.depth > 1) solver.pz.assign(count, 0);
  for (int k = 0; k < steps; ++k) solver.Step();
  return std::move(solver.u);
}

}  // namespace rv::subject
