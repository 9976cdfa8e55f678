// Gains that even out exposure and white balance between frames: one factor per channel and frame in linear
// light, solved for all frames at once, with the loop closed.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scene/image.h"

namespace rv::exposure {

// Linear-light factors for R, G, B.
using Gain = std::array<double, 3>;

// One pair's evidence: log(linear color of a / linear color of b), per channel, and how much it is worth.
struct ExposurePair {
  int a = 0;
  int b = 0;
  std::array<double, 3> log_ratio{};
  double weight = 0;
};

// Gains that make every pair agree in the least squares sense; their geometric mean over frames is 1.
// `frames` in ring order, neighbors held together weakly (the last with the first when `closed`).
std::vector<Gain> SolveGains(int frames, const std::vector<ExposurePair>& pairs, bool closed);

// sRGB to sRGB for one frame: table[channel][value].
using GainTable = std::array<std::array<std::uint8_t, 256>, 3>;
GainTable MakeGainTable(const Gain& gain);
void ApplyGain(const GainTable& table, Image& image);

}  // namespace rv::exposure
