#include "reconstruct/depth/agreement.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::depth {
namespace {

constexpr double kFarthestDeg = 25;
constexpr std::size_t kMost = 4;
constexpr float kAgreedSteps = 1.5F;  // planes
constexpr float kAlone = 0.03F;       // of the confidence, where nobody agrees

std::vector<std::size_t> Nearest(const std::vector<DepthFrame>& frames,
                                 const std::vector<FoundDepth>& found,
                                 std::size_t of,
                                 const Eigen::Vector3d& center) {
  const Eigen::Vector3d from = (frames[of].cam_from_world.Origin() - center).normalized();
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == of || found[i].inverse.empty()) continue;
    const double cosine = from.dot((frames[i].cam_from_world.Origin() - center).normalized());
    if (cosine > std::cos(ToRadians(kFarthestDeg))) near.emplace_back(-cosine, i);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < std::min(kMost, near.size()); ++k) out.push_back(near[k].second);
  return out;
}

// What another frame says of a pixel at a depth.
struct Said {
  float own = 0;  // inverse depth in the frame that asks, by the other's depth; 0: it says nothing
  float confidence = 0;
};

class Other {
 public:
  Other(const DepthFrame& asks, const DepthFrame& frame, const FoundDepth& found)
      : frame_(frame), found_(found) {
    const Rigid3 to_from = frame.cam_from_world * asks.cam_from_world.Inverse();
    turn_ = to_from.rotation.toRotationMatrix().cast<float>();
    shift_ = to_from.translation.cast<float>();
  }

  // `ray`: of the pixel, z = 1.
  Said Ask(const Eigen::Vector3f& ray, float inverse) const {
    const Eigen::Vector3f turned = turn_ * ray;
    const Eigen::Vector3f at = turned / inverse + shift_;
    if (at.z() <= 0) return {};
    const auto focal = static_cast<float>(frame_.camera.focal_px);
    const int x =
        static_cast<int>(std::floor(focal * at.x() / at.z() + static_cast<float>(frame_.camera.cx_px))) -
        found_.box.x;
    const int y =
        static_cast<int>(std::floor(focal * at.y() / at.z() + static_cast<float>(frame_.camera.cy_px))) -
        found_.box.y;
    if (x < 0 || y < 0 || x >= found_.box.width || y >= found_.box.height) return {};
    const float there = found_.inverse.at<float>(y, x);
    // Along the asking frame's ray: z in the other frame is turned.z / inverse + shift.z.
    const float z = 1 / there - shift_.z();
    if (z * turned.z() <= 0) return {};
    return {turned.z() / z, found_.confidence.at<float>(y, x)};
  }

 private:
  const DepthFrame& frame_;
  const FoundDepth& found_;
  Eigen::Matrix3f turn_;
  Eigen::Vector3f shift_;
};

}  // namespace

void Agree(const std::vector<DepthFrame>& frames,
           const std::vector<FoundDepth>& found,
           std::size_t of,
           const Eigen::Vector3d& center,
           cv::Mat& values,
           cv::Mat& confidence) {
  const FoundDepth& own = found[of];
  values = own.inverse.clone();
  confidence = own.confidence.clone();
  std::vector<Other> others;
  for (const std::size_t i : Nearest(frames, found, of, center))
    others.emplace_back(frames[of], frames[i], found[i]);
  if (others.empty() || own.step == 0) return;
  const Camera& camera = frames[of].camera;
  const auto scale = static_cast<float>(1 / camera.focal_px);
  for (int y = 0; y < values.rows; ++y)
    for (int x = 0; x < values.cols; ++x) {
      const float inverse = own.inverse.at<float>(y, x);
      const Eigen::Vector3f ray(
          (static_cast<float>(own.box.x + x) + 0.5F - static_cast<float>(camera.cx_px)) * scale,
          (static_cast<float>(own.box.y + y) + 0.5F - static_cast<float>(camera.cy_px)) * scale, 1);
      float& sure = confidence.at<float>(y, x);
      float sum = sure * inverse, weight = sure, agreed = 0;
      for (const Other& other : others) {
        const Said said = other.Ask(ray, inverse);
        if (said.own <= 0 || std::abs(said.own - inverse) > kAgreedSteps * own.step) continue;
        sum += said.confidence * said.own;
        weight += said.confidence;
        ++agreed;
      }
      if (weight > 1e-6F) values.at<float>(y, x) = sum / weight;
      sure *= std::max(kAlone, std::min(1.0F, agreed / 2));
    }
}

}  // namespace rv::depth
