// Weighted linear least squares whose unknowns couple only with near neighbors (the vertices of a mesh):
// normal equations in a band, solved by Cholesky.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace rv::spin {

class BandedSystem {
 public:
  // `bandwidth`: the largest |i - j| of two unknowns that share a row.
  BandedSystem(int unknowns, int bandwidth);

  // Adds weight * (sum_k coefficients[k] * x[indices[k]] - target)^2 to the cost.
  void AddRow(std::span<const int> indices,
              std::span<const double> coefficients,
              double target,
              double weight);
  // The minimizer; none where the system is singular to working precision or not finite, as geometry that fixes
  // nothing makes it. Uses up the system.
  std::optional<std::vector<double>> Solve();

 private:
  double* Row(int i) {
    return &band_[static_cast<std::size_t>(i) * (bandwidth_ + 1)];
  }  // columns i - bandwidth .. i

  int unknowns_;
  int bandwidth_;
  std::vector<double> band_;
  std::vector<double> right_;
};

}  // namespace rv::spin
