#include "reconstruct/depth/depth_frame.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace rv::depth {
namespace {

// Offsets of the census: a ring at 4 and one at 2, so that little texture and fine texture both speak.
constexpr std::array<std::array<int, 2>, 24> kCensus = {
    {{-4, -4}, {0, -4}, {4, -4}, {-2, -2}, {0, -2},  {2, -2}, {-4, 0}, {-2, 0},
     {2, 0},   {4, 0},  {-2, 2}, {0, 2},   {2, 2},   {-4, 4}, {0, 4},  {4, 4},
     {-1, 0},  {1, 0},  {0, -1}, {0, 1},   {-2, -4}, {2, -4}, {-2, 4}, {2, 4}}};
constexpr int kReach = 4;

// Positions in the small picture with distortion, per pixel of the one without.
cv::Mat UndistortMap(const Camera& distorted, const Camera& pinhole) {
  cv::Mat map(pinhole.height, pinhole.width, CV_32FC2);
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) {
      const Eigen::Vector3d ray = pinhole.Ray({x + 0.5, y + 0.5});
      const std::optional<Eigen::Vector2d> at = distorted.Project(ray);
      map.at<cv::Vec2f>(y, x) =
          at ? cv::Vec2f(static_cast<float>(at->x() - 0.5), static_cast<float>(at->y() - 0.5))
             : cv::Vec2f(-1, -1);
    }
  return map;
}

cv::Mat DetailOf(const cv::Mat& gray) {
  cv::Mat around, detail;
  cv::blur(gray, around, {9, 9});
  cv::subtract(gray, around, detail, cv::noArray(), CV_16S);
  detail.convertTo(detail, CV_8U, 0.5, 128);
  return detail;
}

// Off the item, the mean of what is of it within 4 px.
cv::Mat ContinuedItem(const cv::Mat& gray, const cv::Mat& matte) {
  const cv::Mat on = matte >= 128;
  cv::Mat share, sum, filled;
  on.convertTo(share, CV_32F, 1.0 / 255);
  cv::multiply(gray, share, sum, 1, CV_32F);
  cv::blur(sum, sum, {9, 9});
  cv::blur(share, share, {9, 9});
  cv::divide(sum, cv::max(share, 1e-3), filled);
  filled.convertTo(filled, CV_8U);
  gray.copyTo(filled, on);
  return filled;
}

}  // namespace

cv::Mat Census(const cv::Mat& gray) {
  cv::Mat wide;
  cv::copyMakeBorder(gray, wide, kReach, kReach, kReach, kReach, cv::BORDER_REPLICATE);
  cv::Mat out(gray.size(), CV_32SC1, cv::Scalar(0));
  for (int y = 0; y < gray.rows; ++y) {
    const std::uint8_t* middle = wide.ptr(y + kReach) + kReach;
    int* code = out.ptr<int>(y);
    for (std::size_t bit = 0; bit < kCensus.size(); ++bit) {
      const std::uint8_t* other = wide.ptr(y + kReach + kCensus[bit][1]) + kReach + kCensus[bit][0];
      for (int x = 0; x < gray.cols; ++x) code[x] |= (other[x] < middle[x] ? 1 : 0) << bit;
    }
  }
  return out;
}

Result<DepthFrame> LoadDepthFrame(const Sweep& sweep,
                                  const Reconstruction& reconstruction,
                                  const Subject& subject,
                                  std::uint32_t frame,
                                  int side_px) {
  const PosedFrame& posed = reconstruction.frames[frame];
  const Result<Image> picture = DecodeFrame(sweep.frames[frame], side_px);
  if (!picture) return Forward(picture);
  DepthFrame out{.frame = frame, .cam_from_world = posed.cam_from_world};
  const Camera& shared = reconstruction.cameras[posed.camera];
  out.lens = shared.width == posed.width ? shared : shared.Scaled(posed.width, posed.height);
  const Camera distorted = out.lens.Scaled(picture->width, picture->height);
  out.camera = distorted;
  out.camera.k1 = out.camera.k2 = 0;
  const cv::Mat rgb(picture->height, picture->width, CV_8UC3,
                    const_cast<std::uint8_t*>(picture->pixels.data()));
  cv::cvtColor(rgb, out.gray, cv::COLOR_RGB2GRAY);
  if (subject.known && !subject.mattes[frame].empty()) {
    if (const Result<Image> matte = Decode(subject.mattes[frame], 1)) {
      const cv::Mat from(matte->height, matte->width, CV_8UC1,
                         const_cast<std::uint8_t*>(matte->pixels.data()));
      cv::resize(from, out.matte, out.gray.size(), 0, 0, cv::INTER_AREA);
    }
  }
  if (distorted.k1 != 0 || distorted.k2 != 0) {
    const cv::Mat map = UndistortMap(distorted, out.camera);
    cv::remap(out.gray, out.gray, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    if (!out.matte.empty())
      cv::remap(out.matte, out.matte, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  }
  out.detail = DetailOf(out.gray);
  return out;
}

void DescribeItem(DepthFrame& frame) {
  if (frame.matte.empty()) {
    frame.census = Census(frame.gray);
    return;
  }
  constexpr int kRoom = 24;  // px: beyond, the matte alone is asked
  const cv::Rect item = cv::boundingRect(frame.matte);
  const cv::Rect box =
      cv::Rect(item.x - kRoom, item.y - kRoom, item.width + 2 * kRoom, item.height + 2 * kRoom) &
      cv::Rect({0, 0}, frame.gray.size());
  frame.gray = frame.gray.clone();
  frame.detail = frame.detail.clone();
  frame.census = cv::Mat::zeros(frame.gray.size(), CV_32SC1);
  if (box.empty()) return;
  const cv::Mat filled = ContinuedItem(frame.gray(box), frame.matte(box));
  filled.copyTo(frame.gray(box));
  DetailOf(filled).copyTo(frame.detail(box));
  Census(filled).copyTo(frame.census(box));
}

DepthFrame Smaller(const DepthFrame& frame, int side_px) {
  const int longer = std::max(frame.gray.cols, frame.gray.rows);
  if (longer <= side_px) return frame;
  const auto side = [&](int px) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(px) * side_px / longer)));
  };
  DepthFrame out{.frame = frame.frame, .lens = frame.lens, .cam_from_world = frame.cam_from_world};
  const cv::Size size(side(frame.gray.cols), side(frame.gray.rows));
  out.camera = frame.camera.Scaled(size.width, size.height);
  cv::resize(frame.gray, out.gray, size, 0, 0, cv::INTER_AREA);
  if (!frame.matte.empty()) cv::resize(frame.matte, out.matte, size, 0, 0, cv::INTER_AREA);
  out.detail = DetailOf(out.gray);
  return out;
}

}  // namespace rv::depth
