#include "reconstruct/depth/aggregate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace rv::depth {
namespace {

using Cost = std::int16_t;  // signed: the smaller of two is one instruction then, on any x86-64

constexpr Cost kStepCost = 5;   // of one plane to the next pixel
constexpr int kJumpCost = 48;   // of more, where the picture is even
constexpr int kLeastJump = 10;  // at an edge
constexpr double kEdge = 12;    // levels of gray that halve it
constexpr Cost kHuge = 8000;
constexpr float kSure = 60;  // of the summed costs, between the best plane and the best elsewhere

// Costs of paths that end at the pixels of one row, per direction: [x][plane] with a border pixel on each side and a
// border plane on each end of each pixel.
class PathRow {
 public:
  PathRow(int width, int planes)
      : stride_(planes + 2), values_(static_cast<std::size_t>((width + 2) * stride_)) {}
  void Fill(Cost value) { std::fill(values_.begin(), values_.end(), value); }
  Cost* at(int x) { return &values_[static_cast<std::size_t>((x + 1) * stride_ + 1)]; }

 private:
  int stride_;
  std::vector<Cost> values_;
};

// One step of a path: from `before` to the pixel with the costs `cost`.
void Step(const Cost* __restrict before,
          const std::uint8_t* __restrict cost,
          Cost jump,
          int planes,
          Cost* __restrict here,
          std::uint16_t* __restrict sum) {
  Cost least = kHuge;
  for (int k = 0; k < planes; ++k) least = std::min(least, before[k]);
  const auto leap = static_cast<Cost>(least + jump);
  for (int k = 0; k < planes; ++k) {
    const Cost beside = static_cast<Cost>(std::min(before[k - 1], before[k + 1]) + kStepCost);
    const Cost best = std::min(std::min(before[k], beside), leap);
    here[k] = static_cast<Cost>(cost[k] + best - least);
  }
  for (int k = 0; k < planes; ++k) sum[k] = static_cast<std::uint16_t>(sum[k] + here[k]);
}

Cost Jump(int a, int b) {
  return static_cast<Cost>(kLeastJump + (kJumpCost - kLeastJump) / (1 + std::abs(a - b) / kEdge));
}

// One sweep over the rows, from the first on or from the last back: four directions.
void SweepRows(const cv::Mat& cost, const cv::Mat& gray, bool back, cv::Mat& sum) {
  const int planes = cost.cols, width = gray.cols, height = gray.rows;
  const int dir = back ? -1 : 1;
  std::vector<PathRow> last(3, PathRow(width, planes)), now(3, PathRow(width, planes));
  PathRow along(width, planes);
  for (PathRow& row : last) row.Fill(kHuge);
  for (PathRow& row : now) row.Fill(kHuge);
  along.Fill(kHuge);
  const std::vector<Cost> start(static_cast<std::size_t>(planes) + 2, Cost{0});
  for (int i = 0; i < height; ++i) {
    const int y = back ? height - 1 - i : i;
    for (int j = 0; j < width; ++j) {
      const int x = back ? width - 1 - j : j;
      const int pixel = y * width + x;
      const std::uint8_t* own = cost.ptr(pixel);
      auto* out = sum.ptr<std::uint16_t>(pixel);
      const int value = gray.at<std::uint8_t>(y, x);
      for (int k = -1; k <= 1; ++k) {  // from the row before
        const int from = x + k;
        const bool in = i > 0 && from >= 0 && from < width;
        const Cost jump = in ? Jump(value, gray.at<std::uint8_t>(y - dir, from)) : Cost{kJumpCost};
        Step(in ? last[static_cast<std::size_t>(k + 1)].at(from) : start.data() + 1, own, jump, planes,
             now[static_cast<std::size_t>(k + 1)].at(x), out);
      }
      const bool in = j > 0;
      const Cost jump = in ? Jump(value, gray.at<std::uint8_t>(y, x - dir)) : Cost{kJumpCost};
      Step(in ? along.at(x - dir) : start.data() + 1, own, jump, planes, along.at(x), out);
    }
    std::swap(last, now);
  }
}

// Where between its neighbors the least cost lies, by a parabola.
float Between(const std::uint16_t* sum, int best, int planes) {
  if (best == 0 || best + 1 == planes) return static_cast<float>(best);
  const float left = sum[best - 1], here = sum[best], right = sum[best + 1];
  const float bend = left - 2 * here + right;
  return static_cast<float>(best) + (bend > 0 ? std::clamp((left - right) / (2 * bend), -0.5F, 0.5F) : 0.0F);
}

}  // namespace

Winners Aggregate(const cv::Mat& cost, const cv::Mat& gray, const Planes& planes) {
  cv::Mat sum(cost.size(), CV_16UC1, cv::Scalar(0));
  SweepRows(cost, gray, false, sum);
  SweepRows(cost, gray, true, sum);
  Winners out{.inverse = cv::Mat(gray.size(), CV_32FC1), .confidence = cv::Mat(gray.size(), CV_32FC1)};
  for (int y = 0; y < gray.rows; ++y)
    for (int x = 0; x < gray.cols; ++x) {
      const auto* values = sum.ptr<std::uint16_t>(y * gray.cols + x);
      const int best = static_cast<int>(std::min_element(values, values + planes.count) - values);
      int second = 65535;
      for (int k = 0; k < planes.count; ++k)
        if (std::abs(k - best) > 2) second = std::min<int>(second, values[k]);
      out.inverse.at<float>(y, x) = planes.At(Between(values, best, planes.count));
      out.confidence.at<float>(y, x) =
          std::clamp(static_cast<float>(second - values[best]) / kSure, 0.0F, 1.0F);
    }
  return out;
}

}  // namespace rv::depth
