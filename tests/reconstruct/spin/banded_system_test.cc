#include "reconstruct/spin/banded_system.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace rv::spin {
namespace {

// The same rows into the band and into full normal equations.
struct Both {
  Both(int unknowns, int bandwidth)
      : band(unknowns, bandwidth),
        matrix(Eigen::MatrixXd::Zero(unknowns, unknowns)),
        right(Eigen::VectorXd::Zero(unknowns)) {}

  void Add(std::array<int, 2> at, std::array<double, 2> c, double target, double weight) {
    band.AddRow(at, c, target, weight);
    Eigen::VectorXd row = Eigen::VectorXd::Zero(right.size());
    for (int k = 0; k < 2; ++k) row[at[k]] += c[k];
    matrix += weight * row * row.transpose();
    right += weight * target * row;
  }

  BandedSystem band;
  Eigen::MatrixXd matrix;
  Eigen::VectorXd right;
};

Both Chain(int unknowns, int bandwidth) {
  Both out(unknowns, bandwidth);
  for (int i = 0; i < unknowns; ++i) {
    const int next = (i + 1 + i % std::max(1, bandwidth)) % unknowns;
    if (std::abs(next - i) <= bandwidth && next != i) out.Add({i, next}, {1.5, -0.7}, std::sin(i), 1 + i % 3);
    const int near = std::min(unknowns - 1, i + 1);
    if (near != i) out.Add({near, i}, {1, 1}, 0.1 * i, 0.5);
  }
  out.Add({0, unknowns - 1 <= bandwidth ? unknowns - 1 : 1}, {1, 0.25}, 2, 3);
  return out;
}

TEST(BandedSystem, FindsWhatFullNormalEquationsFindAtAnySize) {
  for (const auto& [unknowns, bandwidth] : {std::pair{2, 1}, {5, 3}, {8, 7}, {9, 2}, {64, 5}, {131, 30}}) {
    Both both = Chain(unknowns, bandwidth);
    const Eigen::VectorXd want = both.matrix.ldlt().solve(both.right);
    const auto found = both.band.Solve();
    ASSERT_TRUE(found.has_value()) << unknowns;
    ASSERT_EQ(found->size(), static_cast<std::size_t>(unknowns));
    for (int i = 0; i < unknowns; ++i)
      EXPECT_NEAR((*found)[i], want[i], 1e-8 * (1 + want.cwiseAbs().maxCoeff())) << unknowns << " " << i;
  }
}

}  // namespace
}  // namespace rv::spin
