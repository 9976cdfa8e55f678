#include "convert/item_on_orbit.h"

#include <gtest/gtest.h>

#include "reconstruct/orbit.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv::convert {
namespace {

constexpr int kFrames = 16;

// A drawn box with its true poses.
struct Drawn {
  Sweep sweep;
  Reconstruction reconstruction;
};

Drawn Draw() {
  SweepScene how{.object = "box", .studio = false, .clutter = false, .shadows = false};
  how.width = 160;
  how.height = 120;
  how.frames = kFrames;
  how.samples = 2;
  const SyntheticSweep drawn(how);
  Drawn out;
  out.reconstruction.cameras = {drawn.camera()};
  out.reconstruction.stats.posed_frames = kFrames;
  for (int i = 0; i < kFrames; ++i) {
    const Image picture = drawn.Render(i);
    out.sweep.frames.push_back(
        {.name = std::to_string(i) + ".jpg", .source_index = i, .image = EncodePng(picture), .sharpness = 1});
    out.reconstruction.frames.push_back({.name = out.sweep.frames.back().name,
                                         .width = picture.width,
                                         .height = picture.height,
                                         .posed = true,
                                         .cam_from_world = drawn.Truth(i).cam_from_object});
    for (int y = 2; y < picture.height; y += 6)
      for (int x = 2; x < picture.width; x += 6)
        if (const std::optional<Eigen::Vector3d> at = drawn.SurfacePoint(i, x, y)) {
          const FrameId frame{static_cast<std::uint32_t>(i)};
          out.reconstruction.points.push_back(
              {.position = *at, .track = {{.frame = frame, .pixel = {x + 0.5, y + 0.5}}}});
        }
  }
  return out;
}

// The ring about the item may hold frames that the cameras' own ring did not.
TEST(ItemOnOrbit, EveryFrameOfTheRingHasAMatte) {
  Drawn scene = Draw();
  Result<Orbit> orbit = EstimateOrbit(scene.reconstruction, scene.sweep, OrbitOptions{});
  ASSERT_TRUE(orbit) << orbit.error().message;
  for (std::size_t i = 1; i < orbit->frames.size(); i += 2) orbit->frames[i].on_ring = false;
  ConvertOptions options;
  options.threads = 2;
  const Result<ItemOnOrbit> item =
      FindItemOnOrbit(scene.sweep, scene.reconstruction, *orbit, options, {}, {});
  ASSERT_TRUE(item) << item.error().message;
  ASSERT_TRUE(item->subject.placed);
  int on_ring = 0;
  for (const OrbitFrame& frame : item->orbit.frames) {
    if (!frame.on_ring) continue;
    ++on_ring;
    EXPECT_FALSE(item->subject.mattes[frame.frame.value].empty()) << frame.frame.value;
  }
  EXPECT_GT(on_ring, kFrames / 2);
}

}  // namespace
}  // namespace rv::convert
