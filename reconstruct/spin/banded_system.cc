#include "reconstruct/spin/banded_system.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/lane_clones.h"

namespace rv::spin {
namespace {

constexpr int kSide = 4;
using Quad = double __attribute__((vector_size(8 * kSide), aligned(8), may_alias));

// kSide entries each of kSide rows.
struct Block {
  double at[kSide][kSide];
};

// Pointers so that rows[r][k] is entry (first row + r, k).
struct RowsOfBlock {
  double* row[kSide];
};

const Quad& Load(const double* at) { return *reinterpret_cast<const Quad*>(at); }

double SumOf(const Quad& lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

// block[r][c] -= sum over k in [from, to) of a[r][k] * b[c][k]; to - from is a multiple of kSide.
RV_LANE_CLONES void SubtractProducts(
    const RowsOfBlock& a, const RowsOfBlock& b, int from, int to, Block& block) {
  for (int c = 0; c < kSide; c += 2) {
    Quad sums[kSide][2] = {};
    for (int k = from; k < to; k += kSide) {
      const Quad left = Load(b.row[c] + k), right = Load(b.row[c + 1] + k);
      for (int r = 0; r < kSide; ++r) {
        const Quad here = Load(a.row[r] + k);
        sums[r][0] += here * left;
        sums[r][1] += here * right;
      }
    }
    for (int r = 0; r < kSide; ++r) {
      block.at[r][c] -= SumOf(sums[r][0]);
      block.at[r][c + 1] -= SumOf(sums[r][1]);
    }
  }
}

Block Read(const RowsOfBlock& rows, int column) {
  Block out;
  for (int r = 0; r < kSide; ++r) std::copy_n(rows.row[r] + column, kSide, out.at[r]);
  return out;
}

// The rows of `block` times the inverse of the lower triangle at `column`, transposed; `inverse`: of its diagonal.
void SolveRight(const RowsOfBlock& triangle, int column, const double* inverse, Block& block) {
  for (int c = 0; c < kSide; ++c)
    for (int r = 0; r < kSide; ++r) {
      double value = block.at[r][c];
      for (int k = 0; k < c; ++k) value -= block.at[r][k] * triangle.row[c][column + k];
      block.at[r][c] = value * inverse[c];
    }
}

double Dot(const double* a, const double* b, int count) {
  Quad sums = {};
  int k = 0;
  for (; k + kSide <= count; k += kSide) sums += Load(a + k) * Load(b + k);
  double sum = SumOf(sums);
  for (; k < count; ++k) sum += a[k] * b[k];
  return sum;
}

// Cholesky of a symmetric block of which the lower triangle is given; false where it is not positive.
bool FactorBlock(Block& block) {
  for (int r = 0; r < kSide; ++r)
    for (int c = 0; c <= r; ++c) {
      double value = block.at[r][c];
      for (int k = 0; k < c; ++k) value -= block.at[r][k] * block.at[c][k];
      if (c < r) {
        block.at[r][c] = value / block.at[c][c];
      } else if (value > 0 && std::isfinite(value)) {
        block.at[r][r] = std::sqrt(value);
      } else {
        return false;
      }
    }
  return true;
}

}  // namespace

BandedSystem::BandedSystem(int unknowns, int bandwidth)
    : unknowns_(unknowns),
      bandwidth_(std::min(bandwidth, unknowns - 1)),
      rows_((unknowns + kBlock - 1) / kBlock * kBlock),
      stride_(bandwidth_ + 1 + kPad),
      // A block is read and written whole, also above the diagonal: its last row ends behind its own band.
      band_(static_cast<std::size_t>(rows_) * stride_ + kBlock),
      right_(rows_),
      inverse_(rows_) {
  for (int i = unknowns_; i < rows_; ++i) Row(i)[i] = 1;  // that fill the last block up
}

void BandedSystem::AddRow(std::span<const int> indices,
                          std::span<const double> coefficients,
                          double target,
                          double weight) {
  for (std::size_t a = 0; a < indices.size(); ++a) {
    const int i = indices[a];
    const double scaled = weight * coefficients[a];
    right_[i] += scaled * target;
    double* row = Row(i);
    for (std::size_t b = 0; b < indices.size(); ++b) {
      if (indices[b] > i) continue;
      RV_CHECK_LE(i - indices[b], bandwidth_);
      row[indices[b]] += scaled * coefficients[b];
    }
  }
}

bool BandedSystem::Factor() {
  const auto rows_at = [this](int first) {
    RowsOfBlock rows;
    for (int r = 0; r < kBlock; ++r) rows.row[r] = Row(first + r);
    return rows;
  };
  for (int i = 0; i < rows_; i += kBlock) {
    const RowsOfBlock here = rows_at(i);
    const int from = std::max(0, i - bandwidth_) / kBlock * kBlock;
    for (int j = from; j < i; j += kBlock) {
      const RowsOfBlock there = rows_at(j);
      Block block = Read(here, j);
      SubtractProducts(here, there, from, j, block);
      SolveRight(there, j, &inverse_[j], block);
      for (int r = 0; r < kBlock; ++r) std::copy_n(block.at[r], kBlock, here.row[r] + j);
    }
    Block block = Read(here, i);
    SubtractProducts(here, here, from, i, block);
    if (!FactorBlock(block)) return false;
    for (int r = 0; r < kBlock; ++r) {
      std::copy_n(block.at[r], r + 1, here.row[r] + i);
      inverse_[i + r] = 1 / block.at[r][r];
    }
  }
  return true;
}

void BandedSystem::SolveTriangles() {
  for (int i = 0; i < unknowns_; ++i) {
    const int first = std::max(0, i - bandwidth_);
    right_[i] = (right_[i] - Dot(Row(i) + first, right_.data() + first, i - first)) * inverse_[i];
  }
  for (int i = unknowns_ - 1; i >= 0; --i) {
    const double* row = Row(i);
    right_[i] *= inverse_[i];
    for (int j = std::max(0, i - bandwidth_); j < i; ++j) right_[j] -= row[j] * right_[i];
  }
}

std::optional<std::vector<double>> BandedSystem::Solve() {
  if (!Factor()) return std::nullopt;
  SolveTriangles();
  right_.resize(unknowns_);
  return right_;
}

}  // namespace rv::spin
