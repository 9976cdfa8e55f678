#include "reconstruct/subject/seen_frame.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/text.h"
#include "reconstruct/subject/even_backdrop.h"

namespace rv::subject {
namespace {

constexpr float kGivenOdds = 8;     // log odds of a matte that the frame has
constexpr float kFreeEdge = 0.04F;  // a boundary on a clear edge still costs this

// Log odds from a matte of any size.
std::vector<float> OddsOf(const Image& matte, const cv::Size& size) {
  const cv::Mat stored(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data()));
  cv::Mat small;
  cv::resize(stored, small, size, 0, 0, cv::INTER_AREA);
  std::vector<float> out;
  out.reserve(small.total());
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x)
      out.push_back(kGivenOdds * (2 * static_cast<float>(small.at<std::uint8_t>(y, x)) / 255 - 1));
  return out;
}

}  // namespace

// After the contrast term of Boykov and Jolly, "Interactive graph cuts", ICCV 2001, the usual contrast measured.
std::vector<float> EdgeCosts(const cv::Mat& lab) {
  cv::Mat smooth, values;
  cv::GaussianBlur(lab, smooth, {3, 3}, 0.7);
  smooth.convertTo(values, CV_32FC3);
  std::vector<float> contrast(static_cast<std::size_t>(lab.rows) * static_cast<std::size_t>(lab.cols));
  double sum = 0;
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f& here = values.at<cv::Vec3f>(y, x);
      const cv::Vec3f dx = values.at<cv::Vec3f>(y, std::min(x + 1, lab.cols - 1)) - here;
      const cv::Vec3f dy = values.at<cv::Vec3f>(std::min(y + 1, lab.rows - 1), x) - here;
      const float squared = dx.dot(dx) + dy.dot(dy);
      contrast[static_cast<std::size_t>(y) * static_cast<std::size_t>(lab.cols) +
               static_cast<std::size_t>(x)] = squared;
      sum += squared;
    }
  const double mean = std::max(4.0, sum / static_cast<double>(contrast.size()));
  for (float& value : contrast)
    value = kFreeEdge + (1 - kFreeEdge) * static_cast<float>(std::exp(-value / mean));
  return contrast;
}

PointsSeen PointsOfFrames(const Reconstruction& reconstruction) {
  PointsSeen out(reconstruction.frames.size());
  for (std::size_t p = 0; p < reconstruction.points.size(); ++p)
    for (const Observation& seen : reconstruction.points[p].track)
      out[seen.frame.value].emplace_back(static_cast<std::uint32_t>(p), seen.pixel);
  return out;
}

Result<SeenFrame> LoadSeen(const Sweep& sweep,
                           const Reconstruction& reconstruction,
                           const PointsSeen& points,
                           std::uint32_t frame,
                           int side_px) {
  const Result<Image> image = DecodeFrame(sweep.frames[frame], side_px);
  if (!image) return Forward(image);
  return MakeSeen(sweep, reconstruction, points, frame, *image);
}

Result<SeenFrame> MakeSeen(const Sweep& sweep,
                           const Reconstruction& reconstruction,
                           const PointsSeen& points,
                           std::uint32_t frame,
                           const Image& picture) {
  SeenFrame out{.frame = frame};
  const PosedFrame& posed = reconstruction.frames[frame];
  out.sight = {.camera = reconstruction.cameras[posed.camera].Scaled(picture.width, picture.height),
               .cam_from_world = posed.cam_from_world};
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data()));
  cv::cvtColor(rgb, out.lab, cv::COLOR_RGB2Lab);
  out.edge = EdgeCosts(out.lab);
  out.backdrop = FindEvenBackdrop(out.lab);
  const double x = static_cast<double>(picture.width) / posed.width,
               y = static_cast<double>(picture.height) / posed.height;
  for (const auto& [point, pixel] : points[frame])
    out.points.push_back(
        {.point = point, .at = {static_cast<float>(pixel.x() * x), static_cast<float>(pixel.y() * y)}});
  if (const EncodedImage& given = sweep.frames[frame].matte; !given.empty()) {
    const Result<Image> matte = DecodeScaled(given, 1, std::max(picture.width, picture.height));
    if (!matte) return Forward(matte);
    out.given = OddsOf(*matte, out.lab.size());
  }
  return out;
}

void TellByBackdrop(SeenFrame& frame) {
  if (frame.backdrop.empty()) return;
  frame.given = OddsBefore(frame.backdrop, frame.lab.size());
  frame.backdrop.clear();
}

SeenFrame PartOf(const SeenFrame& whole, const cv::Rect& part) {
  SeenFrame out{.frame = whole.frame, .sight = whole.sight, .lab = whole.lab(part).clone()};
  out.sight.camera.width = part.width;
  out.sight.camera.height = part.height;
  out.sight.camera.cx_px -= part.x;
  out.sight.camera.cy_px -= part.y;
  const auto copy = [&](const std::vector<float>& from, std::vector<float>& to) {
    for (int y = 0; y < part.height; ++y) {
      const auto begin = from.begin() + static_cast<std::ptrdiff_t>(part.y + y) * whole.lab.cols + part.x;
      to.insert(to.end(), begin, begin + part.width);
    }
  };
  copy(whole.edge, out.edge);
  if (!whole.backdrop.empty()) copy(whole.backdrop, out.backdrop);
  if (!whole.given.empty()) copy(whole.given, out.given);
  for (const SeenPoint& seen : whole.points) {
    const cv::Point2f at(seen.at.x - static_cast<float>(part.x), seen.at.y - static_cast<float>(part.y));
    if (at.x >= 0 && at.y >= 0 && at.x < static_cast<float>(part.width) &&
        at.y < static_cast<float>(part.height))
      out.points.push_back({.point = seen.point, .at = at});
  }
  return out;
}

}  // namespace rv::subject
