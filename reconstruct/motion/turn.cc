#include "reconstruct/motion/turn.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"

namespace rv::motion {
namespace {

// Positions where the running sum passes `low` and `high` of the total.
std::pair<double, double> Percentiles(const std::vector<double>& mass, double low, double high) {
  double total = 0;
  for (double m : mass) total += m;
  std::pair<double, double> at{0, static_cast<double>(mass.size())};
  double sum = 0;
  for (std::size_t k = 0; k < mass.size(); ++k) {
    const double next = sum + mass[k];
    if (sum < low * total && next >= low * total) at.first = k + (low * total - sum) / mass[k];
    if (sum < high * total && next >= high * total) at.second = k + (high * total - sum) / mass[k];
    sum = next;
  }
  return at;
}

cv::Mat Half(const cv::Mat& mask, cv::Size half) {
  cv::Mat out;
  cv::resize(mask, out, half, 0, 0, cv::INTER_AREA);
  return out > 127;
}

double BorderMotion(const PairFlow& pair, const cv::Mat& subject, cv::Matx23d* motion, bool* found) {
  cv::Mat outside;
  cv::dilate(subject, outside, cv::Mat(), {-1, -1}, 4);
  outside = ~outside;
  *motion = FlowSimilarity(pair, outside, found);
  double sum = 0;
  long count = 0;
  for (int y = 0; y < outside.rows; y += 2)
    for (int x = 0; x < outside.cols; x += 2)
      if (outside.at<uchar>(y, x) && pair.ok.at<uchar>(y, x)) {
        sum += cv::norm(pair.flow.at<cv::Vec2f>(y, x));
        ++count;
      }
  return count ? sum / count : 0;
}

constexpr int kFewestTurnCells = 12;
constexpr double kBoxLow = 0.02;  // shares of the mass
constexpr double kBoxHigh = 0.98;

TurnSample MeasureOne(const PairFlow& pair, const cv::Mat& mask, const MaskBox& from, const MaskBox& to) {
  TurnSample turn;
  const cv::Mat subject = Half(mask, pair.flow.size());
  double u = 0, v = 0, uu = 0, yy = 0, uy = 0, y_sum = 0;
  std::vector<double> lengths;
  bool own_found = false;
  const cv::Matx23d own = FlowSimilarity(pair, subject, &own_found);
  const double dx = to.x - from.x, dy = to.y - from.y;
  for (int y = 0; y < subject.rows; ++y)
    for (int x = 0; x < subject.cols; ++x) {
      if (!subject.at<uchar>(y, x) || !pair.ok.at<uchar>(y, x)) continue;
      const cv::Vec2f f = pair.flow.at<cv::Vec2f>(y, x);
      u += f[0];
      v += f[1];
      uu += f[0] * f[0];
      yy += static_cast<double>(y) * y;
      uy += f[0] * y;
      y_sum += y;
      lengths.push_back(std::hypot(f[0] - dx, f[1] - dy));
      const cv::Vec2d at(2.0 * x, 2.0 * y);
      turn.deform += cv::norm(cv::Vec2d(f) - (own * cv::Vec3d(at[0], at[1], 1) - at));
    }
  turn.cells = static_cast<int>(lengths.size());
  cv::Matx23d border;
  bool found = false;
  turn.background = BorderMotion(pair, subject, &border, &found);
  if (turn.cells < kFewestTurnCells) return turn;
  const double n = turn.cells;
  turn.surface = u / n - dx;
  turn.deform /= n;
  for (double length : lengths) turn.speed += length / n;
  const double var_u = uu / n - u * u / n / n, var_y = yy / n - y_sum * y_sum / n / n;
  if (var_u > 1e-6 && var_y > 1e-6) turn.depth_vote = (uy / n - u * y_sum / n / n) / std::sqrt(var_u * var_y);
  const cv::Vec2d center(from.mass_x, from.mass_y);
  const cv::Vec2d behind = found ? border * cv::Vec3d(center[0], center[1], 1) - center : cv::Vec2d(0, 0);
  turn.relative = u / n - behind[0];
  return turn;
}

}  // namespace

MaskBox MeasureBox(const cv::Mat& mask) {
  std::vector<double> columns(mask.cols, 0), rows(mask.rows, 0);
  double mass = 0, mx = 0, my = 0;
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) {
      const double m = mask.at<uchar>(y, x) / 255.0;
      columns[x] += m;
      rows[y] += m;
      mass += m;
      mx += m * (x + 0.5);
      my += m * (y + 0.5);
    }
  if (mass < 1) {
    return {.x = mask.cols / 2.0,
            .y = mask.rows / 2.0,
            .width = mask.cols / 2.0,
            .height = mask.rows / 2.0,
            .mass_x = mask.cols / 2.0,
            .mass_y = mask.rows / 2.0};
  }
  const auto [left, right] = Percentiles(columns, kBoxLow, kBoxHigh);
  const auto [top, bottom] = Percentiles(rows, kBoxLow, kBoxHigh);
  return {.x = (left + right) / 2,
          .y = (top + bottom) / 2,
          .width = right - left,
          .height = bottom - top,
          .mass_x = mx / mass,
          .mass_y = my / mass,
          .area = mass / static_cast<double>(mask.total())};
}

std::vector<TurnSample> MeasureTurn(const SmallSweep& small,
                                    const std::vector<PairFlow>& flow,
                                    const std::vector<cv::Mat>& masks,
                                    const std::vector<MaskBox>& boxes,
                                    int threads) {
  std::vector<TurnSample> turns(small.count() > 0 ? small.count() - 1 : 0);
  ParallelFor(turns.size(), threads,
              [&](std::size_t i) { turns[i] = MeasureOne(flow[i], masks[i], boxes[i], boxes[i + 1]); });
  return turns;
}

std::vector<double> MedianSmooth(const std::vector<double>& values, int window) {
  std::vector<double> out(values.size());
  const int count = static_cast<int>(values.size());
  for (int i = 0; i < count; ++i) {
    const int reach = std::min({window / 2, i, count - 1 - i});
    std::vector<double> around(values.begin() + i - reach, values.begin() + i + reach + 1);
    std::nth_element(around.begin(), around.begin() + reach, around.end());
    out[i] = around[reach];
  }
  return out;
}

}  // namespace rv::motion
