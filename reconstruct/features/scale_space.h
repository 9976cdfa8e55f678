// Gaussian scale space of a picture (Lindeberg, "Scale-Space Theory in Computer Vision", 1994), sampled as
// SIFT does (Lowe, IJCV 2004): octaves of half the size, three scales an octave.
#pragma once

#include <vector>

#include "scene/image.h"

namespace rv::features {

// Rows of floats; a row may be read and written up to `stride`, which is a multiple of kLanes.
struct ScalePlane {
  int width = 0;
  int height = 0;
  int stride = 0;
  std::vector<float> values;

  static ScalePlane Make(int width, int height);
  float* row(int y) { return values.data() + static_cast<std::size_t>(y) * stride; }
  const float* row(int y) const { return values.data() + static_cast<std::size_t>(y) * stride; }
};

inline constexpr int kScalesPerOctave = 3;
inline constexpr int kLevels = kScalesPerOctave + 3;  // so that extrema have a neighbor on either side
inline constexpr double kBaseSigma = 1.6;             // blur of an octave's first level, in its pixels

// Blur of level `level` (need not be whole) in pixels of its octave.
double LevelSigma(double level);

// Octave o, level l: the picture blurred by LevelSigma(l) pixels of that octave; pixel (x, y) of octave o
// lies where (2^o x, 2^o y) of octave 0 lies. Values are gray levels, 0 to 255.
struct ScaleSpace {
  std::vector<std::vector<ScalePlane>> octaves;
  // Center of pixel (0, 0) of octave 0, and the size of its pixels, in px of the picture it was made of.
  double px_per_x = 1;
  double px_per_y = 1;
};

// The first octave is the picture, shrunk so that no side exceeds `detect_side_px`, at twice the size.
ScaleSpace BuildScaleSpace(const Image& gray, int detect_side_px);

// `in` blurred by a Gaussian of `sigma` pixels, mirrored at the borders; `out` has the size of `in`.
void GaussianBlur(const ScalePlane& in, double sigma, ScalePlane& out);

}  // namespace rv::features
