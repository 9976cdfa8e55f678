#include "groknet/recognition/spin_views.h"

#include <utility>

#include "base/parallel.h"

namespace rv {

Result<std::vector<Image>> DecodeSpinViews(const RotatingView& view, int threads) {
  std::vector<Result<Image>> decoded(view.views.size());
  ParallelFor(decoded.size(), threads,
              [&](std::size_t i) { decoded[i] = DecodeScaled(view.views[i].image, 3, kTaggedViewSide); });
  std::vector<Image> images;
  for (Result<Image>& image : decoded) {
    if (!image) return Forward(image);
    images.push_back(std::move(*image));
  }
  return images;
}

}  // namespace rv
