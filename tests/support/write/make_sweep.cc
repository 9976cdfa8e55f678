// Writes synthetic sweeps with exact truth: one by its options, or a named suite.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/log.h"
#include "tests/support/write/clean_views.h"
#include "tests/support/write/suites.h"

namespace rv {
namespace {

constexpr const char* kTeaching = R"(
Examples
  A vase filmed by hand, 60 photos:
    make_sweep out/vase --object vase --print floral --finish glossy --frames 60 --shake 1
  A turntable before a still room, as a clip:
    make_sweep out/table --capture turntable --object toy --print patchwork --clip clip.mp4 --frames 240
  What a recent phone records, held upright:
    make_sweep out/phone --size 1080x1920 --clip clip.mov --codec hevc --hdr hlg --fps 60 --rotation 90
  A can with the same print on both sides, two rounds over tiles:
    make_sweep out/can --object tin --repeat 2 --floor tiles --arc 720 --frames 120
  Hands that put three items in one place after another:
    make_sweep out/swap --capture swap --arc 12 --shake 1
  The first vase again, clean, from other cameras (nerfstudio's transforms.json, in the scene's own frame, +Y up):
    make_sweep out/truth --object vase --print floral --finish glossy --render-cameras cameras.json
  The twelve walk-rounds of the bench:
    make_sweep out/suite --suite walkrounds12

OUT_DIR holds images/ or video/, gt.json or gt_video.json (exact poses, cam from object), meta.json. With
--rasters also depth/ and matte/. With --render-cameras it holds images/, depth/ and matte/ alone. The same options and seed give the same pictures on any number of threads.)";

struct Arguments {
  std::filesystem::path folder, cameras;
  std::string suite, only, finish = "matte", background = "room", capture = "walk", direction = "ccw";
  std::string size = "640x480", render_size, clip;
  SweepSet set;
  SweepScene scene;
  ClipOptions clip_options;
};

const std::map<std::string, CaptureKind>& CaptureKinds() {
  static const std::map<std::string, CaptureKind> kinds{{"walk", CaptureKind::kWalk},
                                                        {"turntable", CaptureKind::kTurntable},
                                                        {"pan", CaptureKind::kPan},
                                                        {"wall", CaptureKind::kWall},
                                                        {"slide", CaptureKind::kSlide},
                                                        {"push", CaptureKind::kPush},
                                                        {"sides-then-top", CaptureKind::kSidesThenTop},
                                                        {"swap", CaptureKind::kSwap}};
  return kinds;
}

std::vector<std::string> CaptureNames() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : CaptureKinds()) names.push_back(name);
  return names;
}

void AddSceneOptions(CLI::App& app, Arguments& a) {
  app.add_option("--object", a.scene.object, "What is filmed")
      ->check(CLI::IsMember(ObjectNames()))
      ->capture_default_str();
  app.add_option(
         "--print", a.scene.print,
         "What is printed on it; plain = next to no texture, leather and plaster = one color, a fine grain")
      ->check(CLI::IsMember(PrintNames()))
      ->capture_default_str();
  app.add_option("--finish", a.finish, "Glossy things mirror the window, which stays where it is")
      ->check(CLI::IsMember({"matte", "glossy"}))
      ->capture_default_str();
  app.add_option("--background", a.background, "room = furnished, wooden table; studio = plain light grey")
      ->check(CLI::IsMember({"room", "studio"}))
      ->capture_default_str();
  app.add_option("--repeat", a.scene.repeat, "The print comes so many times round the object: 1, 2 or 4")
      ->capture_default_str();
  app.add_option("--floor", a.scene.floor, "What the item stands on; tiles look alike everywhere")
      ->check(CLI::IsMember({"usual", "plain", "tiles"}))
      ->capture_default_str();
  app.add_option("--room-size", a.scene.room_m, "Length of the room, m; up to 12")->capture_default_str();
  app.add_flag("!--no-clutter", a.scene.clutter, "Nothing else on the table");
  app.add_option("--seed", a.scene.seed, "Chooses form, print, room and hand")->capture_default_str();
}

