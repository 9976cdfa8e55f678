// Clips cut from the material, by the ffmpeg command.
#pragma once

#include <string>

#include "bench/campaign/media_tools.h"
#include "bench/campaign/recipes.h"

namespace rv::campaign {

struct ClipPlan {
  int item = 0;
  int first = 0;  // frame of the material
  int frames = 24;
  std::string fps = "24";
  std::string filter;  // after the cut, before the encoder
  std::string codec = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
  std::string muxer;  // options of the container
};

// An item, a length of 16 to 36 frames and a start by chance.
ClipPlan SomePlan(Random& random);
Status EncodeClip(const Kitchen& kitchen, const ClipPlan& plan, const std::filesystem::path& path);
// A variant of a sound clip: a spin, all frames that ffprobe shows accounted for.
Result<Variant> SoundClip(const Kitchen& kitchen,
                          const std::filesystem::path& clip,
                          const std::string& what,
                          std::string_view track = "v:0");
// EncodeClip and SoundClip.
Result<Variant> PlanVariant(const Kitchen& kitchen, const ClipPlan& plan, const std::string& file_name);

}  // namespace rv::campaign
