#include "reconstruct/features/sift_descriptor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "reconstruct/features/float_lanes.h"

namespace rv::features {
namespace {

constexpr int kBins = 36;  // of the histogram of directions

// Lengths of the gradients (gx, gy) and their directions as a share of the full turn, in [0, 1]; `count` is a
// multiple of kLanes. The arc tangent is a polynomial (Abramowitz and Stegun 4.4.47), good to 1e-5 rad.
RV_LANE_CLONES void ToPolar(const float* gx, const float* gy, int count, float* length, float* turn) {
  constexpr float kTurn = static_cast<float>(0.5 / std::numbers::pi);
  constexpr std::array<float, 5> kTerms{0.9998660F, -0.3302995F, 0.1801410F, -0.0851330F, 0.0208351F};
  for (int i = 0; i < count; ++i) {
    const float x = gx[i], y = gy[i];
    const float ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
    const float least = ax < ay ? ax : ay, most = ax < ay ? ay : ax;
    const float t = least / (most + 1e-20F);
    const float t2 = t * t;
    float angle =
        t * (kTerms[0] + t2 * (kTerms[1] + t2 * (kTerms[2] + t2 * (kTerms[3] + t2 * kTerms[4])))) * kTurn;
    angle = ay > ax ? 0.25F - angle : angle;
    angle = x < 0 ? 0.5F - angle : angle;
    turn[i] = y < 0 ? 1.0F - angle : angle;
    length[i] = std::sqrt(x * x + y * y);
  }
}

// A keypoint's patch: square of samples `kSpacing` sigmas apart, with one more on every side for differences.
constexpr int kSamples = 20;  // 4 a cell, and half a cell more on either side
constexpr int kPatch = kSamples + 2;
constexpr int kPatchStride = 24;              // a multiple of kLanes
constexpr double kCellSigmas = 3;             // side of a cell
constexpr double kSpacing = kCellSigmas / 4;  // sigmas between samples

struct Patch {
  std::array<std::array<float, kPatchStride>, kPatch> values{};
};

// Bilinear samples of `level` at origin + row * down + column * right; clamped to the picture.
RV_LANE_CLONES void SamplePatch(const ScalePlane& level,
                                const std::array<float, 2>& origin,
                                const std::array<float, 2>& right,
                                const std::array<float, 2>& down,
                                Patch& patch) {
  const float max_x = static_cast<float>(level.width) - 1.001F;
  const float max_y = static_cast<float>(level.height) - 1.001F;
  const float* pixels = level.values.data();
  const int stride = level.stride;
  for (int v = 0; v < kPatch; ++v) {
    std::array<int, kPatchStride> at;
    std::array<float, kPatchStride> fx, fy;
    const float x0 = origin[0] + v * down[0];
    const float y0 = origin[1] + v * down[1];
    for (int u = 0; u < kPatchStride; ++u) {
      float x = x0 + u * right[0];
      float y = y0 + u * right[1];
      x = x < 0 ? 0 : x;
      y = y < 0 ? 0 : y;
      x = x > max_x ? max_x : x;
      y = y > max_y ? max_y : y;
      const int ix = static_cast<int>(x), iy = static_cast<int>(y);
      fx[u] = x - static_cast<float>(ix);
      fy[u] = y - static_cast<float>(iy);
      at[u] = iy * stride + ix;
    }
    for (int u = 0; u < kPatchStride; ++u) {
      const float* p = pixels + at[u];
      const float top = p[0] + fx[u] * (p[1] - p[0]);
      const float bottom = p[stride] + fx[u] * (p[stride + 1] - p[stride]);
      patch.values[v][u] = top + fy[u] * (bottom - top);
    }
  }
}

// What the sample in a row (or column) adds to the cell before it and to the next one.
struct Share {
  int cell = 0;  // may be -1; the next may be kSiftCells
  float first = 0;
  float second = 0;
};

// Bilinear shares times the window, a Gaussian of half the descriptor's width.
std::array<Share, kSamples> MakeShares() {
  std::array<Share, kSamples> shares;
  for (int i = 0; i < kSamples; ++i) {
    const double from_center = (i - 0.5 * (kSamples - 1)) * kSpacing / kCellSigmas;  // cells
    const double window = std::exp(-0.5 * from_center * from_center / (0.25 * kSiftCells * kSiftCells));
    const double cell = from_center + 0.5 * (kSiftCells - 1);
    shares[i].cell = static_cast<int>(std::floor(cell));
    shares[i].first = static_cast<float>(window * (1 - (cell - shares[i].cell)));
    shares[i].second = static_cast<float>(window * (cell - shares[i].cell));
  }
  return shares;
}

constexpr int kRowCells = kSiftCells + 2;  // one beyond either end, which is not used
using RowHistogram = std::array<float, kRowCells * kSiftDirections>;

void AddRow(const float* length,
            const float* turn,
            const std::array<Share, kSamples>& shares,
            RowHistogram& row) {
  for (int i = 0; i < kSamples; ++i) {
    const float direction = turn[i] * kSiftDirections;
    const int whole = static_cast<int>(direction);
    const float part = direction - static_cast<float>(whole);
    const int bin = whole % kSiftDirections;
    const int next = (whole + 1) % kSiftDirections;
    float* cell = row.data() + (shares[i].cell + 1) * kSiftDirections;
    const float low = length[i] * (1 - part), high = length[i] * part;
    cell[bin] += shares[i].first * low;
    cell[next] += shares[i].first * high;
    cell[kSiftDirections + bin] += shares[i].second * low;
    cell[kSiftDirections + next] += shares[i].second * high;
  }
}

void ScaleToLength(SiftHistogram& histogram, float most) {
  float sum = 0;
  for (const float v : histogram) sum += v * v;
  const float limit = most * std::sqrt(sum);
  float clipped = 0;
  for (float& v : histogram) {
    v = std::min(v, limit);
    clipped += v * v;
  }
  const float scale = clipped > 0 ? 1 / std::sqrt(clipped) : 0;
  for (float& v : histogram) v *= scale;
}

std::array<float, kBins> Smoothed(const std::array<float, kBins>& in) {
  std::array<float, kBins> out;
  const auto at = [&](int i) { return in[(i + kBins) % kBins]; };
  for (int i = 0; i < kBins; ++i)
    out[i] = (at(i - 2) + at(i + 2)) / 16 + (at(i - 1) + at(i + 1)) / 4 + at(i) * 3 / 8;
  return out;
}

}  // namespace

std::vector<double> DominantDirections(const ScalePlane& level, double x, double y, double sigma) {
  constexpr double kWindowSigmas = 1.5;
  constexpr double kPeakShare = 0.8;
  const double window = kWindowSigmas * sigma;
  const int radius = static_cast<int>(std::lround(3 * window));
  const int cx = static_cast<int>(std::lround(x)), cy = static_cast<int>(std::lround(y));
  const int begin = std::max(1, cx - radius), end = std::min(level.width - 1, cx + radius + 1);
  const int count = std::max(0, end - begin);
  const int padded = (count + kLanes - 1) / kLanes * kLanes;
  std::vector<float> gx(padded), gy(padded), length(padded), turn(padded), weight(padded);
  for (int i = 0; i < count; ++i)
    weight[i] = static_cast<float>(std::exp(-0.5 * std::pow((begin + i - x) / window, 2)));
  std::array<float, kBins> histogram{};
  for (int row = std::max(1, cy - radius); row < std::min(level.height - 1, cy + radius + 1); ++row) {
    const float* above = level.row(row - 1) + begin;
    const float* here = level.row(row) + begin;
    const float* below = level.row(row + 1) + begin;
    for (int i = 0; i < count; ++i) {
      gx[i] = here[i + 1] - here[i - 1];
      gy[i] = below[i] - above[i];
    }
    ToPolar(gx.data(), gy.data(), padded, length.data(), turn.data());
    const auto row_weight = static_cast<float>(std::exp(-0.5 * std::pow((row - y) / window, 2)));
    for (int i = 0; i < count; ++i) {
      const int bin = static_cast<int>(turn[i] * kBins + 0.5F) % kBins;
      histogram[bin] += row_weight * weight[i] * length[i];
    }
  }
  histogram = Smoothed(histogram);
  const float most = *std::max_element(histogram.begin(), histogram.end());
  std::vector<double> directions;
  for (int i = 0; i < kBins; ++i) {
    const double before = histogram[(i + kBins - 1) % kBins], after = histogram[(i + 1) % kBins];
    const double here = histogram[i];
    if (here <= 0 || here < kPeakShare * most || here <= before || here <= after) continue;
    const double bin = i + 0.5 * (before - after) / (before - 2 * here + after);
    directions.push_back(std::fmod(bin + kBins, kBins) / kBins * 2 * std::numbers::pi);
  }
  return directions;
}

SiftHistogram DescribeSift(const ScalePlane& level, double x, double y, double sigma, double direction) {
  static const std::array<Share, kSamples> shares = MakeShares();
  const double step = kSpacing * sigma;
  const double right_x = step * std::cos(direction), right_y = step * std::sin(direction);
  const double to_corner = 0.5 * (kPatch - 1);
  Patch patch;
  SamplePatch(level,
              {static_cast<float>(x - to_corner * (right_x - right_y)),
               static_cast<float>(y - to_corner * (right_y + right_x))},
              {static_cast<float>(right_x), static_cast<float>(right_y)},
              {static_cast<float>(-right_y), static_cast<float>(right_x)}, patch);
  SiftHistogram histogram{};
  for (int v = 0; v < kSamples; ++v) {
    std::array<float, kPatchStride> gx{}, gy{}, length, turn;
    const auto& here = patch.values[v + 1];
    for (int u = 0; u < kSamples; ++u) {
      gx[u] = here[u + 2] - here[u];
      gy[u] = patch.values[v + 2][u + 1] - patch.values[v][u + 1];
    }
    ToPolar(gx.data(), gy.data(), kPatchStride, length.data(), turn.data());
    RowHistogram row{};
    AddRow(length.data(), turn.data(), shares, row);
    constexpr int kRowValues = kSiftCells * kSiftDirections;
    const float* values = row.data() + kSiftDirections;
    for (int part = 0; part < 2; ++part) {
      const int cell = shares[v].cell + part;
      if (cell < 0 || cell >= kSiftCells) continue;
      const float weight = part == 0 ? shares[v].first : shares[v].second;
      for (int i = 0; i < kRowValues; ++i) histogram[cell * kRowValues + i] += weight * values[i];
    }
  }
  ScaleToLength(histogram, 0.2F);
  return histogram;
}

}  // namespace rv::features
