// Synthetic sweeps with pictures: an object with a print on it, on a table in a room or on a turntable,
// filmed as people film, with exact truth. Poses, depth and mattes come from the same rays that draw the
// pictures.
//
// World: +Y up, the table's top at y = 0, the object round the Y axis; one unit is about 10 cm. The truth is
// in the object's frame, which is the world for a walk-round and turns with the object on a turntable.
// Azimuth: 0 on +Z, growing counter-clockwise seen from above (towards +X).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scene/geometry.h"
#include "scene/image.h"

namespace rv {

enum class CaptureKind {
  kWalk,          // the camera goes round
  kTurntable,     // camera and background stand still, the object turns on a disc
  kPan,           // the camera turns on the spot: no parallax
  kWall,          // the camera slides along a wall of the room
  kSlide,         // the camera slides past the table, looking straight ahead: `arc_deg` in all
  kPush,          // the camera comes nearer from one side
  kSidesThenTop,  // round the sides by `arc_deg`, then up, and round once more from above
  kSwap,          // a camera that hardly moves (`arc_deg`); hands put one item in the place of another
};

// One synthetic sweep. Every default is a plain, exact capture; imperfections are switched on one by one.
struct SweepScene {
  // What is filmed. Names as MakeSweep's --help lists them: see ObjectNames(), PrintNames().
  std::string object = "mug";
  std::string print = "label";
  bool glossy = false;
  bool studio = false;          // plain light-gray walls and table; false: a furnished room, wooden table
  bool clutter = true;          // other things on the table (not in a studio)
  bool shadows = true;          // false: quicker to build, for tests
  int repeat = 1;               // the print comes so many times round the object: 1, 2 or 4
  std::string floor = "usual";  // or "plain", "tiles"
  double room_m = 3.6;          // length of the room, up to 12

  // How the camera goes.
  CaptureKind capture = CaptureKind::kWalk;
  double arc_deg = 360;    // whole turning: 720 = two loops. Frames stop one step before a full turn's end
  bool clockwise = false;  // direction of the camera round the object, seen from above
  double start_azimuth_deg = 0;
  double elevation_deg = 24;
  double elevation_rise_deg = 0;   // added linearly over the sweep
  double elevation_swing_deg = 0;  // amplitude of a slow wave
  double distance = 0;        // from the object's center; 0 = the object fills about half of the short side
  double distance_swing = 0;  // amplitude of a slow wave, share of the distance
  double uneven_speed = 0;    // 0 = even; 0.6 = between 0.4 and 1.6 of the mean speed
  int stops = 0;              // times the walker stands still, each for about 8 % of the clip
  double shake = 0;  // hand shake: 1 = an ordinary hand (about 2 mm and 0.35 degrees), band-limited 0.4-7 Hz
  double aim_wander_deg = 0;  // slow drift of what the camera looks at
  double roll_deg = 0;        // the phone is held tilted by this, clockwise as the picture is seen

  // The camera.
  int width = 640;
  int height = 480;
  double focal_px = 0;   // 0 = 0.95 of the longer side
  double zoom_step = 1;  // from the middle of the sweep on, the focal length is this many times as long
  double cx_offset_px = 0;
  double cy_offset_px = 0;
  double k1 = 0;
  double k2 = 0;
  double shutter_s = 0;            // exposure time; 0 = no motion blur
  double readout_s = 0;            // rolling shutter: time from the first row to the last; 0 = global
  double exposure_drift_ev = 0;    // amplitude of a slow wave
  double white_balance_drift = 0;  // amplitude, share of the red and blue gain
  double noise = 0;                // standard deviation at mid-gray, in steps of 8 bits
  double vignette = 0;             // darkening of the corners, share

  // Frames.
  int frames = 60;
  double fps = 30;
  bool variable_rate = false;  // frame times jitter, and some frames are missing
  int samples = 4;             // looks per pixel: 1 (quick), 2, 4 or 8
  std::uint64_t seed = 1;
  int threads = 0;

  Status Validate() const;
};

std::vector<std::string> ObjectNames();
std::vector<std::string> PrintNames();

// What the listing of the item should say.
struct SweepAttributes {
  std::string category;  // "mug"
  std::string color;     // of the ground: "blue"
  std::string pattern;   // "floral"
  std::string material;  // "ceramic", "cardboard", ...
  std::string finish;    // "glossy" or "matte"
};

struct FrameTruth {
  double time_s = 0;
  Rigid3 cam_from_object;  // of the middle row, at the middle of the exposure
  double azimuth = 0;      // radians, continuous along the capture
  double elevation = 0;    // radians
};

struct DepthTruth {
  int width = 0;
  int height = 0;
  std::vector<float> depth;  // z in cam through each pixel's center, row-major; 0 = the room's walls
  Image matte;               // 1 channel, 255 = the object is seen through the pixel's center
};

// What a faultless camera sees: no noise, vignette, drift or blur.
struct CleanView {
  Image picture;  // sRGB
  DepthTruth truth;
};

// Scene-linear light with sRGB primaries, interleaved, row-major: 3 floats a pixel; 1 = the brightest SDR
// white.
struct LinearImage {
  int width = 0;
  int height = 0;
  std::vector<float> pixels;
};

// Builds meshes, textures and baked light once; rendering is const and the same at any number of threads.
class SyntheticSweep {
 public:
  // `scene` must validate.
  explicit SyntheticSweep(const SweepScene& scene);
  ~SyntheticSweep();
  SyntheticSweep(SyntheticSweep&&) noexcept;
  SyntheticSweep& operator=(SyntheticSweep&&) noexcept;

  const SweepScene& scene() const;
  const Camera& camera() const;           // of the first frame
  const Camera& camera(int frame) const;  // they differ where `zoom_step` is not 1
  Eigen::Vector3d subject() const;        // the object's center, in the object's frame
  const SweepAttributes& attributes() const;
  FrameTruth Truth(int frame) const;
  // Any point of the world at rest at time 0 seen by a frame: as Truth, but for the world instead of the
  // object.
  Rigid3 CamFromWorld(int frame) const;
  LinearImage RenderLinear(int frame) const;
  Image Render(int frame) const;
  DepthTruth Depth(int frame) const;
  // From any camera, the item at turn 0 (its own frame is then the world).
  CleanView RenderFrom(const Camera& camera, const Rigid3& cam_from_object) const;
  // A surface point of the object that `frame` sees through a pixel's center, in the object's frame.
  std::optional<Eigen::Vector3d> SurfacePoint(int frame, int x, int y) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Scene-linear light to sRGB: linear up to 0.8, a soft shoulder above.
Image ToSrgb(const LinearImage& linear);

}  // namespace rv
