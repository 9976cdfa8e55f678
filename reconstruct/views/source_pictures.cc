#include "reconstruct/views/source_pictures.h"

#include <algorithm>
#include <cmath>

namespace rv::views {
namespace {

// Above this scale the picture is sampled as it is; below, decoding it smaller avoids aliasing.
constexpr double kFullDecodeScale = 0.8;
constexpr double kDecodeMargin = 1.15;  // size of the decoded picture against its size in the view

}  // namespace

Result<Image> LoadSource(const ViewInput& in, int source) {
  const SweepFrame& frame = in.sweep.frames[in.plan.sources[source].frame];
  const exposure::Gain& gain = in.gains[source];
  const double scale = in.plan.frame.scale;
  const int side = std::max(frame.image.width, frame.image.height);
  const int wanted =
      scale > kFullDecodeScale ? side : static_cast<int>(std::ceil(side * scale * kDecodeMargin));
  Result<Image> image = DecodeFrame(frame, std::min(side, wanted));
  if (!image) return image;
  if (gain != exposure::Gain{1, 1, 1}) exposure::ApplyGain(exposure::MakeGainTable(gain), *image);
  return image;
}

}  // namespace rv::views
