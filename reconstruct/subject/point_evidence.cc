#include "reconstruct/subject/point_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rv::subject {
namespace {

constexpr double kThickness = 0.03;           // of the radius: nearer points are on the support
constexpr double kSurely = 0.75, kNot = 2.0;  // radii from the center
constexpr int kSpeaksTo = 6;                  // px
constexpr float kNear = 3, kAlike = 7;        // standard deviations, px and Lab steps
constexpr int kMostUnlike = 600;              // squared Lab steps; beyond them a pixel says nothing

std::array<float, 2 * kSpeaksTo * kSpeaksTo + 1> NearTable() {
  std::array<float, 2 * kSpeaksTo * kSpeaksTo + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = std::exp(-static_cast<float>(i) / (2 * kNear * kNear));
  return table;
}

std::array<float, kMostUnlike + 1> AlikeTable() {
  std::array<float, kMostUnlike + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = std::exp(-static_cast<float>(i) / (2 * kAlike * kAlike));
  return table;
}

int Unlike(const cv::Vec3b& a, const cv::Vec3b& b) {
  int sum = 0;
  for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

}  // namespace

std::vector<float> JudgePoints(const Reconstruction& reconstruction,
                               const SearchPlace& place,
                               const Volume& volume,
                               const std::vector<float>& hull,
                               const std::vector<float>& reach) {
  std::vector<float> out(reconstruction.points.size(), 0.0F);
  for (std::size_t p = 0; p < out.size(); ++p) {
    const Eigen::Vector3d& at = reconstruction.points[p].position;
    if (place.support && place.support->Above(at) < kThickness * place.radius) {
      out[p] = -1;
    } else if (hull.empty()) {
      const double away = (at - place.center).norm() / place.radius;
      out[p] = away < kSurely ? 1.0F : away < kNot ? 0.0F : -1.0F;
    } else {
      const std::ptrdiff_t cell = volume.CellOf(at);
      out[p] = cell < 0                                       ? -1.0F
               : hull[static_cast<std::size_t>(cell)] > 0.5F  ? 1.0F
               : reach[static_cast<std::size_t>(cell)] > 0.5F ? 0.0F
                                                              : -1.0F;
    }
  }
  return out;
}

std::vector<float> PointEvidence(const SeenFrame& frame, const std::vector<float>& judged) {
  static const auto near = NearTable();
  static const auto alike = AlikeTable();
  const int width = frame.lab.cols, height = frame.lab.rows;
  std::vector<float> sum(frame.Size().Count(), 0.0F), weight = sum;
  for (const SeenPoint& seen : frame.points) {
    const float side = judged[seen.point];
    if (side == 0) continue;
    const int cx = std::clamp(static_cast<int>(seen.at.x), 0, width - 1);
    const int cy = std::clamp(static_cast<int>(seen.at.y), 0, height - 1);
    const cv::Vec3b own = frame.lab.at<cv::Vec3b>(cy, cx);
    for (int y = std::max(0, cy - kSpeaksTo); y <= std::min(height - 1, cy + kSpeaksTo); ++y)
      for (int x = std::max(0, cx - kSpeaksTo); x <= std::min(width - 1, cx + kSpeaksTo); ++x) {
        const int unlike = Unlike(own, frame.lab.at<cv::Vec3b>(y, x));
        if (unlike > kMostUnlike) continue;
        const auto away = static_cast<std::size_t>((x - cx) * (x - cx) + (y - cy) * (y - cy));
        const float w = near[away] * alike[static_cast<std::size_t>(unlike)];
        const auto at = static_cast<std::size_t>(y * width + x);
        sum[at] += w * side;
        weight[at] += w;
      }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] /= std::max(1.0F, weight[i]);
  return sum;
}

}  // namespace rv::subject
