// Order statistics, on copies, and angles.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace rv {

inline constexpr double kPi = std::numbers::pi;

// 0 of nothing.
inline double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// The q-quantile (nearest rank), 0 of nothing.
inline double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(std::lround(q * (values.size() - 1.0)));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[rank];
}

// The value in the middle, of an even number the mean of the two; 0 of nothing.
inline double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// The value in the middle, of an even number the upper of the two; 0 of nothing.
template <typename T>
T UpperMedian(std::vector<T> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// To [0, 2 pi).
inline double WrapPositive(double angle) {
  const double wrapped = angle - 2 * kPi * std::floor(angle / (2 * kPi));
  return wrapped >= 2 * kPi ? 0 : wrapped;
}

// To [-pi, pi).
inline double WrapSigned(double angle) { return WrapPositive(angle + kPi) - kPi; }

inline double ToDegrees(double radians) { return radians * 180 / kPi; }
inline double ToRadians(double degrees) { return degrees * kPi / 180; }

}  // namespace rv
