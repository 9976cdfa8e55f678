#include "reconstruct/motion/loop.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/statistics.h"

namespace rv::motion {
namespace {

constexpr int kThumbnailPx = 30;  // longest side
constexpr int kShiftPx = 2;       // tolerated
constexpr double kFullTurnRad = 2 * std::numbers::pi;
// Accumulated turn at which a return of the picture is accepted, in full turns by the rough measure.
constexpr double kLeastTurns = 0.45;
constexpr double kMostTurns = 2.0;
// Distances of a return, against those of far frames and of neighbors.
constexpr double kReturnFarShare = 0.4;
constexpr double kReturnNeighbors = 2.2;
constexpr double kReturnNeighborShare = 0.6;  // for a return at the last frame
constexpr int kLeastLag = 6;                  // frames, where the turn is unknown
// Distance from the last frame back to the first.
constexpr int kLeastClosingFrames = 6;
constexpr double kClosingSteps = 1.3;  // upper quartiles of the steps
constexpr double kClosingFarShare = 0.75;
// Reversals.
constexpr int kLeastReversalFrames = 12;
constexpr double kLeastContrast = 2.5;  // of far frames against neighbors
constexpr double kOneWayShare = 0.5;    // of the votes: their mean agrees on one direction
constexpr double kLeastVote = 0.08;     // on each side of a reversal
constexpr double kMirrorOrder = -0.7;   // correlation; with pictures alone the stricter values count
constexpr double kMirrorSpan = 0.5;
constexpr double kMirrorFarShare = 0.5;
constexpr double kClearMirrorOrder = -0.85;
constexpr double kClearMirrorSpan = 0.6;
constexpr double kClearMirrorFarShare = 0.4;

cv::Mat Thumbnail(const cv::Mat& bgr, const cv::Rect& window, double scale) {
  cv::Mat thumb;
  cv::resize(bgr(window), thumb, {}, scale, scale, cv::INTER_AREA);
  cv::GaussianBlur(thumb, thumb, {3, 3}, 0.7);
  return thumb;
}

float ShiftedDistance(const cv::Mat& a, const cv::Mat& b) {
  float best = 1e9F;
  const cv::Rect inner(kShiftPx, kShiftPx, a.cols - 2 * kShiftPx, a.rows - 2 * kShiftPx);
  for (int dy = -kShiftPx; dy <= kShiftPx; ++dy)
    for (int dx = -kShiftPx; dx <= kShiftPx; ++dx) {
      const double sum = cv::norm(a(inner), b(inner + cv::Point(dx, dy)), cv::NORM_L1);
      best = std::min(best, static_cast<float>(sum / (3.0 * inner.area())));
    }
  return best;
}

// Mean distance between frame i and frame i + lag over the first few i, because a second turn repeats the
// first.
double LagDistance(const PictureDistances& d, int lag) {
  const int runs = std::clamp(d.count() - lag, 1, std::max(1, d.count() / 12));
  double sum = 0;
  for (int i = 0; i < runs; ++i) sum += d.at(i, i + lag);
  return sum / runs;
}

bool MayBeFullTurn(double turn_rad) {
  return turn_rad > kLeastTurns * kFullTurnRad && turn_rad < kMostTurns * kFullTurnRad;
}

std::optional<PictureReturn> ReturnInside(const PictureDistances& d, const std::vector<double>& turn) {
  const int count = d.count();
  int best = -1;
  double best_distance = 1e9;
  // Without a measured turn, small lags are left out: neighbors look alike.
  for (int lag = turn.empty() ? std::max(kLeastLag, count / 4) : 2; lag < count; ++lag) {
    if (!turn.empty() && !MayBeFullTurn(turn[lag])) continue;
    const double here = LagDistance(d, lag);
    if (here < best_distance) {
      best_distance = here;
      best = lag;
    }
  }
  const bool clear =
      best > 0 && best_distance < kReturnFarShare * d.far && best_distance < kReturnNeighbors * d.neighbor;
  if (!clear) return std::nullopt;
  // At the last frame the distance may still be falling: it is the return only if it is nearer than a
  // neighbor.
  if (best == count - 1 && best_distance > kReturnNeighborShare * d.neighbor) return std::nullopt;
  double fraction = 0;
  if (best + 1 < count && best > 1) {
    const double a = LagDistance(d, best - 1), b = best_distance, c = LagDistance(d, best + 1);
    if (a - 2 * b + c > 1e-9) fraction = std::clamp(0.5 * (a - c) / (a - 2 * b + c), -0.5, 0.5);
  }
  return PictureReturn{.frame = best + fraction,
                       .certainty = std::clamp(1 - best_distance / (kReturnFarShare * d.far), 0.0, 1.0)};
}

std::optional<PictureReturn> ReturnAfterLast(const PictureDistances& d, const std::vector<double>& turn) {
  const int count = d.count();
  if (count < kLeastClosingFrames) return std::nullopt;
  if (!turn.empty() && !MayBeFullTurn(turn.back() * count / (count - 1.0))) return std::nullopt;
  std::vector<double> steps;
  for (int i = 0; i + 1 < count; ++i) steps.push_back(d.at(i, i + 1));
  std::sort(steps.begin(), steps.end());
  const double upper_quartile = steps[steps.size() * 3 / 4];
  const double closing = d.at(count - 1, 0);
  if (closing > kClosingSteps * upper_quartile || closing > kClosingFarShare * d.far) return std::nullopt;
  return PictureReturn{.frame = static_cast<double>(count),
                       .certainty = std::clamp(1.2 - closing / (0.9 * d.far), 0.0, 1.0)};
}

// How the frames after frame c compare with those before it.
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

double MeanAbsolute(const std::vector<double>& values) {
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
  const double scale = static_cast<double>(kThumbnailPx) / std::max(windows[0].width, windows[0].height);
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
  if (count < kLeastReversalFrames || d.far < kLeastContrast * d.neighbor) return std::nullopt;
  // An item that looks alike on both sides seems to come back in a plain full turn too: pictures alone decide
  // only where the votes do not agree on one direction.
  const bool one_way = std::abs(MeanOf(vote, 0, count - 1)) > kOneWayShare * MeanAbsolute(vote);
  int best = -1;
  double best_distance = 1e9;
  for (int c = count / 8; c < count - count / 8; ++c) {
    const int reach = std::min(c, count - 1 - c);
    const double before = MeanOf(vote, c - reach, c), after = MeanOf(vote, c, c + reach);
    const bool voted = before * after < 0 && std::min(std::abs(before), std::abs(after)) >= kLeastVote;
    const Mirror mirror = MirrorAt(d, c);
    const bool clear = !one_way && mirror.order < kClearMirrorOrder && mirror.span > kClearMirrorSpan &&
                       mirror.distance < kClearMirrorFarShare * d.far;
    if (!voted && !clear) continue;
    if (mirror.order > kMirrorOrder || mirror.span < kMirrorSpan || mirror.distance > kMirrorFarShare * d.far)
      continue;
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
