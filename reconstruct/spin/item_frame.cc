#include "reconstruct/spin/item_frame.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/statistics.h"

namespace rv::spin {
namespace {

constexpr double kAutoAspect = 1.5;     // at most, either way
constexpr double kMostEnlarged = 1.25;  // of captured pixels
constexpr double kLeastSidePx = 480;    // of a view's longer side, rather than the asked-for share of it

// Visits the hull's points as the stop sees them: px from the principal point, and half of a cell's width there.
template <typename Visit>
void ForEachSeen(const Subject& subject,
                 const VirtualPath& path,
                 const VirtualStop& stop,
                 const Visit& visit) {
  for (const Eigen::Vector3d& point : subject.surface) {
    const Eigen::Vector3d at = stop.cam_from_world * point;
    if (at.z() <= 1e-6 * path.distance) continue;
    const double scale = path.focal_px / at.z();
    visit(point, scale * at.x(), scale * at.y(), 0.62 * scale * subject.cell);
  }
}

// The sources within some degrees of the stop; where there are none, the nearest.
std::vector<SourceCamera> Near(const Subject& subject,
                               const VirtualStop& stop,
                               const std::vector<SourceCamera>& sources) {
  constexpr double kNearDeg = 12;
  const Eigen::Vector3d from = (stop.cam_from_world.Origin() - subject.center).normalized();
  std::vector<SourceCamera> out;
  const SourceCamera* nearest = nullptr;
  double best = -2;
  for (const SourceCamera& source : sources) {
    const double cosine = from.dot((source.cam_from_world.Origin() - subject.center).normalized());
    if (cosine > std::cos(ToRadians(kNearDeg))) out.push_back(source);
    if (cosine <= best) continue;
    best = cosine;
    nearest = &source;
  }
  if (out.empty() && nearest != nullptr) out.push_back(*nearest);
  return out;
}

bool IsShown(const Eigen::Vector3d& point, const std::vector<SourceCamera>& sources) {
  return std::any_of(sources.begin(), sources.end(), [&](const SourceCamera& source) {
    const std::optional<Eigen::Vector2d> pixel = source.camera.Project(source.cam_from_world * point);
    return pixel && IsCaptured(source.camera, *pixel);
  });
}

}  // namespace

ItemBox BoxOfHull(const Subject& subject, const VirtualPath& path, const std::vector<SourceCamera>& sources) {
  ItemBox box;
  for (const VirtualStop& stop : path.stops) {
    const std::vector<SourceCamera> near = Near(subject, stop, sources);
    ForEachSeen(subject, path, stop, [&](const Eigen::Vector3d& point, double x, double y, double half) {
      if (!IsShown(point, near)) return;
      box.left = std::max(box.left, half - x);
      box.right = std::max(box.right, half + x);
      box.above = std::max(box.above, half - y);
      box.below = std::max(box.below, half + y);
    });
  }
  return box;
}

ItemFrame FrameItem(const ItemBox& box, const SpinOptions& options) {
  const double wide = std::max((box.left + box.right) / 2, 1.0),
               high = std::max((box.above + box.below) / 2, 1.0);
  const double aspect =
      AspectOf(options.aspect).value_or(std::clamp(wide / high, 1 / kAutoAspect, kAutoAspect));
  double half_height = std::max(high, wide / aspect) / options.fill;
  const double longer = std::max(1.0, aspect);
  ItemFrame out;
  const double least = std::min(kLeastSidePx, static_cast<double>(options.size_px));
  if (2 * half_height * longer * kMostEnlarged < least) {
    half_height = least / (2 * longer * kMostEnlarged);
    out.loose = true;
  }
  const double half_width = half_height * aspect;
  ViewFrame& frame = out.frame;
  frame.scale = std::min(kMostEnlarged, options.size_px / (2 * half_height * longer));
  // Even sides, as video encoders want them.
  frame.width = std::max(2, 2 * static_cast<int>(std::lround(half_width * frame.scale)));
  frame.height = std::max(2, 2 * static_cast<int>(std::lround(half_height * frame.scale)));
  frame.left = (box.right - box.left) / 2 - frame.width / frame.scale / 2;
  frame.top = (box.below - box.above) / 2 - frame.height / frame.scale / 2;
  return out;
}

std::vector<std::uint32_t> CutFrames(const Subject& subject, const std::vector<SourceCamera>& sources) {
  constexpr double kCutShare = 0.02;  // of the hull's surface: its outline is known to a cell
  std::vector<std::uint32_t> out;
  for (const SourceCamera& source : sources) {
    const auto missing =
        std::count_if(subject.surface.begin(), subject.surface.end(),
                      [&](const Eigen::Vector3d& point) { return !IsShown(point, {source}); });
    if (static_cast<double>(missing) > kCutShare * static_cast<double>(subject.surface.size()))
      out.push_back(source.frame);
  }
  return out;
}

WarpGrid GridOver(const ViewFrame& frame, double cell) {
  WarpGrid grid{.left = frame.left - cell, .top = frame.top - cell, .cell = cell};
  const auto count = [&](int px) {
    return std::max(5, static_cast<int>(std::ceil(px / frame.scale / cell + 2)) + 1);
  };
  grid.cols = count(frame.width);
  grid.rows = count(frame.height);
  return grid;
}

std::optional<Image> MatteOf(const Subject& subject, std::uint32_t frame) {
  if (!subject.known || subject.mattes[frame].empty()) return std::nullopt;
  Result<Image> matte = Decode(subject.mattes[frame], 1);
  if (!matte) return std::nullopt;
  return std::move(*matte);
}

Image GrownMatte(Image matte, double share) {
  const int grow = std::max(1, static_cast<int>(std::lround(std::max(matte.width, matte.height) * share)));
  cv::Mat target(matte.height, matte.width, CV_8UC1, matte.pixels.data());
  cv::dilate(target, target, cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * grow + 1, 2 * grow + 1}));
  return matte;
}

Image HullInView(const Subject& subject,
                 const VirtualPath& path,
                 const VirtualStop& stop,
                 const ViewFrame& frame,
                 int shrink,
                 int grow) {
  Image mask = Image::Make(std::max(1, frame.width / shrink), std::max(1, frame.height / shrink), 1);
  cv::Mat target(mask.height, mask.width, CV_8UC1, mask.pixels.data());
  const double scale = frame.scale / shrink;
  ForEachSeen(subject, path, stop, [&](const Eigen::Vector3d&, double x, double y, double half) {
    const double left = (x - half - frame.left) * scale, top = (y - half - frame.top) * scale,
                 side = 2 * half * scale;
    const cv::Rect square(static_cast<int>(std::floor(left)), static_cast<int>(std::floor(top)),
                          static_cast<int>(std::ceil(side)) + 1, static_cast<int>(std::ceil(side)) + 1);
    target(square & cv::Rect(0, 0, mask.width, mask.height)).setTo(255);
  });
  if (grow > 0)
    cv::dilate(target, target, cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * grow + 1, 2 * grow + 1}));
  return mask;
}

}  // namespace rv::spin
