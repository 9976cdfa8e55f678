#include "reconstruct/depth/smooth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
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
void SolveRows(const cv::Mat& gray, const cv::Mat& barriers, float strength, cv::Mat& both) {
  const std::array<float, 256>& affinity = AffinityTable();
  std::vector<float> upper(static_cast<std::size_t>(gray.cols));
  for (int y = 0; y < gray.rows; ++y) {
    const std::uint8_t* level = gray.ptr(y);
    const std::uint8_t* barrier = barriers.empty() ? nullptr : barriers.ptr(y);
    auto* row = both.ptr<cv::Vec2f>(y);
    float before = 0;  // weight to the pixel before
    for (int x = 0; x < gray.cols; ++x) {
      float after = 0;
      if (x + 1 < gray.cols) {
        const int step = std::abs(level[x] - level[x + 1]) + (barrier != nullptr ? barrier[x] : 0);
        after = strength * affinity[static_cast<std::size_t>(std::min(step, 255))];
      }
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

// To the pixel on the right.
cv::Mat StepsAlongRows(const cv::Mat& inverse, const cv::Mat& confidence) {
  constexpr float kStep = 0.01F;  // of the inverse depth: worth kWorth levels, twice as much four times that
  constexpr float kWorth = 15, kMostWorth = 200, kBelieved = 0.25F;
  cv::Mat out(inverse.size(), CV_8UC1, cv::Scalar(0));
  for (int y = 0; y < inverse.rows; ++y) {
    const float* value = inverse.ptr<float>(y);
    const float* sure = confidence.ptr<float>(y);
    for (int x = 0; x + 1 < inverse.cols; ++x) {
      const float step = std::abs(value[x] - value[x + 1]) / (kStep * std::max(value[x], value[x + 1]));
      const float both = std::min(1.0F, std::min(sure[x], sure[x + 1]) / kBelieved);
      out.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(std::min(kMostWorth, kWorth * both * step * step));
    }
  }
  return out;
}

}  // namespace

Barriers BarriersOf(const cv::Mat& inverse, const cv::Mat& confidence) {
  cv::Mat steady, turned, turned_confidence;
  cv::medianBlur(inverse, steady, 3);
  cv::transpose(steady, turned);
  cv::transpose(confidence, turned_confidence);
  return {StepsAlongRows(steady, confidence), StepsAlongRows(turned, turned_confidence)};
}

cv::Mat Smoothed(const cv::Mat& values,
                 const cv::Mat& confidence,
                 const cv::Mat& gray,
                 double strength,
                 const Barriers& barriers) {
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
    SolveRows(gray, barriers.right, now, both);
    cv::transpose(both, turned);
    SolveRows(turned_gray, barriers.down, now, turned);
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
