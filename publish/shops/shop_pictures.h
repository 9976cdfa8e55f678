// Square pictures of views, the item on white.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "publish/shops/square_frame.h"
#include "scene/rotating_view.h"

namespace rv::shops {

struct PictureOrder {
  SquareFrame frame;
  int side_px = 0;
  std::string format;  // "jpeg", "png" or "webp"
  int quality = 92;    // of JPEG and WebP; lowered to 40 at least where a picture has more than most_bytes
  std::size_t most_bytes = 0;  // 0: no limit
  int threads = 0;
};

struct ShopPicture {
  EncodedImage encoded;
  double white_edge = 0;  // share of its outermost pixels that are 255, 255, 255
};

// The frame that holds the item in all chosen views. Fails with kCorrupt when a matte does not decode.
Result<SquareFrame> FrameOf(const RotatingView& view,
                            const std::vector<std::size_t>& chosen,
                            double wanted_fill,
                            int threads);

// One for each chosen view. Where the frame is not known, the background is as captured, with white beyond the picture.
Result<std::vector<ShopPicture>> MakePictures(const RotatingView& view,
                                              const std::vector<std::size_t>& chosen,
                                              const PictureOrder& order,
                                              const Progress& progress);

}  // namespace rv::shops
