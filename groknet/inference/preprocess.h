// A picture as the network takes it.
#pragma once

#include <cstddef>
#include <span>

#include "scene/image.h"

namespace rv {

// Writes planes R, G, B of size x size floats, (pixel - mean) / scale, into `out` (3 * size * size). The
// aspect is not kept: each axis is resized on its own by a triangle filter that grows when shrinking:
//   scale = in / out, support = max(scale, 1), center of output pixel i at (i + 0.5) * scale,
//   weight of input pixel j = max(0, 1 - |j + 0.5 - center| / support) for the pixels inside the picture, divided by their sum,
// as Pillow's BILINEAR. Columns are filtered first, then rows, in float without rounding between, so the
// result differs from Pillow's, which rounds to whole levels twice, by at most one level (1 / 255 of the
// range). `image` has 1, 3 or 4 channels (gray is taken for all three; straight alpha lies on white), sides
// >= 1.
void Preprocess(const Image& image, int size, double mean, double scale, std::span<float> out);

}  // namespace rv
