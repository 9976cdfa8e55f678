#include "reconstruct/features/scale_space_extrema.h"

#include <Eigen/Core>
#include <Eigen/LU>
#include <array>
#include <cmath>
#include <optional>

#include "reconstruct/features/float_lanes.h"

namespace rv::features {
namespace {

constexpr int kDifferences = kLevels - 1;
constexpr int kBorder = 5;  // px at the rim in which nothing is looked for

RV_LANE_CLONES void Subtract(const float* a, const float* b, int stride, float* out) {
  for (int x = 0; x < stride; x += kLanes)
    *reinterpret_cast<Lanes*>(out + x) =
        *reinterpret_cast<const Lanes*>(a + x) - *reinterpret_cast<const Lanes*>(b + x);
}

// Largest and smallest of the 3 x 3 values round each of rows[1]; a row can be read one value beyond its
// ends.
RV_LANE_CLONES void RangeOfNine(const std::array<const float*, 3>& rows,
                                int stride,
                                float* most,
                                float* least) {
  for (int x = 0; x < stride; x += kLanes) {
    Lanes high = *reinterpret_cast<const Lanes*>(rows[0] + x);
    Lanes low = high;
    for (const float* row : rows) {
      for (int dx = -1; dx <= 1; ++dx) {
        const Lanes v = *reinterpret_cast<const Lanes*>(row + x + dx);
        high = high > v ? high : v;
        low = low < v ? low : v;
      }
    }
    *reinterpret_cast<Lanes*>(most + x) = high;
    *reinterpret_cast<Lanes*>(least + x) = low;
  }
}

// marks[x]: nonzero where value[x] is beyond +-contrast and at the end of all three ranges.
RV_LANE_CLONES void MarkExtrema(const float* value,
                                const std::array<const float*, 3>& most,
                                const std::array<const float*, 3>& least,
                                float contrast,
                                int stride,
                                int* marks) {
  for (int x = 0; x < stride; x += kLanes) {
    const Lanes v = *reinterpret_cast<const Lanes*>(value + x);
    IntLanes top = v > contrast;
    IntLanes bottom = v < -contrast;
    for (int i = 0; i < 3; ++i) {
      top &= v >= *reinterpret_cast<const Lanes*>(most[i] + x);
      bottom &= v <= *reinterpret_cast<const Lanes*>(least[i] + x);
    }
    *reinterpret_cast<IntLanes*>(marks + x) = top | bottom;
  }
}

// One octave, swept row by row: differences of three rows are held at a time.
class OctaveSweep {
 public:
  OctaveSweep(const std::vector<ScalePlane>& levels, int octave, double contrast)
      : levels_(levels),
        octave_(octave),
        contrast_(contrast),
        width_(levels[0].width),
        height_(levels[0].height),
        stride_(levels[0].stride),
        marks_(stride_) {
    for (auto& rows : difference_) {
      for (auto& row : rows) row.assign(stride_ + 2 * kLanes, 0.0F);
    }
    for (auto& row : most_) row.resize(stride_);
    for (auto& row : least_) row.resize(stride_);
  }

  void Run(std::vector<ScaleSpaceExtremum>& found) {
    if (height_ <= 2 * kBorder || width_ <= 2 * kBorder) return;
    for (int y = kBorder - 1; y <= height_ - kBorder; ++y) {
      for (int d = 0; d < kDifferences; ++d)
        Subtract(levels_[d + 1].row(y), levels_[d].row(y), stride_, Row(d, y));
      if (y > kBorder) Search(y - 1, found);
    }
  }

 private:
  struct Sample {
    int x = 0;
    int y = 0;
    int difference = 0;
  };
  struct Peak {
    Eigen::Vector3d offset;  // from the sample: x, y, levels
    double value = 0;
    double trace = 0;  // of the curvature in x and y
    double determinant = 0;
  };

  float* Row(int d, int y) { return difference_[d][y % 3].data() + kLanes; }

  void Search(int y, std::vector<ScaleSpaceExtremum>& found) {
    for (int d = 0; d < kDifferences; ++d)
      RangeOfNine({Row(d, y - 1), Row(d, y), Row(d, y + 1)}, stride_, most_[d].data(), least_[d].data());
    for (int d = 1; d <= kScalesPerOctave; ++d) {
      // Half of the contrast: the fitted peak is higher than its nearest sample.
      MarkExtrema(Row(d, y), {most_[d - 1].data(), most_[d].data(), most_[d + 1].data()},
                  {least_[d - 1].data(), least_[d].data(), least_[d + 1].data()},
                  static_cast<float>(0.5 * contrast_), stride_, marks_.data());
      for (int x = kBorder; x < width_ - kBorder; ++x) {
        if (marks_[x] == 0) continue;
        if (const auto extremum = Refine({x, y, d})) found.push_back(*extremum);
      }
    }
  }

