#include "reconstruct/motion/match.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"

namespace rv::motion {
namespace {

// SIFT on the canvas pictures.
constexpr int kMostKeypoints = 400;
constexpr int kOctaveLayers = 3;
constexpr double kContrastThreshold = 0.02;
constexpr float kRatio = 0.8F;  // of the distances of the best and the second match
// Robust geometry.
constexpr double kHomographyPx = 1.5;
constexpr double kEpipolarPx = 1.0;
constexpr double kConfidence = 0.995;
constexpr int kMostIterations = 1000;
constexpr int kLeastHomographyMatches = 5;
constexpr std::size_t kLeastEpipolarMatches = 12;
// Pairs of neighbors that are joined.
constexpr int kSureHomography = 9;
constexpr int kSureEpipolar = 16;
constexpr double kAlikeColors = 0.4;  // Bhattacharyya distance
// Far pairs.
constexpr int kLeastShiftMatches = 8;  // of the homography, for a measured shift
constexpr double kFarShiftParts = 7;   // the picture shifts by one such part of the longer side
constexpr double kLeastShiftPx = 0.5;  // between neighbors
constexpr int kFarPairs = 12;

struct Described {
  std::vector<cv::KeyPoint> keypoints;
  cv::Mat descriptors;
  cv::Mat histogram;
};

void Describe(const cv::Mat& gray, Described& d) {
  cv::SIFT::create(kMostKeypoints, kOctaveLayers, kContrastThreshold)
      ->detectAndCompute(gray, cv::noArray(), d.keypoints, d.descriptors);
}

cv::Mat Histogram(const cv::Mat& bgr) {
  const int channels[] = {0, 1, 2}, bins[] = {8, 8, 8};
  const float range[] = {0, 256};
  const float* ranges[] = {range, range, range};
  cv::Mat histogram;
  cv::calcHist(&bgr, 1, channels, cv::noArray(), histogram, 3, bins, ranges);
  return histogram / static_cast<double>(bgr.total());
}

// Index of the best match of each row of `a` in `b` when it is clearly better than the second, else -1.
std::vector<int> BestMatches(const cv::Mat& a, const cv::Mat& b) {
  std::vector<std::vector<cv::DMatch>> nearest;
  cv::BFMatcher(cv::NORM_L2).knnMatch(a, b, nearest, 2);
  std::vector<int> best(a.rows, -1);
  for (const auto& pair : nearest)
    if (pair.size() == 2 && pair[0].distance < kRatio * pair[1].distance)
      best[pair[0].queryIdx] = pair[0].trainIdx;
  return best;
}

bool InCenter(const cv::Point2f& p, cv::Size canvas) {
  return std::abs(p.x - 0.5 * canvas.width) < 0.25 * canvas.width &&
         std::abs(p.y - 0.5 * canvas.height) < 0.25 * canvas.height;
}

void CountConsistent(const std::vector<cv::Point2f>& p,
                     const std::vector<cv::Point2f>& q,
                     cv::Size canvas,
                     bool far,
                     PairMatch& match) {
  for (const cv::Point2f& at : p) match.center_matches += InCenter(at, canvas);
  std::vector<uchar> inlier;
  const cv::Mat h =
      cv::findHomography(p, q, cv::USAC_MAGSAC, kHomographyPx, inlier, kMostIterations, kConfidence);
  std::vector<float> lengths;
  if (!h.empty()) {
    match.second_from_first = cv::Matx33d(h.ptr<double>());
    for (std::size_t k = 0; k < p.size(); ++k)
      if (inlier[k]) {
        lengths.push_back(static_cast<float>(cv::norm(q[k] - p[k])));
        match.center_homography += InCenter(p[k], canvas);
      }
  }
  match.homography = static_cast<int>(lengths.size());
  if (!lengths.empty()) {
    std::nth_element(lengths.begin(), lengths.begin() + lengths.size() / 2, lengths.end());
    match.shift = lengths[lengths.size() / 2];
  }
  match.consistent = match.homography;
  // Neighbors that the homography joins already need no epipolar geometry.
  if (p.size() < kLeastEpipolarMatches || (!far && match.homography >= kSureHomography)) return;
  const cv::Mat f =
      cv::findFundamentalMat(p, q, cv::USAC_MAGSAC, kEpipolarPx, kConfidence, kMostIterations, inlier);
  if (!f.empty()) match.consistent = std::max(match.consistent, cv::countNonZero(inlier));
}

PairMatch MatchPair(const Described& a, const Described& b, cv::Size canvas, bool far) {
  PairMatch match{.keypoints = static_cast<int>(std::min(a.keypoints.size(), b.keypoints.size()))};
  match.color_distance = cv::compareHist(a.histogram, b.histogram, cv::HISTCMP_BHATTACHARYYA);
  if (match.keypoints < 2) return match;
  const std::vector<int> forward = BestMatches(a.descriptors, b.descriptors);
  const std::vector<int> backward = BestMatches(b.descriptors, a.descriptors);
  std::vector<cv::Point2f> p, q;
  for (std::size_t k = 0; k < forward.size(); ++k)
    if (forward[k] >= 0 && backward[forward[k]] == static_cast<int>(k)) {
      p.push_back(a.keypoints[k].pt);
      q.push_back(b.keypoints[forward[k]].pt);
    }
  match.matches = static_cast<int>(p.size());
  if (match.matches >= kLeastHomographyMatches) CountConsistent(p, q, canvas, far, match);
  return match;
}

// The number of frames in which the picture shifts by about a seventh of the canvas.
int FarGap(const std::vector<PairMatch>& neighbors, cv::Size canvas) {
  std::vector<double> shifts;
  for (const PairMatch& m : neighbors)
    if (m.by_flow || m.homography >= kLeastShiftMatches) shifts.push_back(m.shift);
  const int most = std::max(1, static_cast<int>(neighbors.size()) / 2);
  if (shifts.empty()) return 1;
  std::nth_element(shifts.begin(), shifts.begin() + shifts.size() / 2, shifts.end());
  const double wanted = std::max(canvas.width, canvas.height) / kFarShiftParts;
  return std::clamp(
      static_cast<int>(std::lround(wanted / std::max(kLeastShiftPx, shifts[shifts.size() / 2]))), 1, most);
}

// First frames of the far pairs.
std::vector<int> FarStarts(int count, int gap) {
  const int pairs = std::min(kFarPairs, count - gap);
  std::vector<int> starts(pairs);
  for (int k = 0; k < pairs; ++k) starts[k] = pairs == 1 ? 0 : k * (count - gap - 1) / (pairs - 1);
  return starts;
}

bool LinkedNeighbors(const PairMatch& match) {
  return match.by_flow || match.homography >= kSureHomography || match.consistent >= kSureEpipolar ||
         match.color_distance < kAlikeColors;
}

int Root(std::vector<int>& parent, int i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

// Joins neighbors that match or have similar colors, and any two frames of very similar colors: photos of one
// item from far sides share colors but no features.
std::vector<int> Places(const std::vector<Described>& described, const std::vector<PairMatch>& neighbors) {
  constexpr double kSameColors = 0.22;
  const int count = static_cast<int>(described.size());
  std::vector<int> parent(count);
  for (int i = 0; i < count; ++i) parent[i] = i;
  const auto join = [&](int i, int j) {
    const int a = Root(parent, i), b = Root(parent, j);
    parent[std::max(a, b)] = std::min(a, b);
  };
  for (int i = 0; i + 1 < count; ++i)
    if (LinkedNeighbors(neighbors[i])) join(i, i + 1);
  for (int i = 0; i < count; ++i)
    for (int j = i + 2; j < count; ++j) {
      if (Root(parent, i) == Root(parent, j)) continue;
      const double distance =
          cv::compareHist(described[i].histogram, described[j].histogram, cv::HISTCMP_BHATTACHARYYA);
      if (distance < kSameColors) join(i, j);
    }
  std::vector<int> place(count);
  for (int i = 0; i < count; ++i) place[i] = Root(parent, i);
  return place;
}

}  // namespace

Result<MatchReport> MatchFrames(const SmallSweep& small,
                                const std::vector<PairFlow>& flow,
                                int threads,
                                const Progress& progress) {
  constexpr double kFlowExplains = 0.45;  // of PairFlow::residual
  const int count = small.count();
  MatchReport report;
  report.neighbors.resize(flow.size());
  std::vector<Described> described(count);
  std::vector<char> wanted(count, 0), ready(count, 0);
  const auto describe = [&] {
    ParallelFor(count, threads, [&](std::size_t i) {
      if (wanted[i] && !ready[i]) Describe(small.gray[i], described[i]);
    });
    ready = wanted;
  };
  ParallelFor(count, threads, [&](std::size_t i) { described[i].histogram = Histogram(small.bgr[i]); });
  for (std::size_t i = 0; i < flow.size(); ++i)
    if (flow[i].residual >= kFlowExplains) wanted[i] = wanted[i + 1] = 1;
  describe();
  if (!Report(progress, "motion", 0.9)) return Cancelled();
  ParallelFor(report.neighbors.size(), threads, [&](std::size_t i) {
    report.neighbors[i] = flow[i].residual < kFlowExplains
                              ? PairMatch{.by_flow = true, .shift = flow[i].length}
                              : MatchPair(described[i], described[i + 1], small.size, false);
  });
  report.place = Places(described, report.neighbors);
  if (report.neighbors.empty()) return report;
  const int gap = FarGap(report.neighbors, small.size);
  const std::vector<int> starts = FarStarts(count, gap);
  for (int i : starts) wanted[i] = wanted[i + gap] = 1;
  describe();
  report.far.resize(starts.size());
  ParallelFor(starts.size(), threads, [&](std::size_t k) {
    report.far[k] = MatchPair(described[starts[k]], described[starts[k] + gap], small.size, true);
  });
  return report;
}

double RotationMisfit(const cv::Matx33d& second_from_first, cv::Size canvas) {
  const double side = std::max(canvas.width, canvas.height);
  double best = 1e9;
  for (double focal = 0.5 * side; focal <= 2 * side; focal *= 1.05) {
    const cv::Matx33d k(focal, 0, canvas.width / 2.0, 0, focal, canvas.height / 2.0, 0, 0, 1);
    cv::Matx33d m = k.inv() * second_from_first * k;
    const double det = cv::determinant(m);
    if (std::abs(det) < 1e-12) continue;
    m = m * (1 / std::cbrt(det));
    best = std::min(best, cv::norm(m.t() * m - cv::Matx33d::eye()));
  }
  return best;
}

}  // namespace rv::motion
