// RotatingViews with every field set, for tests of the file and its readers.
#pragma once

#include "scene/rotating_view.h"

namespace rv::testing {

struct SampleOptions {
  int views = 5;
  int width = 12;
  int height = 10;
  bool posed = true;    // tier 1 with orbit, reconstruction, depth; else tier 4
  bool sources = true;  // store the captured frames
  int points = 3;
};

// Every field differs from its default, and numbers are such as need all their digits. Pictures are noise, so
// that no two are alike.
RotatingView SampleView(const SampleOptions& options = {});

// The smallest asset with one of each kind of file.
RotatingView TinyView();

// The asset of the worked example in docs/format.md.
RotatingView ExampleView();

}  // namespace rv::testing
