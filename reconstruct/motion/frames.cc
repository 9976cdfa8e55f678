#include "reconstruct/motion/frames.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/text.h"

namespace rv::motion {
namespace {

cv::Size CanvasSize(const Sweep& sweep, int side) {
  std::map<std::pair<int, int>, int> votes;
  for (const SweepFrame& frame : sweep.frames) ++votes[{frame.image.width, frame.image.height}];
  const auto most = std::max_element(votes.begin(), votes.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto [width, height] = most->first;
  const double scale = std::min(1.0, static_cast<double>(side) / std::max(width, height));
  return {std::max(16, static_cast<int>(std::lround(width * scale))),
          std::max(16, static_cast<int>(std::lround(height * scale)))};
}

Status LoadOne(const SweepFrame& frame, std::size_t i, SmallSweep& small) {
  const int side = 2 * std::max(small.size.width, small.size.height);
  const Result<Image> image = DecodeScaled(frame.image, 3, side);
  if (!image)
    return Fail(image.error().code, Text(frame.name, ": ", image.error().message), image.error().remedy);
  const cv::Mat rgb(image->height, image->width, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data()));
  CanvasFit fit;
  const cv::Mat canvas = FitToCanvas(rgb, small.size, &fit);
  cv::cvtColor(canvas, small.bgr[i], cv::COLOR_RGB2BGR);
  cv::cvtColor(canvas, small.gray[i], cv::COLOR_RGB2GRAY);
  fit.scale *= static_cast<double>(image->width) / frame.image.width;
  small.fit[i] = fit;
  if (frame.matte.empty()) return {};
  const Result<Image> matte = DecodeScaled(frame.matte, 1, side);
  if (!matte) return Fail(matte.error().code, Text(frame.name, " (matte): ", matte.error().message));
  const cv::Mat gray(matte->height, matte->width, CV_8UC1, const_cast<std::uint8_t*>(matte->pixels.data()));
  small.matte[i] = FitToCanvas(gray, small.size, nullptr);
  return {};
}

}  // namespace

cv::Mat FitToCanvas(const cv::Mat& picture, cv::Size canvas, CanvasFit* fit) {
  const double scale = std::max(static_cast<double>(canvas.width) / picture.cols,
                                static_cast<double>(canvas.height) / picture.rows);
  const cv::Size cover(std::max(canvas.width, static_cast<int>(std::lround(picture.cols * scale))),
                       std::max(canvas.height, static_cast<int>(std::lround(picture.rows * scale))));
  cv::Mat resized;
  cv::resize(picture, resized, cover, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  const cv::Point corner((cover.width - canvas.width) / 2, (cover.height - canvas.height) / 2);
  if (fit)
    *fit = {.scale = scale, .offset = {-static_cast<double>(corner.x), -static_cast<double>(corner.y)}};
  return resized(cv::Rect(corner, canvas)).clone();
}

Result<SmallSweep> LoadSmall(const Sweep& sweep, int side, int threads, const Progress& progress) {
  KeepLibrariesOnOneThread();
  const std::size_t count = sweep.frames.size();
  if (count == 0) return Fail(ErrorCode::kInsufficientData, "the sweep has no frames", "film the item again");
  SmallSweep small{.size = CanvasSize(sweep, side)};
  small.bgr.resize(count);
  small.gray.resize(count);
  small.matte.resize(count);
  small.fit.resize(count);
  std::vector<Status> status(count);
  constexpr std::size_t kBatch = 32;  // frames between two reports of progress
  for (std::size_t begin = 0; begin < count; begin += kBatch) {
    if (!Report(progress, "motion", 0.3 * begin / count)) return Cancelled();
    ParallelFor(std::min(kBatch, count - begin), threads, [&](std::size_t k) {
      status[begin + k] = LoadOne(sweep.frames[begin + k], begin + k, small);
    });
  }
  for (const Status& s : status)
    if (!s) return Forward(s);
  return small;
}

}  // namespace rv::motion
