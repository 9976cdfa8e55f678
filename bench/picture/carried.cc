#include "bench/picture/carried.h"

#include <cmath>

#include "base/text.h"
#include "bench/picture/cv_image.h"

namespace rv::picture {

CarriedOutlines::CarriedOutlines(const RotatingView& view) : view_(view), seen_(view.sources.size()) {
  for (const Point& point : view.reconstruction->points) {
    const Eigen::Vector3d at = view.object_from_world * (view.object_from_world_scale * point.position);
    for (const Observation& seen : point.track) seen_[seen.frame.value].emplace_back(seen.pixel, at);
  }
}

Rigid3 CarriedOutlines::CameraOf(std::size_t source) const {
  // object = R * (s * world) + t, so a camera's centre and axes are mapped alike, lengths scaled.
  const Rigid3& cam_from_world = view_.reconstruction->frames[source].cam_from_world;
  const Rigid3 scaled{cam_from_world.rotation, view_.object_from_world_scale * cam_from_world.translation};
  return scaled * view_.object_from_world.Inverse();
}

Result<std::vector<Eigen::Vector3d>> CarriedOutlines::Of(std::size_t source) const {
  std::vector<Eigen::Vector3d> out;
  const SourceFrame& frame = view_.sources[source];
  const PosedFrame& posed = view_.reconstruction->frames[source];
  if (!posed.posed || frame.matte.empty()) return out;
  const Result<Image> matte = Decode(frame.matte, 1);
  if (!matte) return Forward(matte);
  const cv::Mat item = AsMat(*matte) > 127;
  const Rigid3 cam_from_object = CameraOf(source);
  const double scale = static_cast<double>(posed.width) / matte->width;
  std::vector<std::pair<Eigen::Vector2d, double>> depths;
  for (const auto& [pixel, at] : seen_[source]) {
    const cv::Point small(static_cast<int>(pixel.x() / scale), static_cast<int>(pixel.y() / scale));
    if (small.x >= 0 && small.y >= 0 && small.x < item.cols && small.y < item.rows &&
        item.at<std::uint8_t>(small) != 0)
      depths.emplace_back(pixel, (cam_from_object * at).z());
  }
  if (depths.empty()) return out;
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(item, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const Camera& camera = view_.reconstruction->cameras[posed.camera];
  const Rigid3 object_from_cam = cam_from_object.Inverse();
  constexpr double kLeastPart = 0.01;  // of the item's area: specks are not the item
  const double all = cv::countNonZero(item);
  for (const std::vector<cv::Point>& contour : contours) {
    if (cv::contourArea(contour) < kLeastPart * all) continue;
    for (std::size_t k = 0; k < contour.size(); k += 2) {
      const Eigen::Vector2d pixel = scale * Eigen::Vector2d(contour[k].x + 0.5, contour[k].y + 0.5);
      double nearest = 1e300, depth = 0;
      for (const auto& [at, z] : depths)
        if (const double away = (at - pixel).squaredNorm(); away < nearest) nearest = away, depth = z;
      out.push_back(object_from_cam * (depth * camera.Ray(pixel)));
    }
  }
  return out;
}

Direction DirectionOf(const Rigid3& cam_from_object) {
  const Eigen::Vector3d at = cam_from_object.Origin();
  return {.azimuth_deg = std::atan2(at.x(), at.z()) * 180 / M_PI,
          .height_deg = std::asin(at.y() / std::max(at.norm(), 1e-12)) * 180 / M_PI};
}

bool Within(const Direction& a, const Direction& b, double degrees) {
  return std::abs(std::remainder(a.azimuth_deg - b.azimuth_deg, 360)) <= degrees &&
         std::abs(a.height_deg - b.height_deg) <= degrees;
}

}  // namespace rv::picture
