#include "reconstruct/views/paint_masks.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "reconstruct/spin/item_frame.h"

namespace rv::views {

Image Widened(const Image& matte) {
  constexpr double kAbout = 0.04;
  Image out = spin::GrownMatte(matte, kAbout);
  cv::Mat soft(out.height, out.width, CV_8UC1, out.pixels.data());
  cv::GaussianBlur(soft, soft, {}, kAbout / 2 * std::max(out.width, out.height));
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = std::max(static_cast<std::uint8_t>(out.pixels[i] / 2), matte.pixels[i]);
  return out;
}

Image BarredFor(const Image& matte, const depth::FrameDepth& depth, const Camera& lens, double share) {
  constexpr float kApart = 0.04F;
  constexpr std::uint8_t kMostlyItem = 128;
  Image out = spin::GrownMatte(matte, share);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      std::uint8_t& value = *out.at(x, y);
      if (value < 64 || *matte.at(x, y) >= kMostlyItem) continue;
      const Eigen::Vector3d ray =
          lens.Ray({(x + 0.5) * lens.width / out.width, (y + 0.5) * lens.height / out.height});
      const std::optional<std::size_t> of_item = depth.item.Along(ray), of_behind = depth.behind.Along(ray);
      if (!of_item || !of_behind) continue;
      const float item = depth.item.inverse[*of_item], behind = depth.behind.inverse[*of_behind];
      if (item > 0 && behind > 0 && std::abs(item - behind) < kApart * item) value = 0;
    }
  return out;
}

}  // namespace rv::views
