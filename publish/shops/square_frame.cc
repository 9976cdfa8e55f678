#include "publish/shops/square_frame.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::shops {
namespace {

constexpr std::uint8_t kItem = 128;
constexpr double kRoom = 1.02;  // the least square about the items, so that none touches its edge

// Pixels a unit of length at the item's middle.
double PixelsPerUnit(const Camera& camera, const Rigid3& cam_from_object) {
  return camera.focal_px / std::max(1e-9, cam_from_object.translation.norm());
}

}  // namespace

ItemBox BoxOf(const Image& matte) {
  ItemBox box{matte.width, matte.height, 0, 0};
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width; ++x) {
      if (*matte.at(x, y) < kItem) continue;
      box.left = std::min(box.left, x);
      box.right = std::max(box.right, x + 1);
      box.top = std::min(box.top, y);
      box.bottom = std::max(box.bottom, y + 1);
    }
  return box;
}

SquareFrame FrameItems(const RotatingView& view,
                       const std::vector<std::size_t>& chosen,
                       const std::vector<ItemBox>& boxes,
                       double wanted_fill) {
  const double axis = view.width / 2.0;
  double beside = 0, top = view.height, bottom = 0, largest = 0;
  SquareFrame out;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const ItemBox& box = boxes[i];
    if (box.empty()) continue;
    out.known = true;
    beside = std::max({beside, axis - box.left, box.right - axis});
    top = std::min<double>(top, box.top);
    bottom = std::max<double>(bottom, box.bottom);
    largest = std::max({largest, double(box.right - box.left), double(box.bottom - box.top)});
    if (box.left <= 0 || box.top <= 0 || box.right >= view.width || box.bottom >= view.height)
      out.cut.push_back(chosen[i]);
  }
  double middle = view.height / 2.0;
  if (out.known) {
    out.side = static_cast<int>(
        std::lround(std::max({largest / wanted_fill, 2 * kRoom * beside, kRoom * (bottom - top)})));
    middle = (top + bottom) / 2;
    out.fill = largest / out.side;
  } else {
    out.side = std::max(view.width, view.height);
  }
  out.left = static_cast<int>(std::lround(axis - out.side / 2.0));
  out.top = static_cast<int>(std::lround(middle - out.side / 2.0));
  return out;
}

double ViewEnlargement(const RotatingView& view, const std::vector<std::size_t>& chosen) {
  std::vector<double> ratios;
  for (const std::size_t index : chosen) {
    const View& shown = view.views[index];
    if (!view.view_camera || !view.reconstruction || !shown.cam_from_object || shown.sources.empty())
      continue;
    const std::size_t source = shown.sources.front().frame.value;
    if (source >= view.reconstruction->frames.size()) continue;
    const PosedFrame& frame = view.reconstruction->frames[source];
    if (!frame.posed) continue;
    // In object units: a camera knows no scale, so its translation takes the object's.
    const Rigid3 object_from_cam =
        view.object_from_world * Rigid3{frame.cam_from_world.rotation.conjugate(),
                                        frame.cam_from_world.Origin() * view.object_from_world_scale};
    const Camera& lens = view.reconstruction->cameras[static_cast<std::size_t>(frame.camera)];
    ratios.push_back(PixelsPerUnit(*view.view_camera, *shown.cam_from_object) /
                     PixelsPerUnit(lens, object_from_cam.Inverse()));
  }
  return ratios.empty() ? 1 : Median(ratios);
}

std::optional<Elevation> ElevationOf(const RotatingView& view, const std::vector<std::size_t>& chosen) {
  double low = 90, high = -90, sum = 0;
  for (const std::size_t index : chosen) {
    if (!view.views[index].cam_from_object) return std::nullopt;
    const Eigen::Vector3d center = view.views[index].cam_from_object->Origin();
    const double degrees =
        ToDegrees(std::asin(std::clamp(center.y() / std::max(1e-9, center.norm()), -1.0, 1.0)));
    low = std::min(low, degrees);
    high = std::max(high, degrees);
    sum += degrees;
  }
  if (chosen.empty()) return std::nullopt;
  return Elevation{.mean_deg = sum / static_cast<double>(chosen.size()), .range_deg = high - low};
}

}  // namespace rv::shops
