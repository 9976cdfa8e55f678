#include "reconstruct/subject/neighbors.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::subject {
namespace {

constexpr double kNearestDeg = 10, kFarthestDeg = 22;
constexpr std::size_t kMostNeighbors = 6;
constexpr double kMost = 0.5;  // of those that look there

std::vector<const LabeledFrame*> Neighbors(const std::vector<LabeledFrame>& frames,
                                           std::size_t index,
                                           const Eigen::Vector3d& center) {
  const auto from = [&](const LabeledFrame& frame) {
    return (frame.sight.cam_from_world.Origin() - center).normalized();
  };
  const Eigen::Vector3d own = from(frames[index]);
  std::vector<const LabeledFrame*> found, out;
  for (const LabeledFrame& other : frames) {
    const double cosine = own.dot(from(other));
    if (cosine < std::cos(ToRadians(kNearestDeg)) && cosine > std::cos(ToRadians(kFarthestDeg)))
      found.push_back(&other);
  }
  const std::size_t count = std::min(kMostNeighbors, found.size());
  for (std::size_t k = 0; k < count; ++k) out.push_back(found[k * found.size() / count]);
  return out;
}

bool TakesForItem(const LabeledFrame& frame, const Eigen::Vector3d& at, bool& looks) {
  const auto pixel = frame.sight.camera.Project(frame.sight.cam_from_world * at);
  looks = pixel && pixel->x() >= 0 && pixel->y() >= 0 && pixel->x() < frame.matte.cols &&
          pixel->y() < frame.matte.rows;
  return looks &&
         frame.matte.at<std::uint8_t>(static_cast<int>(pixel->y()), static_cast<int>(pixel->x())) > 127;
}

}  // namespace

cv::Mat SeenByNeighbors(const std::vector<LabeledFrame>& frames,
                        std::size_t index,
                        const Eigen::Vector3d& center,
                        const cv::Mat& asked) {
  const LabeledFrame& own = frames[index];
  const std::vector<const LabeledFrame*> others = Neighbors(frames, index, center);
  const Rigid3 world_from_cam = own.sight.cam_from_world.Inverse();
  const double depth = (own.sight.cam_from_world * center).z();
  cv::Mat out = cv::Mat::zeros(own.matte.size(), CV_8UC1);
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      if (own.matte.at<std::uint8_t>(y, x) <= 127 || asked.at<std::uint8_t>(y, x) == 0) continue;
      const Eigen::Vector3d at = world_from_cam * (depth * own.sight.camera.Ray({x + 0.5, y + 0.5}));
      double look = 0, agree = 0;
      for (const LabeledFrame* other : others) {
        bool looks = false;
        agree += TakesForItem(*other, at, looks);
        look += looks;
      }
      if (look > 0 && agree >= kMost * look) out.at<std::uint8_t>(y, x) = 255;
    }
  return out;
}

}  // namespace rv::subject
