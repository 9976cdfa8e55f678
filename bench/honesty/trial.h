// Generated sweeps of the kinds that lead mappers astray, each with what may be concluded from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rv::honesty {

// What the conversion has to show.
enum class Want {
  kNoRing,    // no orbit: at most the true angle, never tier 2
  kUpright,   // up within 5 degrees
  kSides,     // up within 5 degrees, and the sides before the top
  kUnfolded,  // every frame at its own azimuth, or no claim
  kPosed,     // the poses themselves
  kPlaced,    // nearly all frames placed, where they are
  kNothing,   // any tier or a plain error, but an end
};

struct Trial {
  std::string family;
  int number = 0;
  std::uint64_t seed = 0;            // of the scene
  std::vector<std::string> options;  // of make_sweep; none for degenerate photos
  double arc_deg = 0;                // the true angle that the line of sight turns about the item
  Want want = Want::kNoRing;
};

struct Family {
  std::string_view name;
  std::string_view what;
  int count = 10;  // trials in a whole run
};

const std::vector<Family>& Families();

// Trial `number` of a family; the same from one seed on every machine.
Trial MakeTrial(std::string_view family, int number, std::uint64_t seed);

}  // namespace rv::honesty
