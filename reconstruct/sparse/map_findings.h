// What the seller should know about frames that could not be posed.
#pragma once

#include <string>
#include <vector>

#include "scene/reconstruction.h"

namespace rv::sparse {

// One sentence per run of neighboring frames without a pose, with what to do about it.
std::vector<std::string> DescribeUnposed(const Reconstruction& reconstruction);

}  // namespace rv::sparse
