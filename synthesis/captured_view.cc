#include "synthesis/captured_view.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/text.h"

namespace rv::synthesis {
namespace {

constexpr double kRim = 0.004;    // of the frame's longer side
constexpr double kMargin = 0.06;  // beyond the item, its depth goes on so far
constexpr std::uint8_t kHalf = 128;

cv::Mat MatOf(const Image& image) {
  return {image.height, image.width, image.channels == 1 ? CV_8UC1 : CV_8UC3,
          const_cast<std::uint8_t*>(image.pixels.data())};
}

cv::Mat Disk(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}

// Inverse depth of each pixel of the stored raster, world units; 0 = unknown.
cv::Mat InverseOf(const SourceFrame& source, const Image& raster, double world_scale) {
  cv::Mat out(raster.height, raster.width, CV_32FC1);
  const double farthest = world_scale / source.depth_farthest, nearest = world_scale / source.depth_nearest;
  for (std::size_t i = 0; i < raster.pixels.size(); ++i)
    out.ptr<float>()[i] =
        raster.pixels[i] == 0
            ? 0
            : static_cast<float>(farthest + (raster.pixels[i] - 1) / 254.0 * (nearest - farthest));
  return out;
}

// Of the pixels of `where` alone: the steps of storing are smoothed, and the values go on beyond.
cv::Mat LayerOf(const cv::Mat& inverse, const cv::Mat& where) {
  const cv::Mat known = where & (inverse > 0);
  if (cv::countNonZero(known) == 0) return {};
  cv::Mat weight, sum;
  known.convertTo(weight, CV_32F, 1.0 / 255);
  cv::multiply(inverse, weight, sum);
  cv::GaussianBlur(sum, sum, {}, 0.8);
  cv::GaussianBlur(weight, weight, {}, 0.8);
  cv::Mat smooth;
  cv::divide(sum, cv::max(weight, 1e-6), smooth);
  cv::Mat away, nearest;
  cv::distanceTransform(~known, away, nearest, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  std::vector<float> of_label(known.total() + 1, 0.0F);
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x)
      if (known.at<std::uint8_t>(y, x) != 0)
        of_label[static_cast<std::size_t>(nearest.at<int>(y, x))] = smooth.at<float>(y, x);
  cv::Mat out(inverse.size(), CV_32FC1);
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x)
      out.at<float>(y, x) = of_label[static_cast<std::size_t>(nearest.at<int>(y, x))];
  return out;
}

// What went on beyond `where` is a patchwork there: softened, the more the farther.
void SoftenBeyond(const cv::Mat& where, cv::Mat& layer) {
  cv::Mat soft;
  cv::blur(layer, soft, {15, 15});
  soft.copyTo(layer, ~where);
}

// Resampled from the frame's own pixels to a pinhole of the raster's size.
DepthGrid GridOf(const cv::Mat& layer, const cv::Mat& within, const Camera& lens) {
  const Camera small = lens.Scaled(layer.cols, layer.rows);
  DepthGrid out{.camera = small};
  out.camera.k1 = out.camera.k2 = 0;
  for (int y = 0; y < layer.rows; ++y)
    for (int x = 0; x < layer.cols; ++x) {
      const std::optional<Eigen::Vector2d> at = small.Project(out.camera.Ray({x + 0.5, y + 0.5}));
      const int col = at ? static_cast<int>(std::floor(at->x())) : -1;
      const int row = at ? static_cast<int>(std::floor(at->y())) : -1;
      const bool in = col >= 0 && row >= 0 && col < layer.cols && row < layer.rows &&
                      within.at<std::uint8_t>(row, col) != 0;
      out.inverse.push_back(in ? layer.at<float>(row, col) : 0);
    }
  return out;
}

}  // namespace

bool CanBeDrawnFrom(const RotatingView& asset, std::size_t index) {
  if (!asset.reconstruction || index >= asset.sources.size()) return false;
  const SourceFrame& source = asset.sources[index];
  return asset.reconstruction->frames[index].posed && !source.image.empty() && !source.depth.empty();
}

Result<CapturedView> LoadCapturedView(const RotatingView& asset, std::size_t index) {
  const SourceFrame& source = asset.sources[index];
  if (!CanBeDrawnFrom(asset, index))
    return Fail(ErrorCode::kInsufficientData,
                Text("frame ", source.name, " lacks a position, a picture or depth"),
                "convert again, without --no-sources and --no-depth");
  Result<Image> picture = Decode(source.image, 3);
  if (!picture) return Forward(picture);
  const Result<Image> raster = Decode(source.depth, 1);
  if (!raster) return Forward(raster);
  const PosedFrame& posed = asset.reconstruction->frames[index];
  const Camera& shared = asset.reconstruction->cameras[static_cast<std::size_t>(posed.camera)];
  CapturedView out{.lens = shared.Scaled(picture->width, picture->height),
                   .cam_from_world = posed.cam_from_world};
  const cv::Mat inverse = InverseOf(source, *raster, asset.object_from_world_scale);
  const cv::Mat all(inverse.size(), CV_8UC1, cv::Scalar(255));
  cv::Mat item = cv::Mat::zeros(inverse.size(), CV_8UC1);
  if (!source.matte.empty()) {
    Result<Image> matte = Decode(source.matte, 1);
    if (!matte) return Forward(matte);
    cv::Mat small;
    cv::resize(MatOf(*matte), small, inverse.size(), 0, 0, cv::INTER_AREA);
    item = small >= kHalf;
    const int longer = std::max(matte->width, matte->height);
    cv::dilate(MatOf(*matte), MatOf(*matte), Disk(std::max(1, static_cast<int>(std::lround(kRim * longer)))));
    out.paint = *std::move(matte);
  }
  if (cv::Mat layer = LayerOf(inverse, item); !layer.empty()) {
    cv::Mat about;
    cv::dilate(item, about, Disk(std::max(2, static_cast<int>(kMargin * std::max(item.cols, item.rows)))));
    out.item = GridOf(layer, about, out.lens);
  } else {
    out.paint = {};
  }
  if (cv::Mat layer = LayerOf(inverse, ~item); !layer.empty()) {
    SoftenBeyond(~item, layer);
    out.behind = GridOf(layer, all, out.lens);
  }
  out.picture = *std::move(picture);
  return out;
}

}  // namespace rv::synthesis
