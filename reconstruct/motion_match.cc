#include "reconstruct/motion_match.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include "scene/parallel.h"

namespace rv::internal {
namespace {

struct Described {
  std::vector<cv::KeyPoint> keypoints;
  cv::Mat descriptors;
  cv::Mat histogram;
};

Described Describe(const cv::Mat& grey, const cv::Mat& bgr) {
  Described d;
  cv::SIFT::create(400, 3, 0.02)->detectAndCompute(grey, cv::noArray(), d.keypoints, d.descriptors);
  const int channels[] = {0, 1, 2}, bins[] = {8, 8, 8};
  const float range[] = {0, 256};
  const float* ranges[] = {range, range, range};
  cv::calcHist(&bgr, 1, channels, cv::noArray(), d.histogram, 3, bins, ranges);
  d.histogram /= static_cast<double>(bgr.total());
  return d;
}

// Index of the best match of each row of `a` in `b` when it is clearly better than the second, else -1.
std::vector<int> BestMatches(const cv::Mat& a, const cv::Mat& b) {
  std::vector<std::vector<cv::DMatch>> nearest;
  cv::BFMatcher(cv::NORM_L2).knnMatch(a, b, nearest, 2);
  std::vector<int> best(a.rows, -1);
  for (const auto& pair : nearest)
    if (pair.size() == 2 && pair[0].distance < 0.8F * pair[1].distance) best[pair[0].queryIdx] = pair[0].trainIdx;
  return best;
}

void CountConsistent(const std::vector<cv::Point2f>& p, const std::vector<cv::Point2f>& q, PairMatch& match) {
  std::vector<uchar> inlier;
  const cv::Mat h = cv::findHomography(p, q, cv::USAC_MAGSAC, 1.5, inlier, 2000, 0.999);
  std::vector<float> lengths;
  if (!h.empty()) {
    match.second_from_first = cv::Matx33d(h.ptr<double>());
    for (std::size_t k = 0; k < p.size(); ++k)
      if (inlier[k]) lengths.push_back(static_cast<float>(cv::norm(q[k] - p[k])));
  }
  match.homography = static_cast<int>(lengths.size());
  if (!lengths.empty()) {
    std::nth_element(lengths.begin(), lengths.begin() + lengths.size() / 2, lengths.end());
    match.shift = lengths[lengths.size() / 2];
  }
  match.consistent = match.homography;
  if (p.size() < 12) return;
  const cv::Mat f = cv::findFundamentalMat(p, q, cv::USAC_MAGSAC, 1.0, 0.999, 2000, inlier);
  if (!f.empty()) match.consistent = std::max(match.consistent, cv::countNonZero(inlier));
}

PairMatch MatchPair(const Described& a, const Described& b) {
  PairMatch match{.keypoints = static_cast<int>(std::min(a.keypoints.size(), b.keypoints.size()))};
  match.colour_distance = cv::compareHist(a.histogram, b.histogram, cv::HISTCMP_BHATTACHARYYA);
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
  if (match.matches >= 5) CountConsistent(p, q, match);
  return match;
}

// How many frames apart the picture has shifted by about a seventh of the canvas.
int FarGap(const std::vector<PairMatch>& neighbours, cv::Size canvas) {
  std::vector<double> shifts;
  for (const PairMatch& m : neighbours)
    if (m.homography >= 8) shifts.push_back(m.shift);
  const int most = std::max(1, static_cast<int>(neighbours.size()) / 2);
  if (shifts.empty()) return 1;
  std::nth_element(shifts.begin(), shifts.begin() + shifts.size() / 2, shifts.end());
  const double wanted = std::max(canvas.width, canvas.height) / 7.0;
  return std::clamp(static_cast<int>(std::lround(wanted / std::max(0.5, shifts[shifts.size() / 2]))), 1, most);
}

}  // namespace

Result<MatchReport> MatchSweep(const SmallSweep& small, int threads, const Progress& progress) {
  const int count = small.count();
  std::vector<Described> described(count);
  ParallelFor(count, threads, [&](std::size_t i) { described[i] = Describe(small.grey[i], small.bgr[i]); });
  if (!Report(progress, "motion", 0.9)) return Cancelled();
  MatchReport report;
  report.neighbours.resize(std::max(0, count - 1));
  ParallelFor(report.neighbours.size(), threads,
              [&](std::size_t i) { report.neighbours[i] = MatchPair(described[i], described[i + 1]); });
  if (report.neighbours.empty()) return report;
  const int gap = FarGap(report.neighbours, small.size);
  const int pairs = std::min(12, count - gap);
  report.far.resize(pairs);
  ParallelFor(pairs, threads, [&](std::size_t k) {
    const int i = pairs == 1 ? 0 : static_cast<int>(k) * (count - gap - 1) / (pairs - 1);
    report.far[k] = MatchPair(described[i], described[i + gap]);
  });
  return report;
}

double RotationMisfit(const cv::Matx33d& second_from_first, cv::Size canvas) {
  const double side = std::max(canvas.width, canvas.height);
  double best = 1e9;
  for (double focal = 0.5 * side; focal <= 2 * side; focal *= 1.15) {
    const cv::Matx33d k(focal, 0, canvas.width / 2.0, 0, focal, canvas.height / 2.0, 0, 0, 1);
    cv::Matx33d m = k.inv() * second_from_first * k;
    const double det = cv::determinant(m);
    if (std::abs(det) < 1e-12) continue;
    m = m * (1 / std::cbrt(det));
    best = std::min(best, cv::norm(m.t() * m - cv::Matx33d::eye()));
  }
  return best;
}

}  // namespace rv::internal
