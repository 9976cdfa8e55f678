#include "reconstruct/stabilized/render.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/text.h"

namespace rv::stabilized {
namespace {

constexpr double kInvisibleGain = 0.01;  // difference from 1

bool NoChange(const exposure::Gain& gain) {
  return std::all_of(gain.begin(), gain.end(), [](double g) { return std::abs(g - 1) < kInvisibleGain; });
}

cv::Matx33d Homogeneous(const cv::Matx23d& a) {
  return {a(0, 0), a(0, 1), a(0, 2), a(1, 0), a(1, 1), a(1, 2), 0, 0, 1};
}

}  // namespace

cv::Size ViewSize(const HeldFrames& held,
                  const motion::SmallSweep& small,
                  const std::vector<int>& shown,
                  int size_px) {
  double scale = 1e9;  // source px per canvas px, of the coarsest source
  for (int i : shown) scale = std::min(scale, 1 / small.fit[i].scale);
  const double longest = std::max(held.crop.width, held.crop.height) * scale;
  const double shrink = std::min(1.0, size_px / longest) * scale;
  const auto even = [&](double side) {
    return std::max(2, 2 * static_cast<int>(std::floor(side * shrink / 2 + 1e-6)));
  };
  return {even(held.crop.width), even(held.crop.height)};
}

Result<View> DrawStabilizedView(const SweepFrame& frame, const ViewTransform& transform, int jpeg_quality) {
  const motion::CanvasFit& fit = transform.fit;
  const cv::Rect2d& crop = transform.crop;
  const cv::Size size = transform.size;
  const double view_scale = size.width / crop.width;  // view px per held px
  // Decoding near the view's own scale averages pixels; sampling a larger picture would skip some.
  const double wanted = view_scale * fit.scale * std::max(frame.image.width, frame.image.height);
  Result<Image> image = DecodeScaled(frame.image, 3, std::max(16, static_cast<int>(std::ceil(wanted))));
  if (!image)
    return Fail(image.error().code, Text(frame.name, ": ", image.error().message), image.error().remedy);
  if (!NoChange(transform.gain)) exposure::ApplyGain(exposure::MakeGainTable(transform.gain), *image);
  const double sx = fit.scale * frame.image.width / image->width,
               sy = fit.scale * frame.image.height / image->height;
  const cv::Matx33d canvas_from_image(sx, 0, fit.offset.x, 0, sy, fit.offset.y, 0, 0, 1);
  const cv::Matx33d view_from_held(view_scale, 0, -view_scale * crop.x, 0, size.height / crop.height,
                                   -crop.y * size.height / crop.height, 0, 0, 1);
  // From pixels whose corners are at integers to OpenCV's, whose centers are, and back.
  const cv::Matx33d to_cv(1, 0, -0.5, 0, 1, -0.5, 0, 0, 1), from_cv(1, 0, 0.5, 0, 1, 0.5, 0, 0, 1);
  const cv::Matx33d m =
      to_cv * view_from_held * Homogeneous(transform.held_from_canvas) * canvas_from_image * from_cv;
  Image out = Image::Make(size.width, size.height, 3);
  cv::Mat target(size, CV_8UC3, out.pixels.data());
  const cv::Mat source(image->height, image->width, CV_8UC3, image->pixels.data());
  // Every frame covers the crop; only the interpolation within half a pixel of the edge reads the border.
  cv::warpAffine(source, target, m.get_minor<2, 3>(0, 0), size, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  View view;
  view.image = EncodeJpeg(out, jpeg_quality);
  view.provenance = EncodePng(Image::Make(size.width, size.height, 1, 1));
  return view;
}

}  // namespace rv::stabilized