  double At(int d, int y, int x) const {
    return static_cast<double>(levels_[d + 1].row(y)[x]) - levels_[d].row(y)[x];
  }

  bool Inside(const Sample& at) const {
    return at.difference >= 1 && at.difference <= kScalesPerOctave && at.x >= kBorder &&
           at.x < width_ - kBorder && at.y >= kBorder && at.y < height_ - kBorder;
  }

  // Of the parabola in x, y and scale through the sample's neighbors; none where it has no single peak.
  std::optional<Peak> FitPeak(const Sample& at) const;
  // Moves on while the peak is nearer to another sample.
  std::optional<ScaleSpaceExtremum> Refine(Sample at) const;

  const std::vector<ScalePlane>& levels_;
  int octave_;
  double contrast_;
  int width_, height_, stride_;
  std::array<std::array<std::vector<float>, 3>, kDifferences> difference_;  // by level, row modulo 3
  std::array<std::vector<float>, kDifferences> most_, least_;
  std::vector<int> marks_;
};

std::optional<OctaveSweep::Peak> OctaveSweep::FitPeak(const Sample& at) const {
  const auto [x, y, d] = at;
  const double center = At(d, y, x);
  const Eigen::Vector3d slope(0.5 * (At(d, y, x + 1) - At(d, y, x - 1)),
                              0.5 * (At(d, y + 1, x) - At(d, y - 1, x)),
                              0.5 * (At(d + 1, y, x) - At(d - 1, y, x)));
  const double xx = At(d, y, x + 1) + At(d, y, x - 1) - 2 * center;
  const double yy = At(d, y + 1, x) + At(d, y - 1, x) - 2 * center;
  const double ss = At(d + 1, y, x) + At(d - 1, y, x) - 2 * center;
  const double xy =
      0.25 * (At(d, y + 1, x + 1) - At(d, y + 1, x - 1) - At(d, y - 1, x + 1) + At(d, y - 1, x - 1));
  const double xs =
      0.25 * (At(d + 1, y, x + 1) - At(d + 1, y, x - 1) - At(d - 1, y, x + 1) + At(d - 1, y, x - 1));
  const double ys =
      0.25 * (At(d + 1, y + 1, x) - At(d + 1, y - 1, x) - At(d - 1, y + 1, x) + At(d - 1, y - 1, x));
  Eigen::Matrix3d curve, inverse;
  curve << xx, xy, xs, xy, yy, ys, xs, ys, ss;
  bool invertible = false;
  curve.computeInverseWithCheck(inverse, invertible, 1e-12);
  if (!invertible) return std::nullopt;
  const Eigen::Vector3d offset = -inverse * slope;
  return Peak{.offset = offset,
              .value = center + 0.5 * slope.dot(offset),
              .trace = xx + yy,
              .determinant = xx * yy - xy * xy};
}

std::optional<ScaleSpaceExtremum> OctaveSweep::Refine(Sample at) const {
  constexpr int kSteps = 5;
  constexpr double kEdgeRatio = 10;  // of the two curvatures
  constexpr double kMostEdge = (kEdgeRatio + 1) * (kEdgeRatio + 1) / kEdgeRatio;
  for (int step = 0; step < kSteps; ++step) {
    const auto peak = FitPeak(at);
    if (!peak || !(peak->offset.cwiseAbs().maxCoeff() < width_ + height_)) return std::nullopt;
    const Eigen::Vector3d& offset = peak->offset;
    if (offset.cwiseAbs().maxCoeff() < 0.5) {
      const bool edge = peak->determinant <= 0 || peak->trace * peak->trace >= kMostEdge * peak->determinant;
      if (edge || std::abs(peak->value) < contrast_) return std::nullopt;
      return ScaleSpaceExtremum{.octave = octave_,
                                .level = at.difference,
                                .x = at.x + offset.x(),
                                .y = at.y + offset.y(),
                                .sigma = LevelSigma(at.difference + offset.z()),
                                .response = std::abs(peak->value)};
    }
    at.x += static_cast<int>(std::lround(offset.x()));
    at.y += static_cast<int>(std::lround(offset.y()));
    at.difference += static_cast<int>(std::lround(offset.z()));
    if (!Inside(at)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<ScaleSpaceExtremum> FindExtrema(const ScaleSpace& space, double contrast) {
  std::vector<ScaleSpaceExtremum> found;
  for (std::size_t o = 0; o < space.octaves.size(); ++o)
    OctaveSweep(space.octaves[o], static_cast<int>(o), contrast).Run(found);
  return found;
}

}  // namespace rv::features
