// Drawn sweeps of an item with their true poses, for tests of what is found of it.
#pragma once

#include <string>

#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv {

constexpr int kDrawnFrames = 20;

// With points of the item where two frames see them.
struct Drawn {
  SyntheticSweep drawn;
  Sweep sweep;
  Reconstruction reconstruction;
  Orbit orbit;
};

SweepScene SmallScene(const std::string& object, bool studio);
Drawn Draw(const SweepScene& how);
// Drawn once: that takes longer than all else.
const Drawn& Scene(const std::string& object, bool studio);

}  // namespace rv
