// A small asset made up for the export tests: views whose color tells their number, and an exact little
// reconstruction seen from a ring of cameras in a tilted, scaled and shifted world.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "scene/rotating_view.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {

struct MadeUpOptions {
  int views = 24;
  int width = 160;
  int height = 120;
  double arc_deg = 360;  // closed when 360
  std::string picture_format = "webp";
  int frames = 9;  // captured; number 4 has no pose
  int points = 60;
  double noise_px = 0;       // added to the observations, uniform in +-noise
  bool two_cameras = false;  // odd frames are of another size and lens
  bool sources = true;       // with their pictures
  Tier tier = Tier::kFullPath;
};

RotatingView MakeUpView(const MadeUpOptions& options = {});

// The color of the middle of view `index`; any two of up to 27 differ by at least 80 in a channel.
std::array<int, 3> ColorOf(int index);
// The view whose color is nearest.
int ViewOfColor(const std::array<int, 3>& rgb, int views);

std::string Slurp(const std::filesystem::path& path);

}  // namespace rv::testing
