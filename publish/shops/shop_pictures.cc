#include "publish/shops/shop_pictures.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/text.h"
#include "scene/background.h"

namespace rv::shops {
namespace {

tl::unexpected<Error> OfView(std::size_t index, Error error) {
  error.message = Text("view ", index + 1, ": ", error.message);
  return tl::unexpected(std::move(error));
}

Image CutSquare(const Image& picture, const SquareFrame& frame) {
  Image out = Image::Make(frame.side, frame.side, 3, 255);
  for (int y = 0; y < frame.side; ++y) {
    const int row = frame.top + y;
    if (row < 0 || row >= picture.height) continue;
    const int from = std::max(0, frame.left), to = std::min(picture.width, frame.left + frame.side);
    if (from < to)
      std::copy(picture.at(from, row), picture.at(from, row) + 3 * (to - from), out.at(from - frame.left, y));
  }
  return out;
}

double WhiteEdge(const Image& image) {
  std::size_t white = 0, count = 0;
  for (int y = 0; y < image.height; ++y) {
    const bool whole_row = y == 0 || y == image.height - 1;
    for (int x = 0; x < image.width; x += whole_row ? 1 : std::max(1, image.width - 1)) {
      const std::uint8_t* rgb = image.at(x, y);
      white += rgb[0] == 255 && rgb[1] == 255 && rgb[2] == 255;
      ++count;
    }
  }
  return static_cast<double>(white) / static_cast<double>(count);
}

EncodedImage EncodeWithin(const Image& image, const PictureOrder& order) {
  if (order.format == "png") return EncodePng(image);
  const auto encode = [&](int quality) {
    return order.format == "webp" ? EncodeWebp(image, quality) : EncodeJpeg(image, quality);
  };
  EncodedImage out = encode(order.quality);
  for (int quality = order.quality - 8;
       order.most_bytes > 0 && out.bytes.size() > order.most_bytes && quality >= 40; quality -= 8)
    out = encode(quality);
  return out;
}

Result<ShopPicture> MakePicture(const RotatingView& view, std::size_t index, const PictureOrder& order) {
  const View& shown = view.views[index];
  Result<Image> picture = Decode(shown.image, 3);
  if (!picture) return OfView(index, picture.error());
  if (order.frame.known) {
    const Result<Image> matte = Decode(shown.matte, 1);
    if (!matte) return OfView(index, matte.error());
    *picture = OverBackground(*picture, *matte, {.kind = Background::Kind::kColor});
  }
  const Image square = Resize(CutSquare(*picture, order.frame), order.side_px, order.side_px);
  return ShopPicture{EncodeWithin(square, order), WhiteEdge(square)};
}

}  // namespace

Result<SquareFrame> FrameOf(const RotatingView& view,
                            const std::vector<std::size_t>& chosen,
                            double wanted_fill,
                            int threads) {
  std::vector<Result<ItemBox>> boxes(chosen.size(), ItemBox{});
  ParallelFor(chosen.size(), threads, [&](std::size_t i) {
    const EncodedImage& stored = view.views[chosen[i]].matte;
    if (stored.empty()) return;
    const Result<Image> matte = Decode(stored, 1);
    boxes[i] = matte ? Result<ItemBox>(BoxOf(*matte)) : Result<ItemBox>(Forward(matte));
  });
  std::vector<ItemBox> known;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i]) return OfView(chosen[i], boxes[i].error());
    if (!boxes[i]->empty()) known.push_back(*boxes[i]);
  }
  if (known.size() < chosen.size()) known.clear();  // white behind some alone would flicker
  return FrameItems(view, chosen, known, wanted_fill);
}

Result<std::vector<ShopPicture>> MakePictures(const RotatingView& view,
                                              const std::vector<std::size_t>& chosen,
                                              const PictureOrder& order,
                                              const Progress& progress) {
  std::vector<Result<ShopPicture>> made(chosen.size(), ShopPicture{});
  const std::size_t portion =
      2 * static_cast<std::size_t>(order.threads > 0 ? order.threads : HardwareThreads());
  for (std::size_t begin = 0; begin < chosen.size(); begin += portion) {
    if (!Report(progress, "export", static_cast<double>(begin) / static_cast<double>(chosen.size())))
      return Cancelled();
    ParallelFor(std::min(portion, chosen.size() - begin), order.threads,
                [&](std::size_t i) { made[begin + i] = MakePicture(view, chosen[begin + i], order); });
  }
  std::vector<ShopPicture> out;
  for (Result<ShopPicture>& picture : made) {
    if (!picture) return Forward(picture);
    out.push_back(std::move(*picture));
  }
  return out;
}

}  // namespace rv::shops
