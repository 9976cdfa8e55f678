// A picture to look at.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::picture {

// Eight views in columns: the view, the truth (where `truth` holds it; see ReadTrueView), the view with the outline of
// its matte (green) and of the true one (red), and the difference of view and truth.
Status WriteSheet(const RotatingView& view,
                  const std::filesystem::path& truth,
                  const std::filesystem::path& png);

}  // namespace rv::picture
