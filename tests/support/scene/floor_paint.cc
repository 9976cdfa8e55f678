// What items stand on.
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "tests/support/scene/canvas.h"
#include "tests/support/scene/noise.h"
#include "tests/support/scene/room_paint.h"

namespace rv::synthetic {
namespace {

const std::array<Ink, 6> kGrounds{Ink(150, 62, 52),  Ink(60, 84, 122),   Ink(84, 112, 80),
                                  Ink(196, 160, 92), Ink(206, 198, 180), Ink(132, 98, 70)};
Ink AnyGround(Random& random) { return Vary(kGrounds[random.Index(kGrounds.size())], 16, random); }

}  // namespace

Texture PaintTable(std::uint64_t seed) {
  Random random(seed);
  constexpr int kSize = 2048, kPlanks = 8, kPlank = kSize / kPlanks;
  cv::Mat canvas(kSize, kSize, CV_8UC3);
  std::array<Ink, kPlanks> base;
  for (Ink& ink : base) ink = Blend(Ink(190, 142, 96), Ink(158, 112, 72), random.Uniform());
  ParallelFor(kSize, 0, [&](std::size_t row) {
    const int y = static_cast<int>(row), plank = y / kPlank;
    for (int x = 0; x < kSize; ++x) {
      const float u = static_cast<float>(x) / kSize, v = static_cast<float>(y) / kSize;
      const std::uint64_t own = seed + 31 * plank;
      const float warp = FractalNoise(u, v, 3, 4, own), slow = ValueNoise(u * 4, v * 24, 24, own + 1);
      const float ring = 0.5F + 0.5F * std::sin(90 * v + 16 * warp + 7 * slow);
      const float fibre = ValueNoise(u * 48, v * 700, 4800, own + 2),
                  pores = ValueNoise(u * 160, v * 1000, 16000, own + 3);
      const double t = 0.42 * ring * ring + 0.26 * fibre +
                       0.5 * pores * pores * pores * pores * pores * pores * pores * pores +
                       0.2 * (warp - 0.5);
      const int from_gap = std::min(y % kPlank, kPlank - 1 - y % kPlank);
      const double gap = from_gap < 3 ? 0.65 : 0;
      const Ink ink = Blend(base[plank], Ink(84, 54, 34), std::clamp(t + gap, 0.0, 0.92));
      canvas.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uchar>(ink[0]), cv::saturate_cast<uchar>(ink[1]),
                                    cv::saturate_cast<uchar>(ink[2])};
    }
  });
  return ToTexture(canvas, 0.95F);
}

Texture PaintPlainTable(std::uint64_t seed) {
  cv::Mat canvas(256, 256, CV_8UC3, Ink(222, 222, 221));
  Grain(canvas, 4, 2, 0.01, seed);
  return ToTexture(canvas, 0.95F);
}

Texture PaintPlainFloor(std::uint64_t seed) {
  Random random(seed * 5 + 2);
  cv::Mat canvas(256, 256, CV_8UC3, Blend(AnyGround(random), Ink(200, 198, 194), 0.5));
  Grain(canvas, 4, 2, 0.01, seed);
  return ToTexture(canvas, 0.9F);
}

Texture PaintTiles(std::uint64_t seed) {
  Random random(seed * 5 + 3);
  constexpr int kTile = 256, kJoint = 8;
  cv::Mat tile(kTile, kTile, CV_8UC3, Blend(AnyGround(random), Ink(214, 210, 204), 0.6));
  Grain(tile, 8, 4, 0.1, random.Bits());
  FillDisc(tile, kTile / 2.0, kTile / 2.0, kTile / 5.0, AnyGround(random));
  FillDisc(tile, kTile / 2.0, kTile / 2.0, kTile / 9.0, AnyGround(random));
  cv::rectangle(tile, {0, 0}, {kTile - 1, kTile - 1}, Ink(92, 90, 88), kJoint);
  cv::Mat canvas;
  cv::repeat(tile, 4, 4, canvas);
  return ToTexture(canvas, 0.9F);
}

Texture PaintDisc(std::uint64_t seed) {
  cv::Mat canvas(512, 512, CV_8UC3, Ink(206, 206, 204));
  for (int r = 20; r < 256; r += 34) {
    cv::circle(canvas, {256, 256}, r, Ink(196, 196, 195), 2, cv::LINE_AA);
  }
  Grain(canvas, 16, 3, 0.02, seed);
  return ToTexture(canvas, 0.9F);
}

}  // namespace rv::synthetic
