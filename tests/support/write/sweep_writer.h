// Writes a synthetic sweep as a set on disk, in the layout that the bench reads: `images/` or `video/`, the
// poses in gt.json (or gt_video.json, its keys six-digit frame numbers), what it shows in meta.json.
//
// gt: {"images": {name: {"R", "t", "K", "width", "height", "dist": [k1, k2, 0, 0], "azimuth_deg", "time_s"}},
// "subject": [x, y, z]}; x_cam = R x_object + t, OpenCV axes, pixels with the first pixel's center at (0.5,
// 0.5).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "tests/support/render/synthetic_sweep.h"
#include "tests/support/write/clip_writer.h"

namespace rv {

struct SweepSet {
  std::string name;  // of its folder
  std::string what;  // one sentence
  // One scene; several are photographed into one folder (different places), and then there is no gt.
  std::vector<SweepScene> scenes;
  std::optional<ClipOptions> clip;  // a video instead of photos
  std::string clip_name = "clip.mp4";
  bool png = false;      // photos as PNG instead of JPEG of quality 95
  bool shuffle = false;  // photos' names in no order
  bool exif = false;     // JPEG photos say their focal length (35 mm equivalent), as phones write it
  // depth/NAME.png (16 bits, thousandths of a unit, 0 = the room) and matte/NAME.png too
  bool rasters = false;
  std::vector<std::string> options;  // of make_sweep, that draw its scene again; in meta.json
};

// Creates `folder` and fills it. Reports stage "render".
Status WriteSweepSet(const SweepSet& set, const std::filesystem::path& folder, const Progress& progress);

}  // namespace rv
