// A print that comes several times round its object. Private to the generator's sources: it shows OpenCV types.
#pragma once

#include <opencv2/core.hpp>

#include "tests/support/scene/print.h"

namespace rv::synthetic {

// Copies the first part of what goes round the object over the other parts.
void RepeatRound(cv::Mat& canvas, PrintLayout layout, int repeat);

}  // namespace rv::synthetic
