#include "reconstruct/spin/warp_render.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv::spin {
namespace {

constexpr float kOutside = -1e4F;  // far enough that no sample touches the picture

cv::Mat AsMat(const Image& image) {
  return {image.height, image.width, image.channels == 1 ? CV_8UC1 : CV_8UC3,
          const_cast<std::uint8_t*>(image.pixels.data())};
}

// Source positions along one row of view pixels, interpolated between two rows of vertices cell by cell.
class RowWalker {
 public:
  RowWalker(const WarpGrid& grid, const WarpMesh& mesh, double y) : grid_(grid), mesh_(mesh) {
    const double v = (y - grid.top) / grid.cell;
    row_ = std::clamp(static_cast<int>(std::floor(v)), 0, grid.rows - 2);
    fraction_ = v - row_;
  }

  Eigen::Vector2d At(double x) {
    const double u = (x - grid_.left) / grid_.cell;
    const int col = std::clamp(static_cast<int>(std::floor(u)), 0, grid_.cols - 2);
    if (col != col_) Enter(col);
    return from_ + (u - col) * step_;
  }

 private:
  Eigen::Vector2d Edge(int col) const {
    const Eigen::Vector2d& upper = mesh_.source_px[grid_.Index(col, row_)];
    return upper + fraction_ * (mesh_.source_px[grid_.Index(col, row_ + 1)] - upper);
  }
  void Enter(int col) {
    col_ = col;
    from_ = Edge(col);
    step_ = Edge(col + 1) - from_;
  }

  const WarpGrid& grid_;
  const WarpMesh& mesh_;
  int row_ = 0;
  double fraction_ = 0;
  int col_ = -1;
  Eigen::Vector2d from_ = Eigen::Vector2d::Zero();
  Eigen::Vector2d step_ = Eigen::Vector2d::Zero();
};

bool IsBarred(const WarpedSource& source, const Eigen::Vector2d& pixel) {
  if (source.barred == nullptr) return false;
  constexpr std::uint8_t kBarred = 64;
  const int x = static_cast<int>(pixel.x() * source.barred->width / source.camera.width);
  const int y = static_cast<int>(pixel.y() * source.barred->height / source.camera.height);
  return *source.barred->at(std::min(x, source.barred->width - 1), std::min(y, source.barred->height - 1)) >=
         kBarred;
}

// Where to sample the decoded source in OpenCV's coordinates (centers at integers).
class Lookup {
 public:
  explicit Lookup(const WarpedSource& source)
      : source_(source),
        scale_x_(static_cast<double>(source.picture.width) / source.camera.width),
        scale_y_(static_cast<double>(source.picture.height) / source.camera.height) {}

  cv::Vec2f At(const Eigen::Vector2d& pixel) const {
    if (!IsCaptured(source_.camera, pixel) || IsBarred(source_, pixel)) return {kOutside, kOutside};
    return {static_cast<float>(pixel.x() * scale_x_ - 0.5), static_cast<float>(pixel.y() * scale_y_ - 0.5)};
  }

