#include "bench/picture/frame_depth.h"

#include <algorithm>
#include <cmath>

#include "bench/picture/cv_image.h"
#include "bench/picture/tiles.h"
#include "bench/picture/truth.h"

namespace rv::picture {
namespace {

namespace fs = std::filesystem;
constexpr double kUnitsPerStep = 0.001;  // of make_sweep's rasters
constexpr double kFullPct = 2;           // errors drawn brightest
constexpr int kDepthColumns = 8;

std::string StemOf(const SourceFrame& source) { return fs::path(source.name).stem().string(); }

bool HasTruth(const SourceFrame& source, const fs::path& folder) {
  return !source.depth.empty() && fs::exists(folder / "depth" / (StemOf(source) + ".png")) &&
         fs::exists(folder / "matte" / (StemOf(source) + ".png"));
}

std::uint8_t Nearest(const Image& image, int x, int y, int width, int height) {
  return *image.at((2 * x + 1) * image.width / (2 * width), (2 * y + 1) * image.height / (2 * height));
}

struct Both {
  DepthRaster mine, truth;
  double step = 0;
};

Result<Both> ReadBoth(const RotatingView& view, std::size_t source, const fs::path& folder, double scale) {
  Both out;
  Result<DepthRaster> mine = StoredDepthOf(view, source, scale, out.step);
  if (!mine) return Forward(mine);
  Result<DepthRaster> truth = TrueDepthOf(folder, StemOf(view.sources[source]), mine->width, mine->height);
  if (!truth) return Forward(truth);
  out.mine = *std::move(mine);
  out.truth = *std::move(truth);
  return out;
}

cv::Mat DrawDepth(const DepthRaster& raster, float farthest, float nearest) {
  cv::Mat out(raster.height, raster.width, CV_8UC3);
  for (int y = 0; y < raster.height; ++y)
    for (int x = 0; x < raster.width; ++x) {
      const auto i = static_cast<std::size_t>(y) * raster.width + x;
      const float share = (raster.inverse[i] - farthest) / std::max(nearest - farthest, 1e-9F);
      const auto level = static_cast<std::uint8_t>(std::clamp(40 + 215 * share, 0.0F, 255.0F));
      const std::uint8_t off = raster.item[i] != 0 ? level : level / 3;
      out.at<cv::Vec3b>(y, x) = {level, off, off};
    }
  return out;
}

cv::Mat DrawErrors(const Both& both) {
  cv::Mat out(both.mine.height, both.mine.width, CV_8UC3, cv::Scalar::all(0));
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      const auto i = static_cast<std::size_t>(y) * out.cols + x;
      if (both.truth.item[i] == 0 || both.truth.inverse[i] <= 0) continue;
      const double off =
          both.mine.inverse[i] > 0 ? 100 * (both.truth.inverse[i] / both.mine.inverse[i] - 1) : 1e3;
      const double much = std::min(std::abs(off) / kFullPct, 1.0);
      const auto level = static_cast<std::uint8_t>(60 + 195 * much);
      out.at<cv::Vec3b>(y, x) =
          much < 0.25 ? cv::Vec3b(70, 70, 70) : cv::Vec3b(off > 0 ? level : 0, off > 0 ? 0 : level, 0);
    }
  return out;
}

Result<cv::Mat> Column(const RotatingView& view, std::size_t source, const fs::path& folder, double scale) {
  const Result<Both> both = ReadBoth(view, source, folder, scale);
  if (!both) return Forward(both);
  float nearest = 0, farthest = 1e9F;
  for (std::size_t i = 0; i < both->truth.inverse.size(); ++i)
    if (both->truth.item[i] != 0 && both->truth.inverse[i] > 0) {
      nearest = std::max(nearest, both->truth.inverse[i]);
      farthest = std::min(farthest, both->truth.inverse[i]);
    }
  cv::Mat picture(both->mine.height, both->mine.width, CV_8UC3, cv::Scalar::all(0));
  if (!view.sources[source].image.empty()) {
    const Result<Image> captured = Decode(view.sources[source].image, 3);
    if (!captured) return Forward(captured);
    cv::resize(AsMat(*captured), picture, picture.size(), 0, 0, cv::INTER_AREA);
  }
  cv::Mat out;
  cv::vconcat(std::vector<cv::Mat>{picture, DrawDepth(both->truth, farthest, nearest),
                                   DrawDepth(both->mine, farthest, nearest), DrawErrors(*both)},
              out);
  return out;
}

}  // namespace

Result<DepthRaster> StoredDepthOf(const RotatingView& view, std::size_t source, double scale, double& step) {
  const SourceFrame& frame = view.sources[source];
  const Result<Image> depth = Decode(frame.depth, 1);
  if (!depth) return Forward(depth);
  DepthRaster out{.width = depth->width, .height = depth->height};
  const double to_inverse = view.object_from_world_scale / scale;
  const double farthest = to_inverse / frame.depth_farthest, nearest = to_inverse / frame.depth_nearest;
  step = (nearest - farthest) / 254;
  for (const std::uint8_t value : depth->pixels)
    out.inverse.push_back(value == 0 ? 0 : static_cast<float>(farthest + (value - 1) * step));
  out.item.assign(depth->pixels.size(), 0);
  if (frame.matte.empty()) return out;
  const Result<Image> matte = Decode(frame.matte, 1);
  if (!matte) return Forward(matte);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      out.item[static_cast<std::size_t>(y) * out.width + x] =
          Nearest(*matte, x, y, out.width, out.height) >= 128 ? 255 : 0;
  return out;
}

Result<DepthRaster> TrueDepthOf(const fs::path& folder, const std::string& stem, int width, int height) {
  const Result<Image> matte = ReadPng(folder / "matte" / (stem + ".png"), 1);
  if (!matte) return Forward(matte);
  const Result<Raster16> depth = ReadPng16(folder / "depth" / (stem + ".png"));
  if (!depth) return Forward(depth);
  DepthRaster out{.width = width, .height = height};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int col = (2 * x + 1) * depth->width / (2 * width),
                row = (2 * y + 1) * depth->height / (2 * height);
      const auto steps = depth->pixels[static_cast<std::size_t>(row) * depth->width + col];
      out.inverse.push_back(steps == 0 ? 0 : static_cast<float>(1 / (kUnitsPerStep * steps)));
      out.item.push_back(Nearest(*matte, x, y, width, height) >= 128 ? 255 : 0);
    }
  return out;
}

Status MeasureFrameDepths(const RotatingView& view,
                          const fs::path& folder,
                          double scale,
                          SweepFigures& figures) {
  for (std::size_t i = 0; i < view.sources.size(); ++i) {
    if (!HasTruth(view.sources[i], folder)) continue;
    const Result<Both> both = ReadBoth(view, i, folder, scale);
    if (!both) return Forward(both);
    figures.depth.Add(CompareDepth(both->mine, both->truth, both->step));
    ++figures.depths;
  }
  return {};
}

Status WriteDepthSheet(const RotatingView& view, const fs::path& folder, double scale, const fs::path& png) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < view.sources.size(); ++i)
    if (HasTruth(view.sources[i], folder)) known.push_back(i);
  if (known.empty()) return {};
  std::vector<cv::Mat> columns;
  const std::size_t count = std::min<std::size_t>(kDepthColumns, known.size());
  for (std::size_t k = 0; k < count; ++k) {
    const Result<cv::Mat> column = Column(view, known[k * known.size() / count], folder, scale);
    if (!column) return Forward(column);
    columns.push_back(*column);
  }
  cv::Mat all;
  cv::hconcat(columns, all);
  return WritePicture(all, png);
}

}  // namespace rv::picture
