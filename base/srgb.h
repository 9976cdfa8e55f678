// The transfer function of sRGB (IEC 61966-2-1), both ways.
#pragma once

namespace rv {

// A channel in [0, 1] to linear light in [0, 1].
double LinearFromSrgb(double srgb);
// The inverse.
double SrgbFromLinear(double linear);

}  // namespace rv
