#include "reconstruct/features/features.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "reconstruct/features/scale_space.h"
#include "reconstruct/features/scale_space_extrema.h"
#include "reconstruct/features/sift_descriptor.h"

namespace rv::features {
namespace {

struct Oriented {
  const ScaleSpaceExtremum* extremum = nullptr;
  double direction = 0;
};

// Square roots of the L1-normalized histogram, times kDescriptorNorm.
void AppendRootSift(const SiftHistogram& sift, std::vector<std::uint8_t>& out) {
  float sum = 0;
  for (int i = 0; i < kDescriptorSize; ++i) sum += sift[i];
  const float scale = sum > 0 ? 1.0F / sum : 0.0F;
  for (int i = 0; i < kDescriptorSize; ++i)
    out.push_back(static_cast<std::uint8_t>(std::lround(kDescriptorNorm * std::sqrt(sift[i] * scale))));
}

bool Masked(const Image& mask, const Eigen::Vector2d& px) {
  if (mask.empty()) return false;
  const int x = std::clamp(static_cast<int>(px.x()), 0, mask.width - 1);
  const int y = std::clamp(static_cast<int>(px.y()), 0, mask.height - 1);
  return *mask.at(x, y) == 0;
}

}  // namespace

FeatureSet ExtractFeatures(const Image& gray, const Image& mask, const FeatureOptions& options) {
  RV_CHECK_EQ(gray.channels, 1);
  const ScaleSpace space = BuildScaleSpace(gray, options.detect_side_px);
  const auto px = [&](const ScaleSpaceExtremum& e) {
    const double size = std::exp2(e.octave);  // of a pixel, in pixels of the first octave
    return Eigen::Vector2d((e.x * size + 0.5) * space.px_per_x, (e.y * size + 0.5) * space.px_per_y);
  };
  std::vector<ScaleSpaceExtremum> extrema =
      FindExtrema(space, options.contrast_threshold * 255 / kScalesPerOctave);
  std::erase_if(extrema, [&](const ScaleSpaceExtremum& e) { return Masked(mask, px(e)); });
  std::stable_sort(extrema.begin(), extrema.end(),
                   [](const auto& p, const auto& q) { return p.response > q.response; });
  const auto most = static_cast<std::size_t>(std::max(0, options.max_features));
  std::vector<Oriented> keypoints;
  for (const ScaleSpaceExtremum& e : extrema) {
    if (keypoints.size() >= most) break;
    for (const double direction : DominantDirections(space.octaves[e.octave][e.level], e.x, e.y, e.sigma))
      keypoints.push_back({&e, direction});
  }
  if (keypoints.size() > most) keypoints.resize(most);
  const auto scale = [](const Oriented& k) { return k.extremum->sigma * std::exp2(k.extremum->octave); };
  std::stable_sort(keypoints.begin(), keypoints.end(),
                   [&](const Oriented& p, const Oriented& q) { return scale(p) > scale(q); });
  FeatureSet set;
  for (const Oriented& k : keypoints) {
    const ScaleSpaceExtremum& e = *k.extremum;
    set.px.push_back(px(e));
    set.scale_px.push_back(static_cast<float>(scale(k) * space.px_per_x));
    AppendRootSift(DescribeSift(space.octaves[e.octave][e.level], e.x, e.y, e.sigma, k.direction),
                   set.descriptors);
  }
  return set;
}

}  // namespace rv::features
