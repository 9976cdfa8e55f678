#include "bench/picture/shape.h"

#include <algorithm>
#include <cmath>
#include <opencv2/video/tracking.hpp>

#include "bench/picture/cv_image.h"

namespace rv::picture {
namespace {

Quantiles QuantilesOf(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return {at(0.5), at(0.95), at(0.99)};
}

cv::Mat Outline(const Image& matte) {
  const cv::Mat item = AsMat(matte) > 127;
  cv::Mat inner;
  cv::erode(item, inner, cv::Mat());
  return item & ~inner;
}

// Share of `from` that lies within the tolerance of `to`.
double Near(const cv::Mat& from, const cv::Mat& to, double tolerance_px) {
  const int count = cv::countNonZero(from);
  if (count == 0 || cv::countNonZero(to) == 0) return 0;
  cv::Mat distance;
  cv::distanceTransform(~to, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  return static_cast<double>(cv::countNonZero(from & (distance <= tolerance_px))) / count;
}

// Colors along the normal of an outline point, `half` px to both sides of `offset`, every half pixel.
class Profiles {
 public:
  explicit Profiles(const Image& image) { cv::GaussianBlur(AsMat(image), smooth_, {}, 0.8); }
  cv::Vec3f At(double x, double y) const {
    x = std::clamp(x, 0.0, smooth_.cols - 1.001);
    y = std::clamp(y, 0.0, smooth_.rows - 1.001);
    const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    const auto dx = static_cast<float>(x - x0), dy = static_cast<float>(y - y0);
    const int x1 = std::min(x0 + 1, smooth_.cols - 1), y1 = std::min(y0 + 1, smooth_.rows - 1);
    const auto pixel = [&](int px, int py) { return cv::Vec3f(smooth_.at<cv::Vec3b>(py, px)); };
    const cv::Vec3f upper = pixel(x0, y0) * (1 - dx) + pixel(x1, y0) * dx;
    const cv::Vec3f lower = pixel(x0, y1) * (1 - dx) + pixel(x1, y1) * dx;
    return upper * (1 - dy) + lower * dy;
  }

 private:
  cv::Mat smooth_;
};

struct OutlinePoint {
  cv::Point2d at, normal;
};

// Every second point of the true outline that is not at the picture's edge.
std::vector<OutlinePoint> OutlinePoints(const Image& matte) {
  cv::Mat smooth, dx, dy;
  cv::GaussianBlur(AsMat(matte), smooth, {}, 2);
  cv::Sobel(smooth, dx, CV_32F, 1, 0);
  cv::Sobel(smooth, dy, CV_32F, 0, 1);
  const cv::Mat outline = Outline(matte);
  std::vector<OutlinePoint> out;
  constexpr int kEdge = 8;
  for (int y = kEdge; y < matte.height - kEdge; ++y)
    for (int x = kEdge; x < matte.width - kEdge; ++x) {
      if (outline.at<std::uint8_t>(y, x) == 0 || (x + y) % 2 != 0) continue;
      const cv::Point2d gradient(dx.at<float>(y, x), dy.at<float>(y, x));
      const double length = std::hypot(gradient.x, gradient.y);
      if (length > 1) out.push_back({{static_cast<double>(x), static_cast<double>(y)}, gradient / length});
    }
  return out;
}

// The shift along the normal at which the view's colors are those of the truth, px; none where no edge shows.
std::optional<double> ShiftAt(const Profiles& truth,
                              const Profiles& view,
                              const OutlinePoint& p,
                              double reach) {
  constexpr double kHalf = 5, kStep = 0.5, kLeastContrast = 12;
  std::vector<cv::Vec3f> wanted;
  for (double t = -kHalf; t <= kHalf; t += 1)
    wanted.push_back(truth.At(p.at.x + t * p.normal.x, p.at.y + t * p.normal.y));
  if (cv::norm(wanted.front() - wanted.back()) < kLeastContrast) return std::nullopt;
  double best = 1e30, shift = 0;
  for (double s = -reach; s <= reach; s += kStep) {
    double cost = 0.02 * std::abs(s);  // of equal ones, the nearest
    std::size_t i = 0;
    for (double t = -kHalf; t <= kHalf; t += 1, ++i)
      cost += cv::norm(view.At(p.at.x + (t + s) * p.normal.x, p.at.y + (t + s) * p.normal.y) - wanted[i]);
    if (cost < best) best = cost, shift = s;
  }
  return shift;
}

}  // namespace

int Box::LongerSide() const { return std::max(right - left, bottom - top) + 1; }

Box BoxOf(const Image& matte) {
  Box out{matte.width, matte.height, -1, -1};
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width; ++x) {
      if (*matte.at(x, y) < 128) continue;
      out = {std::min(out.left, x), std::min(out.top, y), std::max(out.right, x), std::max(out.bottom, y)};
    }
  return out;
}

Box Union(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

bool TouchesEdge(const Image& matte) {
  const Box box = BoxOf(matte);
  return box.right >= box.left &&
         (box.left == 0 || box.top == 0 || box.right == matte.width - 1 || box.bottom == matte.height - 1);
}

std::optional<Quantiles> Displacement(const Image& view, const Image& truth, const Image& matte) {
  const Box box = BoxOf(matte);
  if (box.right < box.left) return std::nullopt;
  const cv::Mat from = Luma(truth), to = Luma(view);
  cv::Mat smooth, corners, flow;
  cv::GaussianBlur(from, smooth, {}, 1);
  cv::cornerMinEigenVal(smooth, corners, 9);
  cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM)->calc(from, to, flow);
  std::vector<double> lengths;
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width; ++x)
      if (*matte.at(x, y) >= 128 && corners.at<float>(y, x) > 2e-5F)
        lengths.push_back(100 * cv::norm(flow.at<cv::Vec2f>(y, x)) / box.LongerSide());
  if (lengths.empty()) return std::nullopt;
  return QuantilesOf(lengths);
}

std::optional<Quantiles> OutlineShift(const Image& view, const Image& truth, const Image& matte) {
  const Box box = BoxOf(matte);
  if (box.right < box.left) return std::nullopt;
  const Profiles from(truth), to(view);
  const double reach = std::max(3.0, 0.05 * box.LongerSide());
  std::vector<double> shifts;
  for (const OutlinePoint& point : OutlinePoints(matte))
    if (const auto shift = ShiftAt(from, to, point, reach))
      shifts.push_back(100 * std::abs(*shift) / box.LongerSide());
  if (shifts.empty()) return std::nullopt;
  return QuantilesOf(shifts);
}

double MatteIou(const Image& matte, const Image& truth) {
  const cv::Mat a = AsMat(matte) > 127, b = AsMat(truth) > 127;
  const int either = cv::countNonZero(a | b);
  return either == 0 ? 1 : static_cast<double>(cv::countNonZero(a & b)) / either;
}

double BoundaryF(const Image& matte, const Image& truth, double tolerance_px) {
  const cv::Mat a = Outline(matte), b = Outline(truth);
  const double precision = Near(a, b, tolerance_px), recall = Near(b, a, tolerance_px);
  return precision + recall <= 0 ? 0 : 2 * precision * recall / (precision + recall);
}

}  // namespace rv::picture
