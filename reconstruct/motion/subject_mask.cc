#include "reconstruct/motion/subject_mask.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"
#include "base/options.h"
#include "base/parallel.h"
#include "base/text.h"
#include "reconstruct/motion/flow.h"
#include "reconstruct/motion/frames.h"
#include "reconstruct/motion/subject_region.h"

namespace rv {
namespace {

constexpr int kMaskSidePx = 320;  // longest side of the pictures that masks are found on

EncodedImage MatteOf(const SweepFrame& frame,
                     cv::Mat mask,
                     const motion::CanvasFit& fit,
                     const SubjectMaskOptions& options) {
  const int grow = static_cast<int>(std::lround(options.grow * std::max(mask.cols, mask.rows)));
  if (grow > 0) {
    const cv::Mat disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * grow + 1, 2 * grow + 1});
    cv::dilate(mask, mask, disc);
  }
  const double longest = std::max(frame.image.width, frame.image.height);
  const double scale = options.side_px > 0 ? std::min(1.0, options.side_px / longest) : 1.0;
  const cv::Size size(std::max(1, static_cast<int>(std::lround(frame.image.width * scale))),
                      std::max(1, static_cast<int>(std::lround(frame.image.height * scale))));
  // canvas = fit.scale * image + offset, in corner-based pixels.
  const double sx = fit.scale * frame.image.width / size.width,
               sy = fit.scale * frame.image.height / size.height;
  const cv::Matx23d canvas_from_matte(sx, 0, fit.offset.x + 0.5 * sx - 0.5, 0, sy,
                                      fit.offset.y + 0.5 * sy - 0.5);
  Image matte = Image::Make(size.width, size.height, 1);
  cv::Mat target(size, CV_8UC1, matte.pixels.data());
  // Parts of the frame outside the canvas (a frame of another shape) take the mask of its edge.
  cv::warpAffine(mask, target, canvas_from_matte, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return EncodePng(matte);
}

Result<std::vector<EncodedImage>> MakeMasks(const Sweep& sweep,
                                            const SweepMotion& motion,
                                            const SubjectMaskOptions& options,
                                            const Progress& progress) {
  const Result<motion::SmallSweep> small = motion::LoadSmall(sweep, kMaskSidePx, options.threads, progress);
  if (!small) return Forward(small);
  std::vector<motion::PairFlow> flow;
  if (!motion.static_background) {
    Result<std::vector<motion::PairFlow>> measured = motion::NeighborFlow(*small, options.threads, progress);
    if (!measured) return Forward(measured);
    flow = std::move(*measured);
  }
  const motion::SubjectRegions regions =
      motion::FindSubject(*small, flow, motion.static_background, options.threads);
  std::vector<EncodedImage> mattes(sweep.frames.size());
  ParallelFor(mattes.size(), options.threads, [&](std::size_t i) {
    mattes[i] = sweep.frames[i].matte.empty()
                    ? MatteOf(sweep.frames[i], regions.mask[i].clone(), small->fit[i], options)
                    : sweep.frames[i].matte;
  });
  return mattes;
}

}  // namespace

Status SubjectMaskOptions::Validate() const {
  if (threads < 0) return Fail(ErrorCode::kInvalidArgument, "threads must not be negative");
  if (side_px < 0 || side_px > 16384) return FieldOutOfRange("side_px", side_px, "0 to 16384");
  if (!(grow >= 0 && grow <= 0.1)) return FieldOutOfRange("grow", grow, "0 to 0.1");
  return {};
}

Result<std::vector<EncodedImage>> SubjectMasks(const Sweep& sweep,
                                               const SweepMotion& motion,
                                               const SubjectMaskOptions& options,
                                               const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  RV_CHECK_EQ(motion.step.size() + 1, sweep.frames.size());
  try {
    return MakeMasks(sweep, motion, options, progress);
  } catch (const cv::Exception& e) {
    return Fail(ErrorCode::kInternal, Text("subject masks of ", sweep.source_name, ": ", e.what()));
  }
}

}  // namespace rv
