#include "reconstruct/motion/loop.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/statistics.h"

namespace rv::motion {
namespace {

constexpr int kThumb = 30;  // longest side, px
constexpr int kShift = 2;   // px of tolerated shift

cv::Mat Thumbnail(const cv::Mat& bgr, const cv::Rect& window, double scale) {
  cv::Mat thumb;
  cv::resize(bgr(window), thumb, {}, scale, scale, cv::INTER_AREA);
  cv::GaussianBlur(thumb, thumb, {3, 3}, 0.7);
  return thumb;
}

float ShiftedDistance(const cv::Mat& a, const cv::Mat& b) {
  float best = 1e9F;
  const cv::Rect inner(kShift, kShift, a.cols - 2 * kShift, a.rows - 2 * kShift);
  for (int dy = -kShift; dy <= kShift; ++dy)
    for (int dx = -kShift; dx <= kShift; ++dx) {
      const double sum = cv::norm(a(inner), b(inner + cv::Point(dx, dy)), cv::NORM_L1);
      best = std::min(best, static_cast<float>(sum / (3.0 * inner.area())));
    }
  return best;
}

// Mean distance between frame i and frame i + lag over the first few i: a second turn shows the first again.
double LagDistance(const PictureDistances& d, int lag) {
  const int runs = std::clamp(d.count() - lag, 1, std::max(1, d.count() / 12));
  double sum = 0;
  for (int i = 0; i < runs; ++i) sum += d.at(i, i + lag);
  return sum / runs;
}

bool Believable(double turn) {
  return turn > 0.45 * 2 * std::numbers::pi && turn < 2.0 * 2 * std::numbers::pi;
}

std::optional<PictureReturn> ReturnInside(const PictureDistances& d, const std::vector<double>& turn) {
  const int count = d.count();
  int best = -1;
  double best_distance = 1e9;
  // Without a measure of the turn, neighbors that look alike must not pass for a full turn.
  for (int lag = turn.empty() ? std::max(6, count / 4) : 2; lag < count; ++lag) {
    if (!turn.empty() && !Believable(turn[lag])) continue;
    const double here = LagDistance(d, lag);
    if (here < best_distance) {
      best_distance = here;
      best = lag;
    }
  }
  const bool clear = best > 0 && best_distance < 0.4 * d.far && best_distance < 2.2 * d.neighbor;
  if (!clear) return std::nullopt;
  // At the last frame the distance may still be falling: it is the return only if it is no neighbor of it.
  if (best == count - 1 && best_distance > 0.6 * d.neighbor) return std::nullopt;
  double fraction = 0;
  if (best + 1 < count && best > 1) {
    const double a = LagDistance(d, best - 1), b = best_distance, c = LagDistance(d, best + 1);
    if (a - 2 * b + c > 1e-9) fraction = std::clamp(0.5 * (a - c) / (a - 2 * b + c), -0.5, 0.5);
  }
  return PictureReturn{.frame = best + fraction,
                       .certainty = std::clamp(1 - best_distance / (0.4 * d.far), 0.0, 1.0)};
}

std::optional<PictureReturn> ReturnAfterLast(const PictureDistances& d, const std::vector<double>& turn) {
  const int count = d.count();
  if (count < 6) return std::nullopt;
  if (!turn.empty() && !Believable(turn.back() * count / (count - 1.0))) return std::nullopt;
  std::vector<double> steps;
  for (int i = 0; i + 1 < count; ++i) steps.push_back(d.at(i, i + 1));
  std::sort(steps.begin(), steps.end());
  const double usual = steps[steps.size() * 3 / 4];
  const double closing = d.at(count - 1, 0);
  if (closing > 1.3 * usual || closing > 0.75 * d.far) return std::nullopt;
  return PictureReturn{.frame = static_cast<double>(count),
                       .certainty = std::clamp(1.2 - closing / (0.9 * d.far), 0.0, 1.0)};
}

// What happens after frame c, read against what came before it.
struct Mirror {
  double distance = 1e9;  // mean of the best match's distance
  double order = 0;       // correlation of best match's number with time: -1 = in reverse
  double span = 0;        // share of the shorter side that is seen again
};

Mirror MirrorAt(const PictureDistances& d, int c) {
  const int reach = std::min(c, d.count() - 1 - c);
  std::vector<double> match;
  Mirror mirror{.distance = 0};
  int used = 0;
  for (int j = c + std::max(1, reach / 6); j <= c + reach; ++j) {
    int best = 0;
    for (int i = 1; i <= c; ++i)
      if (d.at(i, j) < d.at(best, j)) best = i;
    mirror.distance += d.at(best, j);
    match.push_back(best);
    ++used;
  }
  if (used < 3) return {};
  mirror.distance /= used;
  double mean = 0, mid = (used - 1) / 2.0, cov = 0, var = 0, var_t = 0;
  for (double m : match) mean += m / used;
  for (int k = 0; k < used; ++k) {
    cov += (match[k] - mean) * (k - mid);
    var += (match[k] - mean) * (match[k] - mean);
    var_t += (k - mid) * (k - mid);
  }
  if (var > 0) mirror.order = cov / std::sqrt(var * var_t);
  const auto [low, high] = std::minmax_element(match.begin(), match.end());
  mirror.span = (*high - *low) / reach;
  return mirror;
}

double MeanOf(const std::vector<double>& values, int first, int last) {
  double sum = 0;
  for (int k = first; k < last; ++k) sum += values[k];
  return last > first ? sum / (last - first) : 0;
}

double MeanSizeOf(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += std::abs(v);
  return values.empty() ? 0 : sum / values.size();
}

void FillMedians(PictureDistances& d) {
  const int count = d.count();
  std::vector<double> near, far;
  for (int i = 0; i < count; ++i)
    for (int j = i + 1; j < count; ++j) {
      if (j == i + 1) near.push_back(d.at(i, j));
      if ((j - i) * 8 > count) far.push_back(d.at(i, j));
    }
  d.neighbor = UpperMedian(near);
  d.far = UpperMedian(far);
}

}  // namespace

PictureDistances MeasureDistances(const std::vector<cv::Mat>& bgr,
                                  const std::vector<cv::Rect>& windows,
                                  int threads) {
  const int count = static_cast<int>(bgr.size());
  std::vector<cv::Mat> thumbs(count);
  const double scale = static_cast<double>(kThumb) / std::max(windows[0].width, windows[0].height);
  ParallelFor(count, threads, [&](std::size_t i) { thumbs[i] = Thumbnail(bgr[i], windows[i], scale); });
  PictureDistances d{.all = cv::Mat(count, count, CV_32FC1, cv::Scalar(0))};
  ParallelFor(count, threads, [&](std::size_t i) {
    for (int j = static_cast<int>(i) + 1; j < count; ++j) {
      const float distance = ShiftedDistance(thumbs[i], thumbs[j]);
      d.all.at<float>(static_cast<int>(i), j) = distance;
      d.all.at<float>(j, static_cast<int>(i)) = distance;
    }
  });
  FillMedians(d);
  return d;
}

PictureDistances SliceDistances(const PictureDistances& distances, int first, int last) {
  const cv::Range range(first, last + 1);
  PictureDistances d{.all = distances.all(range, range).clone()};
  FillMedians(d);
  return d;
}

std::optional<PictureReturn> FindReturn(const PictureDistances& distances, const std::vector<double>& turn) {
  if (distances.count() < 4) return std::nullopt;
  const std::optional<PictureReturn> inside = ReturnInside(distances, turn);
  return inside ? inside : ReturnAfterLast(distances, turn);
}

std::optional<int> FindReversal(const PictureDistances& d, const std::vector<double>& vote) {
  const int count = d.count();
  if (count < 12 || d.far < 2.5 * d.neighbor) return std::nullopt;
  // An item alike on both sides seems to come back in a plain full turn too: pictures alone decide only where
  // the votes do not agree on one direction.
  const bool one_way = std::abs(MeanOf(vote, 0, count - 1)) > 0.5 * MeanSizeOf(vote);
  int best = -1;
  double best_distance = 1e9;
  for (int c = count / 8; c < count - count / 8; ++c) {
    const int reach = std::min(c, count - 1 - c);
    const double before = MeanOf(vote, c - reach, c), after = MeanOf(vote, c, c + reach);
    const bool voted = before * after < 0 && std::min(std::abs(before), std::abs(after)) >= 0.08;
    const Mirror mirror = MirrorAt(d, c);
    const bool striking =
        !one_way && mirror.order < -0.85 && mirror.span > 0.6 && mirror.distance < 0.4 * d.far;
    if (!voted && !striking) continue;
    if (mirror.order > -0.7 || mirror.span < 0.5 || mirror.distance > 0.5 * d.far) continue;
    // Longer mirrors are better evidence than slightly closer pictures.
    const double score = mirror.distance / std::sqrt(static_cast<double>(reach));
    if (score < best_distance) {
      best_distance = score;
      best = c;
    }
  }
  return best >= 0 ? std::optional<int>(best) : std::nullopt;
}

}  // namespace rv::motion
