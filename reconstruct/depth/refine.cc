#include "reconstruct/depth/refine.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "reconstruct/depth/transfer.h"

namespace rv::depth {
namespace {

constexpr int kSteps = 2;
constexpr int kHalfWindow = 4;       // px
constexpr int kSurroundings = 7;     // px: wider ones see other surfaces, and lights that move
constexpr float kUnlike = 10;        // levels of gray: farther off is another surface
constexpr float kNoise = 3;          // levels of gray, of the difference of two frames
constexpr std::uint8_t kMixed = 40;  // of a matte

// Gray less its surroundings: lights and exposure differ from frame to frame. CV_32FC1.
cv::Mat Brightness(const cv::Mat& gray) {
  cv::Mat fine, around;
  gray.convertTo(fine, CV_32F);
  cv::blur(fine, around, {kSurroundings, kSurroundings});
  cv::GaussianBlur(fine, fine, {3, 3}, 0.4);
  return fine - around;
}

float Sample(const cv::Mat& image, float u, float v) {  // u, v in (0.5 = first center)
  u = std::clamp(u - 0.5F, 0.0F, static_cast<float>(image.cols - 2));
  v = std::clamp(v - 0.5F, 0.0F, static_cast<float>(image.rows - 2));
  const int x = static_cast<int>(u), y = static_cast<int>(v);
  const float dx = u - static_cast<float>(x), dy = v - static_cast<float>(y);
  const float *a = image.ptr<float>(y) + x, *b = image.ptr<float>(y + 1) + x;
  const float upper = a[0] + dx * (a[1] - a[0]), lower = b[0] + dx * (b[1] - b[0]);
  return upper + dy * (lower - upper);
}

// One other frame's part of the normal equations, per pixel.
void Accumulate(const Layer& layer,
                const cv::Mat& own,
                const DepthFrame& frame,
                const DepthFrame& other,
                const cv::Mat& theirs,
                const cv::Mat& inverse,
                cv::Mat& curvature,
                cv::Mat& slope) {
  const Transfer transfer = MakeTransfer(frame, other);
  const Eigen::Vector3f& b = transfer.shift;
  const auto w = static_cast<float>(theirs.cols), h = static_cast<float>(theirs.rows);
  constexpr float kMove = 0.5F;  // px along the ray's picture, for the derivative
  for (int y = 0; y < inverse.rows; ++y)
    for (int x = 0; x < inverse.cols; ++x) {
      const Eigen::Vector3f at(static_cast<float>(layer.box.x + x) + 0.5F,
                               static_cast<float>(layer.box.y + y) + 0.5F, 1);
      const Eigen::Vector3f q = transfer.turn * at + inverse.at<float>(y, x) * b;
      if (q.z() <= 1e-6F) continue;
      const float u = q.x() / q.z(), v = q.y() / q.z();
      if (!(u > 1 && v > 1 && u < w - 1 && v < h - 1)) continue;
      const std::uint8_t matte =
          other.matte.empty() ? 255 : other.matte.at<std::uint8_t>(static_cast<int>(v), static_cast<int>(u));
      if (layer.kind == LayerKind::kItem && matte < kMixed) continue;
      if (layer.kind == LayerKind::kBackground && !other.matte.empty() && matte > 255 - kMixed) continue;
      const float du = (b.x() - u * b.z()) / q.z(), dv = (b.y() - v * b.z()) / q.z();
      const float length = std::sqrt(du * du + dv * dv);
      if (length < 1e-6F) continue;
      const float ex = kMove * du / length, ey = kMove * dv / length;
      const float along =
          (Sample(theirs, u + ex, v + ey) - Sample(theirs, u - ex, v - ey)) / (2 * kMove) * length;
      const float off = own.at<float>(layer.box.y + y, layer.box.x + x) - Sample(theirs, u, v);
      const float weight = 1 / (1 + off * off / (kUnlike * kUnlike));
      curvature.at<float>(y, x) += weight * along * along;
      slope.at<float>(y, x) += weight * along * off;
    }
}

}  // namespace

void RefineDepth(const DepthFrame& frame,
                 const std::vector<const DepthFrame*>& others,
                 const Layer& layer,
                 cv::Mat& inverse,
                 cv::Mat& certainty) {
  const cv::Mat own = Brightness(frame.gray);
  std::vector<cv::Mat> theirs;
  for (const DepthFrame* other : others) theirs.push_back(Brightness(other->gray));
  const float step = layer.planes.Step();
  const cv::Size window(2 * kHalfWindow + 1, 2 * kHalfWindow + 1);
  cv::Mat curvature, slope;
  for (int round = 0; round < kSteps; ++round) {
    curvature = cv::Mat::zeros(inverse.size(), CV_32FC1);
    slope = cv::Mat::zeros(inverse.size(), CV_32FC1);
    for (std::size_t k = 0; k < others.size(); ++k)
      Accumulate(layer, own, frame, *others[k], theirs[k], inverse, curvature, slope);
    cv::blur(curvature, curvature, window);
    cv::blur(slope, slope, window);
    // Where there is no texture, a step would be noise: the curvature that noise has holds it back.
    const float still = kNoise * kNoise / (step * step);
    for (int y = 0; y < inverse.rows; ++y)
      for (int x = 0; x < inverse.cols; ++x) {
        const float move = slope.at<float>(y, x) / (curvature.at<float>(y, x) + 0.1F * still);
        inverse.at<float>(y, x) += std::clamp(move, -step, step);
      }
  }
  certainty.create(inverse.size(), CV_32FC1);
  const float half = kNoise * kNoise / (step * step);
  for (int y = 0; y < inverse.rows; ++y)
    for (int x = 0; x < inverse.cols; ++x) {
      const float c = curvature.at<float>(y, x);
      certainty.at<float>(y, x) = c / (c + half);
    }
}

}  // namespace rv::depth
