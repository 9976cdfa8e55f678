#include "reconstruct/depth/frame_depths.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/log.h"
#include "base/parallel.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/depth/layer_depth.h"

namespace rv::depth {
namespace {

constexpr double kItemSide = 190;  // px of the item in the small pictures, aimed at
constexpr int kLeastSide = 160, kMostSide = 720;
constexpr int kBehindSide = 224;  // of a picture, for the background
constexpr int kWholeSide = 360;   // of a picture in which no item is known

int SideFor(const DepthInput& in) {
  std::vector<double> sides;
  for (const std::uint32_t index : in.ring) {
    const PosedFrame& frame = in.reconstruction.frames[index];
    const Camera& camera = in.reconstruction.cameras[frame.camera];
    const double away = (frame.cam_from_world.Origin() - in.subject.center).norm();
    const double share =
        2 * in.subject.radius * camera.focal_px / (away * std::max(camera.width, camera.height));
    sides.push_back(kItemSide / std::max(share, 1e-6));
  }
  return static_cast<int>(
      std::lround(std::clamp(Median(std::move(sides)), double{kLeastSide}, double{kMostSide})));
}

Result<std::vector<DepthFrame>> Load(const DepthInput& in, int side, int threads) {
  std::vector<DepthFrame> frames(in.ring.size());
  std::vector<Status> made(frames.size());
  ParallelFor(frames.size(), threads, [&](std::size_t i) {
    Result<DepthFrame> frame = LoadDepthFrame(in.sweep, in.reconstruction, in.subject, in.ring[i], side);
    if (frame) {
      frames[i] = *std::move(frame);
    } else {
      made[i] = Forward(frame);
    }
  });
  for (const Status& status : made)
    if (!status) return Forward(status);
  return frames;
}

// Share of the background that has texture.
double TexturedShare(const DepthFrame& frame) {
  constexpr int kMargin = 5, kTexture = 3;  // px; levels of DepthFrame::detail, which halves them
  cv::Mat item;
  cv::dilate(frame.matte > 32, item, cv::Mat::ones(2 * kMargin + 1, 2 * kMargin + 1, CV_8U));
  const cv::Mat textured = (frame.detail > 128 + kTexture) | (frame.detail < 128 - kTexture);
  return static_cast<double>(cv::countNonZero(textured & ~item)) / std::max(1, cv::countNonZero(~item));
}

bool HasEvenBackground(const std::vector<DepthFrame>& frames) {
  constexpr double kEven = 0.05;
  std::vector<double> shares;
  for (const DepthFrame& frame : frames)
    if (!frame.matte.empty()) shares.push_back(TexturedShare(frame));
  if (shares.empty()) return false;
  const double textured = Median(std::move(shares));
  LogVerbose(Text("depth: ", Fixed(100 * textured, 1), " % of the background has texture"));
  return textured < kEven;
}

// The grid over the whole frame: beyond its edges, what is at them.
DepthGrid OverFrame(const DepthGrid& grid, const DepthFrame& frame) {
  if (grid.empty()) return {};
  DepthGrid out{.camera = frame.camera};
  const int left = static_cast<int>(std::lround(frame.camera.cx_px - grid.camera.cx_px));
  const int top = static_cast<int>(std::lround(frame.camera.cy_px - grid.camera.cy_px));
  for (int y = 0; y < frame.camera.height; ++y)
    for (int x = 0; x < frame.camera.width; ++x) {
      const int col = std::clamp(x - left, 0, grid.camera.width - 1);
      const int row = std::clamp(y - top, 0, grid.camera.height - 1);
      const std::size_t i = static_cast<std::size_t>(row) * grid.camera.width + col;
      out.inverse.push_back(grid.inverse[i]);
      out.confidence.push_back(col == x - left && row == y - top ? grid.confidence[i] : 0);
    }
  return out;
}

}  // namespace

Result<std::vector<FrameDepth>> MeasureDepths(const DepthInput& in, int threads, const Progress& progress) {
  std::vector<FrameDepth> out(in.ring.size());
  if (!Report(progress, "depth", 0)) return Cancelled();
  Result<std::vector<DepthFrame>> frames = Load(in, in.subject.known ? SideFor(in) : kWholeSide, threads);
  if (!frames) return Forward(frames);
  const bool even = in.subject.known && HasEvenBackground(*frames);
  if (!even && !in.reconstruction.turntable) {
    std::vector<DepthFrame> small(frames->size());
    ParallelFor(small.size(), threads, [&](std::size_t i) {
      small[i] = Smaller((*frames)[i], in.subject.known ? kBehindSide : kWholeSide);
    });
    Result<std::vector<DepthGrid>> behind =
        LayerDepths(in, in.subject.known ? LayerKind::kBackground : LayerKind::kWhole, std::move(small),
                    threads)
            .Make(progress, 0.1, 0.4);
    if (!behind) return Forward(behind);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].behind = std::move((*behind)[i]);
  }
  if (!in.subject.known) return out;
  const std::vector<DepthFrame> whole = even ? *frames : std::vector<DepthFrame>();
  Result<std::vector<DepthGrid>> item =
      LayerDepths(in, LayerKind::kItem, *std::move(frames), threads).Make(progress, 0.4, 1);
  if (!item) return Forward(item);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].item = even ? OverFrame((*item)[i], whole[i]) : std::move((*item)[i]);
    out[i].even = even;
  }
  return out;
}

}  // namespace rv::depth
