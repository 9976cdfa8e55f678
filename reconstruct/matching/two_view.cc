#include "reconstruct/matching/two_view.h"

#include <algorithm>
#include <opencv2/calib3d.hpp>
#include <opencv2/core/eigen.hpp>

#include "base/statistics.h"

namespace rv::matching {
namespace {

cv::UsacParams Usac(double threshold, int iterations, std::uint64_t seed) {
  cv::UsacParams params;
  params.confidence = 0.9999;
  params.isParallel = false;
  params.loIterations = 10;
  params.loMethod = cv::LOCAL_OPTIM_INNER_LO;
  params.loSampleSize = 50;
  params.maxIterations = iterations;
  params.neighborsSearch = cv::NEIGH_GRID;
  params.randomGeneratorState = static_cast<int>(seed & 0x7fffffff);
  params.sampler = cv::SAMPLING_UNIFORM;
  params.score = cv::SCORE_METHOD_MAGSAC;
  params.threshold = threshold;
  return params;
}

// OpenCV throws on some degenerate inputs; that is the same outcome as finding nothing.
template <typename Find>
cv::Mat TryFind(const Find& find) {
  try {
    return find();
  } catch (const cv::Exception&) {
    return {};
  }
}

}  // namespace

std::optional<TwoView> VerifyPair(int frame_a,
                                  int frame_b,
                                  const features::FeatureSet& features_a,
                                  const features::FeatureSet& features_b,
                                  const std::vector<FeatureMatch>& matches,
                                  const TwoViewOptions& options) {
  if (static_cast<int>(matches.size()) < std::max(8, options.min_inliers)) return std::nullopt;
  std::vector<cv::Point2d> pa, pb;
  for (const FeatureMatch& m : matches) {
    pa.emplace_back(features_a.px[m.a].x(), features_a.px[m.a].y());
    pb.emplace_back(features_b.px[m.b].x(), features_b.px[m.b].y());
  }
  std::vector<unsigned char> inlier;
  const cv::Mat f = TryFind(
      [&] { return cv::findFundamentalMat(pa, pb, inlier, Usac(options.max_error_px, 2000, options.seed)); });
  if (f.rows != 3 || f.cols != 3) return std::nullopt;

  TwoView view{.a = frame_a, .b = frame_b};
  cv::cv2eigen(f, view.fundamental);
  std::vector<cv::Point2d> ia, ib;
  std::vector<double> shifts;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (!inlier[i]) continue;
    view.matches.push_back(matches[i]);
    ia.push_back(pa[i]);
    ib.push_back(pb[i]);
    shifts.push_back(cv::norm(pa[i] - pb[i]));
  }
  if (static_cast<int>(view.matches.size()) < options.min_inliers) return std::nullopt;
  view.median_shift_px = UpperMedian(std::move(shifts));
  std::vector<unsigned char> planar;
  const cv::Mat h = TryFind([&] {
    return cv::findHomography(ia, ib, planar, Usac(1.5 * options.max_error_px, 500, options.seed));
  });
  if (!h.empty())
    view.homography_share = static_cast<double>(std::count(planar.begin(), planar.end(), 1)) / planar.size();
  return view;
}

}  // namespace rv::matching
