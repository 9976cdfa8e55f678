// Generated hand-held sweeps of items that people sell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rv::picture {

struct Recipe {
  std::string name;                  // "03_tin_busy"
  std::vector<std::string> options;  // of make_sweep, without the folder
};

// The first `count`; the same from one seed on every machine. Half of them stand in busy, far rooms; the others in a
// studio or a plain room. Photos and clips, heights that wander by up to 8 degrees, exposure that drifts.
std::vector<Recipe> Recipes(int count, std::uint64_t seed);

}  // namespace rv::picture
