#include "tests/reconstruct/motion/stabilized_drawings.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgcodecs.hpp>

namespace rv::stabilized_test {
namespace {

double Corner(int x, int y, int z, unsigned seed) {
  unsigned h = seed * 0x9E3779B9U ^ static_cast<unsigned>(x) * 0x85EBCA6BU ^
               static_cast<unsigned>(y) * 0xC2B2AE35U ^ static_cast<unsigned>(z) * 0x27D4EB2FU;
  h = (h ^ (h >> 15)) * 0x2C1B3C6DU;
  h = (h ^ (h >> 12)) * 0x297A2D39U;
  return static_cast<double>((h ^ (h >> 15)) & 0xFFFFU) / 65535.0;
}

double Blend(double a, double b, double t) { return a + (b - a) * t * t * (3 - 2 * t); }

cv::Vec3b Color(double b, double g, double r, double gain) {
  return {cv::saturate_cast<uchar>(b * gain), cv::saturate_cast<uchar>(g * gain),
          cv::saturate_cast<uchar>(r * gain)};
}

cv::Vec3b Background(double x, double y, const Drawing& d) {
  if (d.plain_background) return Color(150, 140, 90, d.gain);
  const double n =
      0.6 * Noise(x / 14, y / 14, 0, d.pattern + 100) + 0.4 * Noise(x / 5, y / 5, 3, d.pattern + 200);
  return Color(70 + 160 * n, 50 + 130 * n, 20 + 40 * n, d.gain);
}

}  // namespace

double Noise(double x, double y, double z, unsigned seed) {
  const int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y)),
            iz = static_cast<int>(std::floor(z));
  const double fx = x - ix, fy = y - iy, fz = z - iz;
  double plane[2];
  for (int k = 0; k < 2; ++k) {
    const double top = Blend(Corner(ix, iy, iz + k, seed), Corner(ix + 1, iy, iz + k, seed), fx);
    const double bottom = Blend(Corner(ix, iy + 1, iz + k, seed), Corner(ix + 1, iy + 1, iz + k, seed), fx);
    plane[k] = Blend(top, bottom, fy);
  }
  return Blend(plane[0], plane[1], fz);
}

cv::Mat Draw(const Drawing& d) {
  const double phi = d.azimuth_deg * std::numbers::pi / 180;
  cv::Mat picture(kHeight, kWidth, CV_8UC3);
  for (int row = 0; row < kHeight; ++row)
    for (int col = 0; col < kWidth; ++col) {
      const double px = col + 0.5 - kWidth / 2.0 - d.shake_x_px,
                   py = row + 0.5 - kHeight / 2.0 - d.shake_y_px;
      const double x = (px - d.center_x_px) / d.radius_px, y = (py - d.center_y_px) / d.radius_px;
      const double zz = 1 - x * x - y * y;
      if (zz <= 0) {
        picture.at<cv::Vec3b>(row, col) = Background(px - d.background_px, py, d);
        continue;
      }
      // Camera at azimuth phi from +Z towards +X: right = (cos, 0, -sin), towards the viewer = (sin, 0, cos).
      const double z = std::sqrt(zz);
      const double wx = x * std::cos(phi) + z * std::sin(phi), wz = -x * std::sin(phi) + z * std::cos(phi);
      const double n =
          0.6 * Noise(2 * wx, 2 * y, 2 * wz, d.pattern) + 0.4 * Noise(6 * wx, 6 * y, 6 * wz, d.pattern + 7);
      picture.at<cv::Vec3b>(row, col) = Color(10 + 60 * n, 10 + 90 * n, 90 + 150 * n, d.gain);
    }
  return picture;
}

Sweep SweepOf(const std::vector<cv::Mat>& pictures) {
  Sweep sweep{.kind = SourceKind::kVideo, .source_name = "drawn.mp4"};
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::string number = std::to_string(i);
    SweepFrame frame{.name = std::string(6 - number.size(), '0') + number + ".jpg",
                     .source_index = static_cast<int>(i),
                     .time_s = static_cast<double>(i) / 30,
                     .sharpness = 100};
    frame.image = {.format = "jpeg", .width = pictures[i].cols, .height = pictures[i].rows};
    cv::imencode(".jpg", pictures[i], frame.image.bytes, {cv::IMWRITE_JPEG_QUALITY, 92});
    sweep.frames.push_back(std::move(frame));
  }
  sweep.decoded_frames = static_cast<int>(pictures.size());
  return sweep;
}

Sweep DrawSweep(int count, const std::function<Drawing(int)>& make) {
  std::vector<cv::Mat> pictures;
  for (int i = 0; i < count; ++i) pictures.push_back(Draw(make(i)));
  return SweepOf(pictures);
}

cv::Point2d RedCenter(const Image& picture) {
  double sx = 0, sy = 0, n = 0;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const std::uint8_t* p = picture.at(x, y);
      if (p[0] < p[2] + 20) continue;
      sx += x + 0.5;
      sy += y + 0.5;
      ++n;
    }
  return {sx / std::max(1.0, n), sy / std::max(1.0, n)};
}

}  // namespace rv::stabilized_test
