#include "bench/honesty/trial.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "bench/campaign/random.h"

namespace rv::honesty {
namespace {

using campaign::Random;
using Words = std::vector<std::string>;

void Add(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

// A hand, a sensor and an item as they come.
Words Hand() {
  return {"--shake", "1", "--uneven", "0.3", "--wander", "1", "--noise", "2", "--exposure-drift", "0.15"};
}

Words Item(Random& random) {
  const Words objects{"box", "mug", "vase", "shoe", "tin", "toy", "bottle"};
  const Words prints{"label", "floral", "terrazzo", "patchwork"};
  Words out{"--object", random.Pick(objects), "--print", random.Pick(prints)};
  if (random.Chance(0.3)) Add(out, {"--finish", "glossy"});
  return out;
}

// Photos, or as often a clip.
Words Medium(Random& random, int frames) {
  Words out{"--frames", Text(frames), "--fps", "10"};
  if (random.Chance(0.5)) Add(out, {"--clip", "clip.mp4"});
  return out;
}

Words Common() { return {"--size", "480x360", "--samples", "2", "--k1", "-0.03"}; }

void Slide(Random& random, Trial& t) {
  t.arc_deg = random.Between(8, 20);
  t.options = {"--capture",   "slide",
               "--arc",       Text(std::lround(t.arc_deg)),
               "--elevation", Text(random.Between(8, 30))};
  Add(t.options, Medium(random, random.Between(16, 40)));
}

void Push(Random& random, Trial& t) {
  t.options = {"--capture", "push", "--elevation", Text(random.Between(8, 30))};
  Add(t.options, Medium(random, random.Between(16, 40)));
}

void Pan(Random& random, Trial& t) {
  t.options = {"--capture", "pan", "--arc", Text(random.Between(60, 200))};
  Add(t.options, {"--room-size", random.Chance(0.5) ? "3.6" : "10"});
  Add(t.options, Medium(random, random.Between(24, 48)));
}

void Swap(Random& random, Trial& t) {
  t.arc_deg = random.Between(4, 16);
  t.options = {"--capture", "swap", "--arc", Text(std::lround(t.arc_deg))};
  Add(t.options, Medium(random, random.Between(24, 48)));
}

void Roll(Random& random, Trial& t) {
  t.arc_deg = random.Chance(0.5) ? 360 : random.Between(70, 300);
  const int roll = random.Between(10, 35);
  t.options = {"--arc", Text(std::lround(t.arc_deg)), "--roll", Text(random.Chance(0.5) ? roll : -roll)};
  Add(t.options, {"--elevation", Text(random.Between(10, 40))});
  Add(t.options, Medium(random, std::max(12, static_cast<int>(t.arc_deg / 8))));
}

void Top(Random& random, Trial& t) {
  t.arc_deg = random.Between(150, 260);
  t.options = {"--capture",   "sides-then-top",           "--arc", Text(std::lround(t.arc_deg)),
               "--elevation", Text(random.Between(8, 25))};
  Add(t.options, Medium(random, random.Between(56, 80)));
}

void Fold(Random& random, Trial& t) {
  const int rounds = random.Between(1, 3);
  const int repeat = random.Chance(0.5) ? 2 : 4;
  t.arc_deg = 360;
  t.options = {"--object",
               random.Pick(Words{"tin", "box", "bottle", "vase"}),
               "--print",
               random.Pick(Words{"label", "floral", "patchwork"}),
               "--repeat",
               Text(repeat),
               "--floor",
               random.Chance(0.5) ? "plain" : "tiles",
               "--no-clutter",
               "--background",
               random.Chance(0.5) ? "room" : "studio",
               "--arc",
               Text(360 * rounds),
               "--elevation",
               Text(random.Between(12, 30))};
  Add(t.options, Medium(random, 40 * rounds));
}

// As folds of one round; only what stands round them tells the sides apart.
void Shuffled(Random& random, Trial& t) {
  t.arc_deg = 360;
  t.options = {"--object",    random.Pick(Words{"tin", "box", "bottle", "vase"}),
               "--print",     random.Pick(Words{"label", "floral", "patchwork"}),
               "--repeat",    Text(random.Chance(0.5) ? 2 : 4),
               "--floor",     random.Pick(Words{"usual", "plain", "tiles"}),
               "--room-size", Text(random.Between(4, 10)),
               "--elevation", Text(random.Between(12, 30)),
               "--frames",    Text(random.Between(28, 40)),
               "--shuffle"};
  if (random.Chance(0.5)) t.options.emplace_back("--no-clutter");
}

void Zoom(Random& random, Trial& t) {
  t.arc_deg = 360;
  t.options = {"--arc",       "360",
               "--zoom-step", random.Pick(Words{"0.55", "0.7", "1.5", "1.9"}),
               "--elevation", Text(random.Between(12, 30)),
               "--frames",    "44",
               "--fps",       "2"};
  if (t.number % 2 == 0) t.options.emplace_back("--exif");
}

void DoubleRound(Random& random, Trial& t) {
  t.arc_deg = 360;
  t.options = {"--arc",       "720",
               "--frames",    "96",
               "--fps",       "3",
               "--elevation", Text(random.Between(12, 30)),
               "--cy-offset", Text(random.Between(-4, 4))};
}

void EvenTurntable(Random& random, Trial& t) {
  t.arc_deg = 360;
  t.options = {"--capture",    "turntable",
               "--background", "studio",
               "--arc",        "360",
               "--frames",     "40",
               "--fps",        "1",
               "--object",     random.Pick(Words{"shoe", "toy", "vase", "box", "mug"}),
               "--print",      random.Pick(Words{"leather", "plaster"}),
               "--elevation",  Text(random.Between(8, 25))};
  if (random.Chance(0.4)) Add(t.options, {"--finish", "glossy"});
}

// A camera on a stand, and a sensor.
Words Stand() { return {"--noise", "1.2", "--exposure-drift", "0.05"}; }

}  // namespace

const std::vector<Family>& Families() {
  static const std::vector<Family> all{
      {"slide", "past a table of things, looking straight ahead"},
      {"push", "nearer and nearer from one side"},
      {"pan", "turned on the spot"},
      {"swap", "items put one in the place of another"},
      {"roll", "round the item, the phone held tilted"},
      {"top", "round the sides, then from above"},
      {"fold", "two or four equal sides, one to three rounds", 30},
      {"zoom", "two focal lengths in one folder, with and without EXIF"},
      {"double", "two level rounds at 800x450"},
      {"even", "on a turntable: leather, plaster, gloss; 40 photos 9 degrees apart"},
      {"shuffled", "two or four equal sides, photos in no order"},
      {"nothing", "equal, mirrored, flat, even or noisy photos", 300}};
  return all;
}

Trial MakeTrial(std::string_view family, int number, std::uint64_t seed) {
  struct Recipe {
    void (*fill)(Random&, Trial&);
    Want want;
    bool item = true;  // draws an item of its own
  };
  static const std::vector<std::pair<std::string_view, Recipe>> recipes{
      {"slide", {Slide, Want::kNoRing}},
      {"push", {Push, Want::kNoRing}},
      {"pan", {Pan, Want::kNoRing}},
      {"swap", {Swap, Want::kNoRing}},
      {"roll", {Roll, Want::kUpright}},
      {"top", {Top, Want::kSides}},
      {"fold", {Fold, Want::kUnfolded, false}},
      {"zoom", {Zoom, Want::kPosed}},
      {"double", {DoubleRound, Want::kPosed}},
      {"even", {EvenTurntable, Want::kPlaced, false}},
      {"shuffled", {Shuffled, Want::kUnfolded, false}}};
  const auto found =
      std::find_if(recipes.begin(), recipes.end(), [&](const auto& r) { return r.first == family; });
  if (family == "nothing")
    return {.family = std::string(family), .number = number, .seed = seed, .want = Want::kNothing};
  const auto index = static_cast<std::uint64_t>(found - recipes.begin());
  Random random(seed * 1000003 + index * 1009 + static_cast<std::uint64_t>(number));
  Trial trial{.family = std::string(family), .number = number, .want = found->second.want};
  trial.seed = 1 + random.Next() % 1000000;
  found->second.fill(random, trial);
  if (found->second.item) Add(trial.options, Item(random));
  Add(trial.options, family == "even" ? Stand() : Hand());
  if (family == "double" || family == "even") {
    Add(trial.options, {"--size", family == "even" ? "800x600" : "800x450", "--samples", "2"});
  } else {
    Add(trial.options, Common());
  }
  if (random.Chance(0.5)) Add(trial.options, {"--direction", "cw"});
  Add(trial.options, {"--start", Text(random.Between(0, 359)), "--seed", Text(trial.seed)});
  return trial;
}

}  // namespace rv::honesty
