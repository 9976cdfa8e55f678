#include "reconstruct/spin/banded_system.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace rv::spin {
namespace {

double Dot(const double* a, const double* b, int count) {
  return Eigen::Map<const Eigen::VectorXd>(a, count).dot(Eigen::Map<const Eigen::VectorXd>(b, count));
}

}  // namespace

BandedSystem::BandedSystem(int unknowns, int bandwidth)
    : unknowns_(unknowns),
      bandwidth_(std::min(bandwidth, unknowns - 1)),
      band_(static_cast<std::size_t>(unknowns) * (bandwidth_ + 1)),
      right_(unknowns) {}

void BandedSystem::AddRow(std::span<const int> indices,
                          std::span<const double> coefficients,
                          double target,
                          double weight) {
  for (std::size_t a = 0; a < indices.size(); ++a) {
    const int i = indices[a];
    const double scaled = weight * coefficients[a];
    right_[i] += scaled * target;
    double* row = Row(i) + bandwidth_ - i;
    for (std::size_t b = 0; b < indices.size(); ++b) {
      if (indices[b] > i) continue;
      RV_CHECK_LE(i - indices[b], bandwidth_);
      row[indices[b]] += scaled * coefficients[b];
    }
  }
}

std::optional<std::vector<double>> BandedSystem::Solve() {
  for (int i = 0; i < unknowns_; ++i) {
    double* row = Row(i) + bandwidth_ - i;
    const int first = std::max(0, i - bandwidth_);
    for (int j = first; j < i; ++j) {
      const double* other = Row(j) + bandwidth_ - j;
      const int from = std::max(first, j - bandwidth_);
      row[j] = (row[j] - Dot(row + from, other + from, j - from)) / other[j];
    }
    const double pivot = row[i] - Dot(row + first, row + first, i - first);
    if (!(pivot > 0) || !std::isfinite(pivot)) return std::nullopt;
    row[i] = std::sqrt(pivot);
    right_[i] = (right_[i] - Dot(row + first, right_.data() + first, i - first)) / row[i];
  }
  for (int i = unknowns_ - 1; i >= 0; --i) {
    const double* row = Row(i) + bandwidth_ - i;
    right_[i] /= row[i];
    for (int j = std::max(0, i - bandwidth_); j < i; ++j) right_[j] -= row[j] * right_[i];
  }
  return right_;
}

}  // namespace rv::spin