void AddCaptureOptions(CLI::App& app, Arguments& a) {
  app.add_option("--capture", a.capture, "Who moves; pan, wall, slide, push and swap have no ring")
      ->check(CLI::IsMember(CaptureNames()))
      ->capture_default_str();
  app.add_option("--arc", a.scene.arc_deg, "Whole turning, degrees; 720 = two loops")->capture_default_str();
  app.add_option("--direction", a.direction, "Of the camera round the item, seen from above")
      ->check(CLI::IsMember({"ccw", "cw"}))
      ->capture_default_str();
  app.add_option("--start", a.scene.start_azimuth_deg, "First azimuth, degrees")->capture_default_str();
  app.add_option("--elevation", a.scene.elevation_deg, "Degrees above the item's middle")
      ->capture_default_str();
  app.add_option("--rise", a.scene.elevation_rise_deg, "Elevation gained over the sweep, degrees: a spiral");
  app.add_option("--swing", a.scene.elevation_swing_deg, "Slow wave of the elevation, degrees");
  app.add_option("--distance", a.scene.distance,
                 "From the item's middle, units of 10 cm; 0 = fills half of the picture");
  app.add_option("--distance-swing", a.scene.distance_swing, "Slow wave of the distance, share");
  app.add_option("--uneven", a.scene.uneven_speed, "Uneven speed, 0 to 0.9");
  app.add_option("--stops", a.scene.stops, "Times that the turning stands still");
  app.add_option("--shake", a.scene.shake, "Hand shake; 1 = an ordinary hand");
  app.add_option("--roll", a.scene.roll_deg, "The phone is held tilted by this, degrees clockwise");
  app.add_option("--wander", a.scene.aim_wander_deg, "Slow drift of the aim, degrees");
}

void AddCameraOptions(CLI::App& app, Arguments& a) {
  app.add_option("--size", a.size, "WIDTHxHEIGHT of the upright picture")->capture_default_str();
  app.add_option("--focal", a.scene.focal_px, "Focal length, px; 0 = 0.95 of the longer side");
  app.add_option("--zoom-step", a.scene.zoom_step,
                 "From the middle of the sweep on, times the focal length: another lens");
  app.add_option("--cx-offset", a.scene.cx_offset_px, "Principal point off the centre, px");
  app.add_option("--cy-offset", a.scene.cy_offset_px, "Principal point off the centre, px");
  app.add_option("--k1", a.scene.k1, "Radial distortion");
  app.add_option("--k2", a.scene.k2, "Radial distortion");
  app.add_option("--shutter", a.scene.shutter_s, "Exposure time, seconds: motion blur");
  app.add_option("--readout", a.scene.readout_s, "Rolling shutter, seconds from first to last row");
  app.add_option("--exposure-drift", a.scene.exposure_drift_ev, "Stops");
  app.add_option("--white-balance-drift", a.scene.white_balance_drift, "Share of red and blue");
  app.add_option("--noise", a.scene.noise, "8-bit steps at mid-grey");
  app.add_option("--vignette", a.scene.vignette, "Darkening of the corners, share");
  app.add_option("--samples", a.scene.samples, "Looks per pixel: 1, 2, 4, 8")->capture_default_str();
  app.add_option("--threads", a.scene.threads, "0 = all");
}

void AddOutputOptions(CLI::App& app, Arguments& a) {
  app.add_option("--frames", a.scene.frames, "How many")->capture_default_str();
  app.add_option("--fps", a.scene.fps, "Frames (or photos) a second")->capture_default_str();
  app.add_flag("--vfr", a.scene.variable_rate, "Frame times jitter, some frames are missing");
  app.add_flag("--shuffle", a.set.shuffle, "Photos' names in no order");
  app.add_flag("--png", a.set.png, "Photos as PNG");
  app.add_flag("--exif", a.set.exif, "JPEG photos say their focal length");
  app.add_flag("--rasters", a.set.rasters, "Depth and matte of each frame too");
  app.add_option("--render-cameras", a.cameras,
                 "No sweep: the scene from these cameras, without noise, vignette, drift, shake or blur");
  app.add_option("--clip", a.clip, "A video of this name (.mp4, .mov) instead of photos");
  app.add_option("--codec", a.clip_options.codec, "h264 or hevc")->capture_default_str();
  app.add_option("--hdr", a.clip_options.hdr, "sdr, hlg or pq (hevc, 10 bits)")->capture_default_str();
  app.add_option("--rotation", a.clip_options.rotation_deg,
                 "Stored sideways: the player turns it clockwise by this");
  app.add_option("--b-frames", a.clip_options.b_frames, "Most B-frames in a row")->capture_default_str();
  app.add_option("--crf", a.clip_options.crf, "Quality, smaller is better")->capture_default_str();
  app.add_option("--encoder-preset", a.clip_options.preset, "ultrafast .. veryslow")->capture_default_str();
  app.add_option("--render-size", a.render_size, "Draw at this size and enlarge to --size: quick 4K");
}

