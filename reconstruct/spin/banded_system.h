// Weighted linear least squares whose unknowns couple only with near neighbors (the vertices of a mesh):
// normal equations in a band, solved by Cholesky in blocks (Golub and Van Loan, Matrix Computations, 4.3.5).
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
  // nothing makes it. Uses up the system; the same bits on every processor.
  std::optional<std::vector<double>> Solve();

 private:
  // So that Row(i)[j] is entry (i, j). Columns further left than the band are zeros for as many as a block reaches over.
  double* Row(int i) {
    return band_.data() + static_cast<std::ptrdiff_t>(i) * stride_ + bandwidth_ + kPad - i;
  }

  bool Factor();
  void SolveTriangles();

  static constexpr int kBlock = 4;  // rows, columns and lanes of a step
  static constexpr int kPad = 2 * kBlock;

  int unknowns_;
  int bandwidth_;
  int rows_;  // whole blocks of them
  int stride_;
  std::vector<double> band_;
  std::vector<double> right_;
  std::vector<double> inverse_;  // of the factor's diagonal
};

}  // namespace rv::spin
