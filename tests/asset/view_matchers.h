// Comparing RotatingViews field by field, saying where they differ.
#pragma once

#include "scene/rotating_view.h"

namespace rv::testing {

// Each differing field is a non-fatal failure naming it. Poses of frames that are not posed are not compared.
void ExpectSameView(const RotatingView& want, const RotatingView& have);

// The same pictures, byte for byte, and the same points, without gtest failures.
bool SamePixels(const RotatingView& a, const RotatingView& b);

}  // namespace rv::testing