bool ParseSize(const std::string& text, int& width, int& height) {
  return std::sscanf(text.c_str(), "%dx%d", &width, &height) == 2;
}

Result<SweepSet> OneSet(Arguments& a) {
  int width = 0, height = 0;
  if (!ParseSize(a.size, width, height))
    return Fail(ErrorCode::kInvalidArgument, "--size is not WIDTHxHEIGHT");
  a.scene.width = width;
  a.scene.height = height;
  if (!a.render_size.empty()) {
    if (!ParseSize(a.render_size, a.scene.width, a.scene.height)) {
      return Fail(ErrorCode::kInvalidArgument, "--render-size is not WIDTHxHEIGHT");
    }
    a.clip_options.width = width;
    a.clip_options.height = height;
  }
  a.scene.glossy = a.finish == "glossy";
  a.scene.studio = a.background == "studio";
  a.scene.clockwise = a.direction == "cw";
  a.scene.capture = CaptureKinds().at(a.capture);
  a.set.name = a.folder.filename().string();
  a.set.what = a.capture + " of a " + a.scene.object + ", print " + a.scene.print;
  a.set.scenes = {a.scene};
  if (!a.clip.empty()) {
    a.clip_options.fps = a.scene.fps;
    a.clip_options.threads = a.scene.threads;
    a.set.clip = a.clip_options;
    a.set.clip_name = a.clip;
  }
  return a.set;
}

// Prints whole tenths of the work.
Progress Percent(const std::string& name) {
  return [name, shown = -1](std::string_view, double fraction) mutable {
    const int percent = static_cast<int>(fraction * 10) * 10;
    if (percent != shown) std::fprintf(stderr, "\r%s %d %%", name.c_str(), shown = percent);
    return true;
  };
}

int Complain(const Error& error) {
  std::fprintf(stderr, "\n%s\n%s\n", error.message.c_str(), error.remedy.c_str());
  return ExitCode(error.code);
}

int Write(const SweepSet& set, const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  const Status status = WriteSweepSet(set, folder, Percent(set.name));
  if (!status) return Complain(status.error());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::fprintf(stderr, "\r%s: %s, %.1f s\n", folder.string().c_str(), set.what.c_str(), seconds);
  return 0;
}

// The command's words without the program, the folder and what decides no pixel.
std::vector<std::string> SceneWords(int argc, char** argv, const Arguments& a) {
  std::vector<std::string> out;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == a.folder.string()) continue;
    if (word == "--threads")
      ++i;
    else if (!word.starts_with("--threads="))
      out.push_back(word);
  }
  return out;
}

int WriteTruth(const SweepScene& scene, const Arguments& a) {
  const Result<std::vector<NamedCamera>> cameras = ReadCameras(a.cameras);
  if (!cameras) return Complain(cameras.error());
  if (const Status valid = scene.Validate(); !valid) return Complain(valid.error());
  const Status status = WriteCleanViews(SyntheticSweep(scene), *cameras, a.folder, Percent("clean views"));
  if (!status) return Complain(status.error());
  std::fprintf(stderr, "\r%s: %zu clean views\n", a.folder.c_str(), cameras->size());
  return 0;
}

int Main(int argc, char** argv) {
  Arguments a;
  CLI::App app("Writes synthetic sweeps with exact truth.");
  app.footer(kTeaching);
  app.add_option("OUT_DIR", a.folder, "Folder to write")->required();
  app.add_option("--suite,--preset", a.suite, "A named suite into OUT_DIR/NAME; other options are ignored")
      ->check(CLI::IsMember(SuiteNames()));
  app.add_option("--only", a.only, "Of a suite, the sets whose name contains this");
  AddSceneOptions(app, a);
  AddCaptureOptions(app, a);
  AddCameraOptions(app, a);
  AddOutputOptions(app, a);
  CLI11_PARSE(app, argc, argv);
  QuietEncoders();
  if (a.suite.empty()) {
    Result<SweepSet> set = OneSet(a);
    if (!set) return Complain(set.error());
    set->options = SceneWords(argc, argv, a);
    return a.cameras.empty() ? Write(*set, a.folder) : WriteTruth(set->scenes.front(), a);
  }
  for (SweepSet& set : MakeSuite(a.suite)) {
    if (set.name.find(a.only) == std::string::npos) continue;
    for (SweepScene& scene : set.scenes) scene.threads = a.scene.threads;
    if (const int code = Write(set, a.folder / set.name); code != 0) return code;
  }
  return 0;
}

}  // namespace
}  // namespace rv

int main(int argc, char** argv) {
  try {
    return rv::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
