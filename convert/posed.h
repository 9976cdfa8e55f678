// Poses with the orbit that they make, and whether they are worth showing.
#pragma once

#include "convert/convert_options.h"
#include "reconstruct/orbit.h"
#include "reconstruct/reconstruct.h"

namespace rv::convert {

// Below this arc there is hardly any parallax to place a camera by (a rotation in place, a wall).
inline constexpr double kSmallArcDeg = 15;

struct Posed {
  ReconstructResult result;
  Orbit orbit;
};

// Whether a rung that failed so hands on to the next.
bool StepsDown(const Error& error);

// Fails as `result` and as EstimateOrbit.
Result<Posed> WithOrbit(const Sweep& sweep, Result<ReconstructResult> result, const ConvertOptions& options);

double ArcDegrees(const Orbit& orbit);

// Enough frames, enough of a turn, and no sign that two sides were taken for one.
bool Convinces(const Sweep& sweep, const Posed& posed);

// Whether any frame brings a pose along.
bool HasGivenPoses(const Sweep& sweep);

}  // namespace rv::convert
