// The small gray picture of a frame on which capture judges sharpness and motion.
#pragma once

#include "base/result.h"
#include "capture/sandbox/wire.h"
#include "scene/image.h"

namespace rv::pixels {

// Longest side of the small picture, px.
inline constexpr int kLumaSide = 640;

// By how much a picture of that size is shrunk: whole pixels are averaged in squares of this side.
int LumaStep(int width, int height);

// Averages squares of LumaStep pixels of one plane; samples are `bits` deep, in bytes (8) or 16-bit words,
// `stride` bytes a row. Words may hold their bits at the top (`shift` to the right).
Image ShrinkPlane(const void* plane, int stride, int width, int height, int bits, int shift);
Image ShrinkRgb(const Image& rgb);

void PutImage(sandbox::WireWriter& out, const Image& image);
// Fails with kCorrupt when the record is not a 1-channel picture of at most kLumaSide.
Result<Image> GetLuma(sandbox::WireReader& in);

void PutEncoded(sandbox::WireWriter& out, const EncodedImage& image);
// Fails with kCorrupt unless the record holds a picture file of that format with a sensible size.
Result<EncodedImage> GetEncoded(sandbox::WireReader& in, const std::string& format);

}  // namespace rv::pixels
