#include "reconstruct/depth/hull_depth.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace rv::depth {
namespace {

// Visits the hull's points in front of the camera: px, inverse depth, half of a cell's width in px.
template <typename Visit>
void ForEachPoint(const Subject& subject, const DepthFrame& frame, const Visit& visit) {
  constexpr double kHalf =
      0.75;  // of a cell: the points of a surface at a slant have no gaps between them then
  for (const Eigen::Vector3d& point : subject.surface) {
    const Eigen::Vector3d at = frame.cam_from_world * point;
    if (at.z() <= subject.cell) continue;
    const double scale = frame.camera.focal_px / at.z();
    visit(scale * at.x() + frame.camera.cx_px, scale * at.y() + frame.camera.cy_px, 1 / at.z(),
          kHalf * scale * subject.cell);
  }
}

}  // namespace

cv::Rect HullBox(const Subject& subject, const DepthFrame& frame) {
  constexpr int kRoom = 16;
  double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
  ForEachPoint(subject, frame, [&](double x, double y, double, double half) {
    left = std::min(left, x - half);
    right = std::max(right, x + half);
    top = std::min(top, y - half);
    bottom = std::max(bottom, y + half);
  });
  if (left > right) return {};
  const auto at = [](double value) { return static_cast<int>(std::clamp(value, -1e5, 1e5)); };
  return cv::Rect(cv::Point(at(left) - kRoom, at(top) - kRoom),
                  cv::Point(at(right) + kRoom, at(bottom) + kRoom)) &
         cv::Rect({0, 0}, frame.gray.size());
}

HullDepth MeasureHullDepth(const Subject& subject, const DepthFrame& frame, const cv::Rect& box) {
  HullDepth out{.front = cv::Mat(box.size(), CV_32FC1, cv::Scalar(0)),
                .back = cv::Mat(box.size(), CV_32FC1, cv::Scalar(0))};
  const cv::Rect whole({0, 0}, box.size());
  ForEachPoint(subject, frame, [&](double x, double y, double inverse, double half) {
    const auto value = static_cast<float>(inverse);
    const cv::Rect square = cv::Rect(cv::Point(static_cast<int>(std::floor(x - half)) - box.x,
                                               static_cast<int>(std::floor(y - half)) - box.y),
                                     cv::Point(static_cast<int>(std::ceil(x + half)) - box.x,
                                               static_cast<int>(std::ceil(y + half)) - box.y)) &
                            whole;
    for (int row = square.y; row < square.br().y; ++row)
      for (int col = square.x; col < square.br().x; ++col) {
        float& front = out.front.at<float>(row, col);
        float& back = out.back.at<float>(row, col);
        front = std::max(front, value);
        back = back == 0 ? value : std::min(back, value);
      }
  });
  return out;
}

}  // namespace rv::depth
