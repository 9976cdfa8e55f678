// Where a frame of a clip stood, by the mapped frames before and after it.
#pragma once

#include <cstdint>
#include <optional>

#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::between {

struct Neighbors {
  std::uint32_t before = 0, after = 0;  // indices into Sweep::frames, one after the other
};

// Both posed, of one camera and size, a few degrees apart, no cut between them; empty otherwise, and for frames of the
// sweep themselves.
std::optional<Neighbors> FindNeighbors(const Sweep& sweep, const Reconstruction& reconstruction, int number);

// Turned and moved evenly in time.
Rigid3 PoseBetween(const Sweep& sweep,
                   const Reconstruction& reconstruction,
                   const Neighbors& neighbors,
                   int number,
                   double time_s);

// The angle that the camera turns by from `before` to `after`, radians.
double TurnBetween(const Reconstruction& reconstruction, const Neighbors& neighbors);

}  // namespace rv::between
