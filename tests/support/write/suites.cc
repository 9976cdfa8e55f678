#include "tests/support/write/suites.h"

#include <array>

namespace rv {
namespace {

// A hand-held walk-round as people do it.
SweepScene HandHeld(const std::string& object, const std::string& print, std::uint64_t seed) {
  SweepScene scene;
  scene.object = object;
  scene.print = print;
  scene.seed = seed;
  scene.shake = 1;
  scene.aim_wander_deg = 1.2;
  scene.uneven_speed = 0.35;
  scene.elevation_swing_deg = 4;
  scene.distance_swing = 0.04;
  scene.exposure_drift_ev = 0.2;
  scene.white_balance_drift = 0.03;
  scene.noise = 2;
  scene.vignette = 0.15;
  return scene;
}

std::vector<SweepSet> WalkRounds12() {
  struct Item {
    const char *object, *print;
    bool glossy;
    double k1, elevation;
  };
  constexpr std::array<Item, 12> kItems{{{"box", "label", false, -0.04, 22},
                                         {"mug", "floral", true, -0.03, 26},
                                         {"vase", "terrazzo", false, 0.03, 18},
                                         {"shoe", "patchwork", false, -0.05, 30},
                                         {"tin", "label", true, -0.02, 24},
                                         {"toy", "floral", false, 0.02, 15},
                                         {"bottle", "patchwork", false, -0.04, 20},
                                         {"bowl", "terrazzo", true, -0.03, 34},
                                         {"stone", "terrazzo", false, -0.06, 25},
                                         {"box", "patchwork", false, 0.04, 28},
                                         {"shoe", "label", false, -0.02, 22},
                                         {"vase", "floral", true, -0.04, 20}}};
  std::vector<SweepSet> sets;
  for (std::size_t i = 0; i < kItems.size(); ++i) {
    const Item& item = kItems[i];
    SweepScene scene = HandHeld(item.object, item.print, 101 + i);
    scene.glossy = item.glossy;
    scene.k1 = item.k1;
    scene.k2 = -0.3 * item.k1;
    scene.elevation_deg = item.elevation;
    scene.clockwise = i % 2 == 1;
    scene.start_azimuth_deg = 30.0 * i;
    const bool large = i % 3 == 0;
    scene.width = large ? 960 : 800;
    scene.height = large ? 720 : 600;
    if (i == 4 || i == 8) std::swap(scene.width, scene.height);
    scene.cx_offset_px = static_cast<double>(i % 5) - 2;
    scene.cy_offset_px = static_cast<double>(i % 4) - 1.5;
    scene.frames = 60;
    scene.fps = 5;
    scene.shutter_s = 1.0 / 120;
    char number[8];
    std::snprintf(number, sizeof(number), "%02zu", i + 1);
    sets.push_back(
        {std::string("walk") + number + "_" + item.object + "_" + item.print,
         std::string("walk-round of a ") + item.object + " with a " + item.print + " print, 60 photos",
         {scene}});
  }
  return sets;
}

std::vector<SweepSet> Turntables() {
  std::vector<SweepSet> sets;
  int index = 0;
  for (const bool studio : {true, false}) {
    for (const bool glossy : {false, true}) {
      SweepScene scene;
      scene.object = glossy ? "vase" : "toy";
      scene.print = glossy ? "floral" : "patchwork";
      scene.glossy = glossy;
      scene.studio = studio;
      scene.capture = CaptureKind::kTurntable;
      scene.clockwise = index % 2 == 0;
      scene.elevation_deg = 16;
      scene.width = 960;
      scene.height = 720;
      scene.frames = 240;
      scene.fps = 30;
      scene.arc_deg = 400;
      scene.noise = 1.2;
      scene.exposure_drift_ev = 0.05;
      scene.vignette = 0.1;
      scene.samples = 2;
      scene.seed = 301 + index++;
      const std::string name =
          std::string("turntable_") + (studio ? "plain" : "busy") + (glossy ? "_glossy" : "_matte");
      sets.push_back(
          {name, "item on a turntable before a still background, 1.1 revolutions", {scene}, ClipOptions{}});
    }
  }
  return sets;
}

std::vector<SweepSet> Wall() {
  std::vector<SweepSet> sets;
  SweepScene wall = HandHeld("box", "label", 401);
  wall.capture = CaptureKind::kWall;
  wall.clutter = false;
  wall.width = 960;
  wall.height = 720;
  wall.frames = 180;
  wall.samples = 2;
  sets.push_back({"wall_clip", "a clip that slides along a wall: no item, no ring", {wall}, ClipOptions{}});

  SweepScene pan = HandHeld("mug", "label", 402);
  pan.capture = CaptureKind::kPan;
  pan.frames = 24;
  pan.arc_deg = 200;
  pan.fps = 4;
  sets.push_back({"pure_rotation", "photos turned on the spot: no parallax", {pan}});

  SweepSet places{"two_places", "photos of two different items in two different rooms", {}};
  for (int i = 0; i < 2; ++i) {
    SweepScene scene = HandHeld(i == 0 ? "mug" : "shoe", i == 0 ? "floral" : "patchwork", 403 + i);
    scene.frames = 14;
    scene.arc_deg = 90;
    scene.fps = 4;
    places.scenes.push_back(scene);
  }
  sets.push_back(places);

  SweepSet unrelated{"unrelated", "photos that show different things each", {}};
  const std::vector<std::string> objects = ObjectNames();
  const std::vector<std::string> prints{"label",     "floral", "wood",    "terrazzo",
                                        "patchwork", "checks", "stripes", "plain"};
  for (int i = 0; i < 9; ++i) {
    SweepScene scene = HandHeld(objects[i], prints[i % prints.size()], 411 + i);
    scene.frames = 1;
    scene.start_azimuth_deg = 40.0 * i;
    scene.elevation_deg = 12 + 4 * i;
    unrelated.scenes.push_back(scene);
  }
  sets.push_back(unrelated);
  return sets;
}

// Short clips that differ in how they are stored.
std::vector<SweepSet> Formats() {
  std::vector<SweepSet> sets;
  const auto add = [&](const std::string& name, const ClipOptions& clip, bool variable_rate = false) {
    SweepScene scene = HandHeld("mug", "floral", 501);
    scene.glossy = true;
    scene.width = 1280;
    scene.height = 720;
    if (clip.rotation_deg % 180 != 0) std::swap(scene.width, scene.height);
    scene.fps = clip.fps;
    scene.frames = static_cast<int>(4 * clip.fps);
    scene.variable_rate = variable_rate;
    scene.readout_s = 0.012;
    scene.samples = 2;
    sets.push_back({"format_" + name,
                    "the same walk-round, stored as " + name,
                    {scene},
                    clip,
                    name == "mov_vfr" ? "clip.mov" : "clip.mp4"});
  };
  add("h264_720p30", {});
  add("h264_720p60", {.fps = 60});
  add("h264_rot90", {.rotation_deg = 90});
  add("h264_rot180", {.rotation_deg = 180});
  add("h264_no_b_frames", {.b_frames = 0});
  add("h264_vfr", {}, true);
  add("mov_vfr", {.codec = "hevc"}, true);
  add("hevc_8bit", {.codec = "hevc"});
  add("hevc_hlg", {.codec = "hevc", .hdr = "hlg"});
  add("hevc_pq", {.codec = "hevc", .hdr = "pq"});
  add("hevc_hlg_rot270", {.codec = "hevc", .hdr = "hlg", .rotation_deg = 270});
  return sets;
}

std::vector<SweepSet> Hevc30() {
  SweepScene scene = HandHeld("shoe", "patchwork", 601);
  scene.width = 1920;
  scene.height = 1080;
  scene.frames = 900;
  scene.uneven_speed = 0.45;
  scene.readout_s = 0.01;
  scene.samples = 1;
  return {{"hevc30",
           "30 seconds of 1080p30 HEVC, one walk round a shoe",
           {scene},
           ClipOptions{.codec = "hevc", .preset = "ultrafast", .crf = 22}}};
}

std::vector<SweepSet> Hdr4k60() {
  SweepScene scene = HandHeld("vase", "floral", 602);
  scene.glossy = true;
  scene.width = 1920;
  scene.height = 1080;
  scene.frames = 1800;
  scene.fps = 60;
  scene.samples = 1;
  return {{"4k60",
           "30 seconds of 4K60 10-bit HLG HEVC, drawn at 1080p and enlarged",
           {scene},
           ClipOptions{.codec = "hevc",
                       .hdr = "hlg",
                       .preset = "ultrafast",
                       .crf = 24,
                       .b_frames = 2,
                       .width = 3840,
                       .height = 2160,
                       .fps = 60}}};
}

std::vector<SweepSet> Demo() {
  SweepScene scene = HandHeld("mug", "floral", 102);
  scene.glossy = true;
  scene.width = 1280;
  scene.height = 720;
  scene.fps = 30;
  scene.frames = 300;
  scene.arc_deg = 385;
  scene.elevation_deg = 25;
  scene.shutter_s = 1.0 / 120;
  scene.noise = 1.5;
  return {{"demo",
           "ten seconds round a mug on a wooden table",
           {scene},
           ClipOptions{.preset = "slow", .crf = 25, .b_frames = 2},
           "demo.mp4"}};
}

}  // namespace

std::vector<std::string> SuiteNames() {
  return {"walkrounds12", "turntables", "wall", "formats", "hevc30", "4k60", "demo"};
}

std::vector<SweepSet> MakeSuite(const std::string& name) {
  if (name == "walkrounds12") return WalkRounds12();
  if (name == "turntables") return Turntables();
  if (name == "wall") return Wall();
  if (name == "formats") return Formats();
  if (name == "hevc30") return Hevc30();
  if (name == "4k60") return Hdr4k60();
  if (name == "demo") return Demo();
  return {};
}

}  // namespace rv
