#include "publish/mesh/item_frames.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/text.h"

namespace rv::mesh {
namespace {

constexpr float kSaysNothing = -1e6F;  // deep inside, whatever lies there

cv::Mat Gray(const Image& image) {
  return {image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data())};
}

bool IsWhole(const RotatingView& view, std::size_t index) {
  const SourceFrame& source = view.sources[index];
  return view.reconstruction->frames[index].posed && !source.image.empty() && !source.matte.empty() &&
         !source.depth.empty();
}

// The ring's frames with all that is needed, by azimuth, thinned.
std::vector<std::size_t> ChooseFrames(const RotatingView& view, std::size_t most) {
  std::vector<std::pair<double, std::size_t>> ring;
  for (const OrbitFrame& frame : view.orbit->frames)
    if (frame.on_ring && frame.frame.value < view.sources.size() && IsWhole(view, frame.frame.value))
      ring.emplace_back(frame.azimuth, frame.frame.value);
  std::sort(ring.begin(), ring.end());
  std::vector<std::size_t> out;
  const std::size_t count = std::min(most, ring.size());
  for (std::size_t i = 0; i < count; ++i) out.push_back(ring[i * ring.size() / count].second);
  return out;
}

Rigid3 CamFromObject(const RotatingView& view, const Rigid3& cam_from_world) {
  const Rigid3 scaled{cam_from_world.rotation, cam_from_world.translation * view.object_from_world_scale};
  return scaled * view.object_from_world.Inverse();
}

// Depth of the item alone; the steps of storing are smoothed within it.
Status ReadDepth(const SourceFrame& source, ItemFrame& frame) {
  const Result<Image> raster = Decode(source.depth, 1);
  if (!raster) return Forward(raster);
  Image confidence = Image::Make(raster->width, raster->height, 1, 255);
  if (!source.depth_confidence.empty()) {
    Result<Image> stored = Decode(source.depth_confidence, 1);
    if (!stored) return Forward(stored);
    confidence = Resize(*stored, raster->width, raster->height);
  }
  frame.depth_width = raster->width;
  frame.depth_height = raster->height;
  cv::Mat item, known, weight, inverse(raster->height, raster->width, CV_32FC1);
  cv::resize(Gray(frame.matte), item, inverse.size(), 0, 0, cv::INTER_AREA);
  known = (Gray(*raster) > 0) & (item >= 128);
  const double far = 1 / source.depth_farthest, near = 1 / source.depth_nearest;
  for (std::size_t i = 0; i < raster->pixels.size(); ++i)
    inverse.ptr<float>()[i] =
        known.data[i] != 0 ? static_cast<float>(far + (raster->pixels[i] - 1) / 254.0 * (near - far)) : 0;
  known.convertTo(weight, CV_32F, 1.0 / 255);
  cv::GaussianBlur(inverse, inverse, {}, 1.0);
  cv::GaussianBlur(weight, weight, {}, 1.0);
  for (std::size_t i = 0; i < raster->pixels.size(); ++i) {
    const float sum = inverse.ptr<float>()[i];
    frame.z.push_back(known.data[i] != 0 && sum > 0 ? weight.ptr<float>()[i] / sum : 0);
    frame.confidence.push_back(static_cast<float>(confidence.pixels[i]) / 255);
  }
  return {};
}

Result<ItemFrame> LoadFrame(const RotatingView& view, std::size_t index) {
  const SourceFrame& source = view.sources[index];
  const PosedFrame& posed = view.reconstruction->frames[index];
  Result<Image> picture = Decode(source.image, 3);
  if (!picture) return Forward(picture);
  Result<Image> matte = Decode(source.matte, 1);
  if (!matte) return Forward(matte);
  if (!(source.depth_nearest > 0 && source.depth_farthest > source.depth_nearest))
    return Fail(ErrorCode::kCorrupt, Text("frame ", source.name, " has depth without bounds"),
                "convert the clip again");
  ItemFrame frame{.lens = view.reconstruction->cameras[static_cast<std::size_t>(posed.camera)].Scaled(
                      picture->width, picture->height),
                  .cam_from_object = CamFromObject(view, posed.cam_from_world),
                  .picture = *std::move(picture),
                  .matte = *std::move(matte)};
  MeasureOutline(frame);
  if (const Status read = ReadDepth(source, frame); !read) return Forward(read);
  return frame;
}

}  // namespace

void MeasureOutline(ItemFrame& frame) {
  const cv::Mat item = Gray(frame.matte) >= 128;
  frame.outside_px.assign(item.total(), kSaysNothing);
  // Where one side is missing, the transform has nothing to measure to.
  if (cv::countNonZero(item) == 0 || cv::countNonZero(item) == static_cast<int>(item.total())) return;
  cv::Mat outside, inside;
  cv::distanceTransform(~item, outside, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  cv::distanceTransform(item, inside, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  for (std::size_t i = 0; i < item.total(); ++i) {
    const float far = outside.ptr<float>()[i], deep = inside.ptr<float>()[i];
    frame.outside_px[i] = far > 0 ? far - 0.5F : 0.5F - deep;
  }
}

std::optional<std::size_t> RasterIndex(const Eigen::Vector2d& pixel,
                                       const Camera& lens,
                                       int width,
                                       int height) {
  const int x = static_cast<int>(std::floor(pixel.x() * width / lens.width));
  const int y = static_cast<int>(std::floor(pixel.y() * height / lens.height));
  if (x < 0 || y < 0 || x >= width || y >= height) return std::nullopt;
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
}

Result<std::vector<ItemFrame>> LoadItemFrames(const RotatingView& view,
                                              std::size_t least,
                                              std::size_t most,
                                              int threads) {
  const std::vector<std::size_t> chosen = ChooseFrames(view, most);
  if (chosen.size() < least)
    return Fail(ErrorCode::kInsufficientData,
                Text("a mesh takes ", least, " captured frames with outline and depth; the asset has ",
                     chosen.size()),
                "convert again, without --no-sources and --no-depth, or film the item more slowly");
  std::vector<Result<ItemFrame>> made(chosen.size(), ItemFrame{});
  ParallelFor(chosen.size(), threads, [&](std::size_t i) { made[i] = LoadFrame(view, chosen[i]); });
  std::vector<ItemFrame> out;
  for (Result<ItemFrame>& frame : made) {
    if (!frame) return Forward(frame);
    out.push_back(std::move(*frame));
  }
  return out;
}

}  // namespace rv::mesh
