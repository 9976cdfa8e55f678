#include "groknet/recognition/spin_views.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"

namespace rv {
namespace {

constexpr std::uint8_t kItem = 128;  // and above: of a matte
constexpr double kLeastItem = 0.01;  // of the picture, for a matte that is believed
constexpr double kMargin = 0.1;      // of the item's longer side, about it

struct Box {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // px; the last two are outside
};

// The box of the item in `matte` with a margin; empty where it shows next to nothing.
Box BoxOfItem(const Image& matte) {
  Box box{matte.width, matte.height, 0, 0};
  std::size_t count = 0;
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width; ++x) {
      if (*matte.at(x, y) < kItem) continue;
      ++count;
      box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x + 1), std::max(box.y1, y + 1)};
    }
  if (static_cast<double>(count) < kLeastItem * static_cast<double>(matte.pixels.size())) return {};
  const int margin = static_cast<int>(kMargin * std::max(box.x1 - box.x0, box.y1 - box.y0));
  return {std::max(0, box.x0 - margin), std::max(0, box.y0 - margin), std::min(matte.width, box.x1 + margin),
          std::min(matte.height, box.y1 + margin)};
}

// What lies in the box, the matte as its alpha.
Image OnlyItem(const Image& picture, const Image& matte, const Box& box) {
  Image out = Image::Make(box.x1 - box.x0, box.y1 - box.y0, 4);
  for (int y = box.y0; y < box.y1; ++y)
    for (int x = box.x0; x < box.x1; ++x) {
      std::uint8_t* to = out.at(x - box.x0, y - box.y0);
      std::copy_n(picture.at(x, y), 3, to);
      to[3] = *matte.at(x, y);
    }
  return out;
}

Result<Image> DecodeView(const View& view) {
  Result<Image> picture = DecodeScaled(view.image, 3, kTaggedViewSide);
  if (!picture || view.matte.empty()) return picture;
  const Result<Image> matte = DecodeScaled(view.matte, 1, kTaggedViewSide);
  if (!matte) return Forward(matte);
  if (matte->width != picture->width || matte->height != picture->height) return picture;
  const Box box = BoxOfItem(*matte);
  return box.x1 > box.x0 ? OnlyItem(*picture, *matte, box) : picture;
}

}  // namespace

Result<std::vector<Image>> DecodeSpinViews(const RotatingView& view, int threads) {
  std::vector<Result<Image>> decoded(view.views.size());
  ParallelFor(decoded.size(), threads, [&](std::size_t i) { decoded[i] = DecodeView(view.views[i]); });
  std::vector<Image> images;
  for (Result<Image>& image : decoded) {
    if (!image) return Forward(image);
    images.push_back(std::move(*image));
  }
  return images;
}

}  // namespace rv
