// Painting textures: a picture in sRGB with the few strokes that prints and rooms are made of. Private to the
// generator's sources: it shows OpenCV types.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "tests/support/scene/random.h"
#include "tests/support/scene/texture.h"

namespace rv::synthetic {

// R, G, B in 0..255.
using Ink = cv::Scalar;

inline Ink Blend(const Ink& a, const Ink& b, double t) { return a * (1 - t) + b * t; }
inline Ink Vary(const Ink& ink, double amount, Random& random) {
  const double r = random.Uniform(-1, 1), g = random.Uniform(-1, 1), b = random.Uniform(-1, 1);
  return ink + Ink(r, g, b) * amount;
}

inline void FillRect(cv::Mat& canvas, int x, int y, int w, int h, const Ink& ink) {
  cv::rectangle(canvas, cv::Rect(x, y, w, h) & cv::Rect(0, 0, canvas.cols, canvas.rows), ink, cv::FILLED);
}
inline void FillDisc(cv::Mat& canvas, double x, double y, double radius, const Ink& ink) {
  cv::circle(canvas, {cvRound(x * 16), cvRound(y * 16)}, cvRound(radius * 16), ink, cv::FILLED, cv::LINE_AA,
             4);
}
inline void FillEllipse(
    cv::Mat& canvas, double x, double y, double rx, double ry, double angle_deg, const Ink& ink) {
  cv::ellipse(canvas,
              cv::RotatedRect({static_cast<float>(x), static_cast<float>(y)},
                              {static_cast<float>(2 * rx), static_cast<float>(2 * ry)},
                              static_cast<float>(angle_deg)),
              ink, cv::FILLED, cv::LINE_AA);
}
// Text whose left end of the baseline is (x, y); `height` of a capital, px.
inline void Text(cv::Mat& canvas,
                 const std::string& text,
                 double x,
                 double y,
                 double height,
                 const Ink& ink,
                 int font = cv::FONT_HERSHEY_DUPLEX) {
  const int thickness = std::max(1, cvRound(height / 9));
  cv::putText(canvas, text, {cvRound(x), cvRound(y)}, font, height / 22.0, ink, thickness, cv::LINE_AA);
}
// A made-up word of syllables.
std::string Word(Random& random, int syllables);
// Multiplies each texel by 1 + amount * (noise - 0.5) * 2.
void Grain(cv::Mat& canvas, int cells, int octaves, double amount, std::uint64_t seed);
// sRGB canvas to a texture; `gain` scales linear values, which must stay within `max_value`.
Texture ToTexture(const cv::Mat& canvas, float gain = 1.0F, float max_value = 1.0F);
// The same, and texels where `glow` (8 bits, may be empty) is not 0 shine at glow / 255 * max_value.
Texture ToTexture(const cv::Mat& canvas, const cv::Mat& glow, float gain, float max_value);

}  // namespace rv::synthetic