 private:
  const WarpedSource& source_;
  double scale_x_, scale_y_;
};

// Per view pixel that has no provenance.
cv::Mat SampleMap(const WarpGrid& grid,
                  const ViewFrame& frame,
                  const WarpMesh& mesh,
                  const WarpedSource& source,
                  const Image& provenance) {
  cv::Mat map(frame.height, frame.width, CV_32FC2, cv::Scalar(kOutside, kOutside));
  const Lookup lookup(source);
  for (int y = 0; y < frame.height; ++y) {
    RowWalker walker(grid, mesh, frame.top + (y + 0.5) / frame.scale);
    cv::Vec2f* out = map.ptr<cv::Vec2f>(y);
    const std::uint8_t* taken = provenance.at(0, y);
    for (int x = 0; x < frame.width; ++x) {
      const Eigen::Vector2d pixel = walker.At(frame.left + (x + 0.5) / frame.scale);
      if (taken[x] == 0) out[x] = lookup.At(pixel);
    }
  }
  return map;
}

cv::Mat SampleMap(const synthesis::WarpField& field,
                  synthesis::Cover least,
                  const WarpedSource& source,
                  const Image& provenance) {
  cv::Mat map(field.height, field.width, CV_32FC2, cv::Scalar(kOutside, kOutside));
  const Lookup lookup(source);
  for (int y = 0; y < field.height; ++y) {
    cv::Vec2f* out = map.ptr<cv::Vec2f>(y);
    for (int x = 0; x < field.width; ++x) {
      const std::size_t i = field.At(x, y);
      if (*provenance.at(x, y) == 0 && field.cover[i] >= least) out[x] = lookup.At({field.x[i], field.y[i]});
    }
  }
  return map;
}

// The pixels of the view that are taken from the source.
cv::Rect Sampled(const cv::Mat& map) {
  cv::Rect box;
  for (int y = 0; y < map.rows; ++y) {
    const cv::Vec2f* from = map.ptr<cv::Vec2f>(y);
    int first = 0, last = map.cols - 1;
    while (first < map.cols && from[first][0] == kOutside) ++first;
    if (first == map.cols) continue;
    while (from[last][0] == kOutside) --last;
    box |= cv::Rect(first, y, last - first + 1, 1);
  }
  return box;
}

// Beyond the picture's edges OpenCV is slow: what is not wanted is looked up in the middle.
cv::Mat SampleColors(const Image& picture, const cv::Mat& map) {
  const cv::Vec2f middle(static_cast<float>(picture.width) / 2, static_cast<float>(picture.height) / 2);
  cv::Mat where = map.clone(), sampled;
  for (int y = 0; y < where.rows; ++y)
    for (int x = 0; x < where.cols; ++x)
      if (cv::Vec2f& from = where.at<cv::Vec2f>(y, x); from[0] == kOutside) from = middle;
  cv::remap(AsMat(picture), sampled, where, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return sampled;
}

// Samples the source bicubically wherever `map` says.
void Take(const cv::Mat& map, const WarpedSource& source, ViewPixels& view) {
  const cv::Rect box = Sampled(map);
  if (box.empty()) return;
  const cv::Mat sampled = SampleColors(source.picture, map(box));
  const float matte_x = source.matte ? static_cast<float>(source.matte->width) / source.picture.width : 0;
  const float matte_y = source.matte ? static_cast<float>(source.matte->height) / source.picture.height : 0;
  for (int y = box.y; y < box.br().y; ++y) {
    const cv::Vec2f* from = map.ptr<cv::Vec2f>(y);
    const cv::Vec3b* color = sampled.ptr<cv::Vec3b>(y - box.y);
    std::uint8_t* provenance = view.provenance.at(0, y);
    for (int x = box.x; x < box.br().x; ++x) {
      if (from[x][0] == kOutside) continue;
      std::copy_n(color[x - box.x].val, 3, view.image.at(x, y));
      provenance[x] = source.label;
      if (source.matte != nullptr)
        *view.matte.at(x, y) = Between(*source.matte, (from[x][0] + 0.5F) * matte_x - 0.5F,
                                       (from[x][1] + 0.5F) * matte_y - 0.5F);
    }
  }
}

}  // namespace

ViewFrame MakeViewFrame(const WarpGrid& grid, const CellRect& crop, int size_px) {
  const double half_width = std::min(-(grid.left + crop.col0 * grid.cell), grid.left + crop.col1 * grid.cell);
  const double half_height = std::min(-(grid.top + crop.row0 * grid.cell), grid.top + crop.row1 * grid.cell);
  ViewFrame frame{.scale = std::min(1.0, size_px / (2 * std::max(half_width, half_height)))};
  // Even sides, as video encoders want them.
  frame.width = std::max(2, 2 * static_cast<int>(std::floor(half_width * frame.scale + 1e-9)));
  frame.height = std::max(2, 2 * static_cast<int>(std::floor(half_height * frame.scale + 1e-9)));
  frame.left = -frame.width / frame.scale / 2;
  frame.top = -frame.height / frame.scale / 2;
  return frame;
}

Camera ViewCamera(const ViewFrame& frame, double focal_px) {
  return {.width = frame.width,
          .height = frame.height,
          .focal_px = focal_px * frame.scale,
          .cx_px = -frame.left * frame.scale,
          .cy_px = -frame.top * frame.scale};
}

ViewPixels MakeViewPixels(const ViewFrame& frame) {
  return {.image = Image::Make(frame.width, frame.height, 3),
          .provenance = Image::Make(frame.width, frame.height, 1),
          .matte = Image::Make(frame.width, frame.height, 1)};
}

void RenderWarp(const WarpGrid& grid,
                const ViewFrame& frame,
                const WarpMesh& mesh,
                const WarpedSource& source,
                ViewPixels& view) {
  RV_CHECK_EQ(view.image.width, view.provenance.width);
  RV_CHECK_EQ(view.image.height, view.provenance.height);
  Take(SampleMap(grid, frame, mesh, source, view.provenance), source, view);
}

void RenderField(const synthesis::WarpField& field,
                 synthesis::Cover least,
                 const WarpedSource& source,
                 ViewPixels& view) {
  RV_CHECK_EQ(view.image.width, field.width);
  RV_CHECK_EQ(view.image.height, field.height);
  Take(SampleMap(field, least, source, view.provenance), source, view);
}

std::uint8_t Between(const Image& image, float x, float y) {
  x = std::clamp(x, 0.0F, static_cast<float>(image.width - 1));
  y = std::clamp(y, 0.0F, static_cast<float>(image.height - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.width - 1), y1 = std::min(y0 + 1, image.height - 1);
  const float dx = x - static_cast<float>(x0), dy = y - static_cast<float>(y0);
  const float upper = *image.at(x0, y0) + dx * (*image.at(x1, y0) - *image.at(x0, y0));
  const float lower = *image.at(x0, y1) + dx * (*image.at(x1, y1) - *image.at(x0, y1));
  return static_cast<std::uint8_t>(upper + dy * (lower - upper) + 0.5F);
}

double CapturedShare(const Image& provenance) {
  const auto missing = std::count(provenance.pixels.begin(), provenance.pixels.end(), 0);
  return 1 - static_cast<double>(missing) / static_cast<double>(provenance.pixels.size());
}

Raster16 RenderDepth(const WarpGrid& grid,
                     const std::vector<double>& inverse,
                     const std::vector<ViewPoint>& points,
                     const ViewFrame& frame,
                     double unit) {
  constexpr double kReachCells = 3;
  constexpr int kShrink = 4;  // of the view's size
  constexpr double kLeastInverse = 0.02;
  std::vector<double> nearest(grid.Size(), 1e18);  // squared cells to the nearest point
  for (const ViewPoint& point : points) {
    const double x = (point.at.x() - grid.left) / grid.cell;
    const double y = (point.at.y() - grid.top) / grid.cell;
    const int reach = static_cast<int>(kReachCells) + 1;
    for (int row = std::max(0, static_cast<int>(y) - reach);
         row <= std::min(grid.rows - 1, static_cast<int>(y) + reach); ++row)
      for (int col = std::max(0, static_cast<int>(x) - reach);
           col <= std::min(grid.cols - 1, static_cast<int>(x) + reach); ++col) {
        double& best = nearest[grid.Index(col, row)];
        best = std::min(best, (x - col) * (x - col) + (y - row) * (y - row));
      }
  }
  Raster16 depth{.width = std::max(1, frame.width / kShrink), .height = std::max(1, frame.height / kShrink)};
  depth.pixels.assign(static_cast<std::size_t>(depth.width) * depth.height, 0);
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const Eigen::Vector2d at(frame.left + (x + 0.5) * frame.width / depth.width / frame.scale,
                               frame.top + (y + 0.5) * frame.height / depth.height / frame.scale);
      const GridSample sample = SampleAt(grid, at);
      bool known = true;
      for (int k = 0; k < 4; ++k) known &= nearest[sample.index[k]] <= kReachCells * kReachCells;
      const double steps = 1 / (std::max(sample.Of(inverse), kLeastInverse) * unit);
      if (known)
        depth.pixels[static_cast<std::size_t>(y) * depth.width + x] =
            static_cast<std::uint16_t>(std::clamp(std::lround(steps), 1L, 65535L));
    }
  }
  return depth;
}

}  // namespace rv::spin
