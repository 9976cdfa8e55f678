// Whether poses that fit the pictures can still be wrong as a whole.
#pragma once

#include "scene/orbit.h"

namespace rv::orbit {

// A symmetric item (a car, a vase) may fold: its two sides are taken for one, and the second half of the
// capture lands on the first. The evidence: frames in capture order go round evenly, jump once, and go over
// the same stretch at the same height again. A capture of two rounds turns on without a jump, one of two
// rings changes height, and one with a hole does not come back over what it showed.
bool LooksFolded(const Orbit& orbit);

}  // namespace rv::orbit
