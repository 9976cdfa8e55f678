// What became of each input of a conversion.
#pragma once

#include <vector>

#include "scene/input_record.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::convert {

// Every file given, in natural order of names, or the other files beside a clip and then every frame of it, in
// order; each exactly once. Neighboring frames of one state and reason are one range.
std::vector<InputRecord> AccountForInputs(const Sweep& sweep, const RotatingView& view);

}  // namespace rv::convert
