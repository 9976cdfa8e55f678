#include "bench/picture/epipolar.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/features2d.hpp>

#include "base/statistics.h"
#include "bench/picture/cv_image.h"

namespace rv::picture {
namespace {

constexpr double kNearestDeg = 5, kFarthestDeg = 20;
constexpr std::size_t kFrames = 4;  // matched with a view
constexpr double kWrong = 0.06;     // of the item's size: farther from the line is another feature
constexpr double kRatio = 0.75;     // Lowe's
constexpr int kLeastMatches = 40;

struct Features {
  std::vector<cv::KeyPoint> points;
  cv::Mat descriptors;
};

Features FeaturesOf(const Image& picture, const cv::Mat& mask) {
  cv::Mat gray;
  cv::cvtColor(AsMat(picture), gray, cv::COLOR_RGB2GRAY);
  Features out;
  cv::SIFT::create(3000)->detectAndCompute(gray, mask, out.points, out.descriptors);
  return out;
}

// Pairs that choose each other.
std::vector<cv::DMatch> Mutual(const Features& a, const Features& b) {
  std::vector<cv::DMatch> out;
  if (a.points.size() < 2 || b.points.size() < 2) return out;
  std::vector<std::vector<cv::DMatch>> forth, back;
  const cv::BFMatcher matcher(cv::NORM_L2);
  matcher.knnMatch(a.descriptors, b.descriptors, forth, 2);
  matcher.knnMatch(b.descriptors, a.descriptors, back, 1);
  for (const std::vector<cv::DMatch>& best : forth)
    if (best[0].distance < kRatio * best[1].distance &&
        back[best[0].trainIdx][0].trainIdx == best[0].queryIdx)
      out.push_back(best[0]);
  return out;
}

// Captured frames at the wanted angle, the nearest first on either side.
std::vector<std::size_t> Witnesses(const RotatingView& view,
                                   std::size_t index,
                                   const CarriedOutlines& outlines) {
  const View& own = view.views[index];
  const Eigen::Vector3d from = own.cam_from_object->Origin().normalized();
  std::vector<std::pair<double, std::size_t>> found;
  for (std::size_t s = 0; s < view.sources.size(); ++s) {
    if (!view.reconstruction->frames[s].posed || view.sources[s].image.empty()) continue;
    const double cosine = from.dot(outlines.CameraOf(s).Origin().normalized());
    const double away = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / M_PI;
    if (away >= kNearestDeg && away <= kFarthestDeg) found.emplace_back(away, s);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < std::min(kFrames, found.size()); ++k)
    out.push_back(found[k * found.size() / std::min(kFrames, found.size())].second);
  return out;
}

// Whether the view's pixel was taken from the frame: that says nothing about a warp.
bool IsTakenFrom(const View& view, const Image& provenance, std::size_t frame, const cv::Point2f& at) {
  const int x = std::clamp(static_cast<int>(std::lround(at.x)), 0, provenance.width - 1);
  const int y = std::clamp(static_cast<int>(std::lround(at.y)), 0, provenance.height - 1);
  const int label = *provenance.at(x, y);
  return std::ranges::any_of(view.sources,
                             [&](const ViewSource& v) { return v.label == label && v.frame.value == frame; });
}

}  // namespace

Result<std::optional<EpipolarFigures>> EpipolarOf(const RotatingView& view,
                                                  std::size_t index,
                                                  const CarriedOutlines& outlines,
                                                  double item_px) {
  const View& own = view.views[index];
  const Result<Image> picture = Decode(own.image, 3);
  if (!picture) return Forward(picture);
  cv::Mat mask;
  if (!own.matte.empty()) {
    const Result<Image> matte = Decode(own.matte, 1);
    if (!matte) return Forward(matte);
    mask = AsMat(*matte) > 127;
  }
  const Result<Image> provenance = Decode(own.provenance, 1);
  if (!provenance) return Forward(provenance);
  const Features mine = FeaturesOf(*picture, mask);
  std::vector<double> off;
  for (const std::size_t s : Witnesses(view, index, outlines)) {
    const Result<Image> frame = DecodeScaled(view.sources[s].image, 3, 1280);
    if (!frame) return Forward(frame);
    const Camera camera = view.reconstruction->cameras[view.reconstruction->frames[s].camera].Scaled(
        frame->width, frame->height);
    const Features theirs = FeaturesOf(*frame, {});
    const Rigid3 view_from_frame = *own.cam_from_object * outlines.CameraOf(s).Inverse();
    const Eigen::Vector3d t = view_from_frame.translation;
    for (const cv::DMatch& match : Mutual(mine, theirs)) {
      const cv::Point2f& q = theirs.points[match.trainIdx].pt;
      const Eigen::Vector3d ray = view_from_frame.rotation * camera.Ray({q.x + 0.5, q.y + 0.5});
      const Eigen::Vector3d line = t.cross(ray);  // in the view's plane at depth 1
      const cv::Point2f& p = mine.points[match.queryIdx].pt;
      if (IsTakenFrom(own, *provenance, s, p)) continue;
      const double f = view.view_camera->focal_px;
      const Eigen::Vector3d at((p.x + 0.5 - view.view_camera->cx_px) / f,
                               (p.y + 0.5 - view.view_camera->cy_px) / f, 1);
      const double distance = f * std::abs(line.dot(at)) / std::max(1e-12, line.head<2>().norm());
      if (distance < kWrong * item_px) off.push_back(distance);
    }
  }
  if (static_cast<int>(off.size()) < kLeastMatches) return std::nullopt;
  return EpipolarFigures{.matches = static_cast<int>(off.size()), .p95_px = Quantile(std::move(off), 0.95)};
}

}  // namespace rv::picture
