#include "reconstruct/depth/smooth.h"

#include <array>
#include <cmath>
#include <vector>

namespace rv::depth {
namespace {

constexpr double kEdgeLevels = 7;  // levels of gray at which smoothing across falls to 1 / e
constexpr int kRounds = 3;

const std::array<float, 256>& AffinityTable() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<float>(std::exp(-static_cast<double>(i) / kEdgeLevels));
    return out;
  }();
  return table;
}

// Solves (I + strength * L) u = f along each row, L the Laplacian with the picture's affinities. Two channels at once.
void SolveRows(const cv::Mat& gray, float strength, cv::Mat& both) {
  const std::array<float, 256>& affinity = AffinityTable();
  std::vector<float> upper(static_cast<std::size_t>(gray.cols));
  for (int y = 0; y < gray.rows; ++y) {
    const std::uint8_t* level = gray.ptr(y);
    auto* row = both.ptr<cv::Vec2f>(y);
    float before = 0;  // weight to the pixel before
    for (int x = 0; x < gray.cols; ++x) {
      const float after =
          x + 1 < gray.cols ? strength * affinity[static_cast<std::size_t>(std::abs(level[x] - level[x + 1]))]
                            : 0;
      const auto i = static_cast<std::size_t>(x);
      const float pivot = 1 / (1 + before + after - (x > 0 ? before * upper[i - 1] : 0));
      upper[i] = after * pivot;
      if (x > 0) row[x] += before * row[x - 1];
      row[x] *= pivot;
      before = after;
    }
    for (int x = gray.cols - 2; x >= 0; --x) row[x] += upper[static_cast<std::size_t>(x)] * row[x + 1];
  }
}

}  // namespace

cv::Mat Smoothed(const cv::Mat& values, const cv::Mat& confidence, const cv::Mat& gray, double strength) {
  cv::Mat both(values.size(), CV_32FC2);
  for (int y = 0; y < values.rows; ++y)
    for (int x = 0; x < values.cols; ++x) {
      const float sure = confidence.at<float>(y, x) + 1e-9F;
      both.at<cv::Vec2f>(y, x) = {sure * values.at<float>(y, x), sure};
    }
  cv::Mat turned_gray, turned;
  cv::transpose(gray, turned_gray);
  for (int round = 0; round < kRounds; ++round) {
    const double share = 1.5 * std::pow(4, kRounds - 1 - round) / (std::pow(4, kRounds) - 1);
    const auto now = static_cast<float>(2 * share * strength);
    SolveRows(gray, now, both);
    cv::transpose(both, turned);
    SolveRows(turned_gray, now, turned);
    cv::transpose(turned, both);
  }
  cv::Mat out(values.size(), CV_32FC1);
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      const cv::Vec2f& at = both.at<cv::Vec2f>(y, x);
      out.at<float>(y, x) = at[0] / at[1];
    }
  return out;
}

}  // namespace rv::depth
