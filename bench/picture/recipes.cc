#include "bench/picture/recipes.h"

#include <cstdio>

#include "base/text.h"
#include "bench/campaign/random.h"

namespace rv::picture {
namespace {

using campaign::Random;
using Words = std::vector<std::string>;

void Add(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

std::string Setting(Random& random, int number, Words& options) {
  if (number % 2 == 0) {
    Add(options, {"--room-size", random.Pick(Words{"3.6", "6", "10"})});
    return "busy";
  }
  if (number % 4 == 1) {
    Add(options, {"--background", "studio", "--no-clutter"});
    return "studio";
  }
  Add(options, {"--no-clutter", "--floor", "plain"});
  return "plain";
}

Recipe Make(int number, std::uint64_t seed) {
  Random random(seed * 1000003 + static_cast<std::uint64_t>(number) * 7919);
  static const Words objects{"tin", "box", "bottle", "mug", "tin", "box", "vase", "shoe", "toy", "mug"};
  const std::string object = objects[static_cast<std::size_t>(number) % objects.size()];
  Words options{"--object", object, "--print",
                random.Pick(Words{"label", "label", "floral", "patchwork", "terrazzo"})};
  const std::string setting = Setting(random, number, options);
  if (random.Chance(0.3)) Add(options, {"--finish", "glossy"});
  const bool clip = random.Chance(0.4);
  const bool open = random.Chance(0.2);
  Add(options,
      {"--arc", Text(open ? random.Between(200, 320) : 360), "--elevation", Text(random.Between(12, 32)),
       "--swing", Text(random.Between(0, 8)), "--start", Text(random.Between(0, 359)), "--frames",
       Text(clip ? random.Between(120, 200) : random.Between(32, 60)), "--fps", clip ? "12" : "2",
       "--distance-swing", "0.05"});
  if (clip) Add(options, {"--clip", "clip.mp4"});
  Add(options, {"--shake",
                "1",
                "--uneven",
                "0.3",
                "--wander",
                "1",
                "--noise",
                "2",
                "--exposure-drift",
                "0.1",
                "--vignette",
                "0.1",
                "--k1",
                "-0.03",
                "--size",
                random.Chance(0.5) ? "640x480" : "480x640",
                "--samples",
                "2",
                "--rasters",
                "--seed",
                Text(1 + random.Next() % 1000000)});
  if (random.Chance(0.5)) Add(options, {"--direction", "cw"});
  char prefix[16];
  std::snprintf(prefix, sizeof prefix, "%02d", number);
  return {Text(prefix, "_", object, "_", setting, clip ? "_clip" : ""), options};
}

}  // namespace

std::vector<Recipe> Recipes(int count, std::uint64_t seed) {
  std::vector<Recipe> out;
  for (int i = 0; i < count; ++i) out.push_back(Make(i, seed));
  return out;
}

}  // namespace rv::picture
