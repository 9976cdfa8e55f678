#include "tests/reconstruct/subject/drawn_item.h"

#include <map>
#include <random>

#include "reconstruct/orbit.h"

namespace rv {
namespace {

void AddPoints(Drawn& scene) {
  std::mt19937 random(3);
  const int width = scene.drawn.camera().width, height = scene.drawn.camera().height;
  for (int i = 0; i < 2500; ++i) {
    const int frame = static_cast<int>(random() % kDrawnFrames);
    const int x = static_cast<int>(random() % static_cast<unsigned>(width)),
              y = static_cast<int>(random() % static_cast<unsigned>(height));
    const std::optional<Eigen::Vector3d> at = scene.drawn.SurfacePoint(frame, x, y);
    if (!at) continue;
    Point point{.position = *at};
    for (int f = frame - 1; f <= frame + 1; ++f) {
      const auto other = static_cast<std::uint32_t>((f + kDrawnFrames) % kDrawnFrames);
      const auto pixel =
          scene.reconstruction.cameras[0].Project(scene.reconstruction.frames[other].cam_from_world * *at);
      if (!pixel || pixel->x() < 0 || pixel->y() < 0 || pixel->x() >= width || pixel->y() >= height) continue;
      const auto seen = scene.drawn.SurfacePoint(static_cast<int>(other), static_cast<int>(pixel->x()),
                                                 static_cast<int>(pixel->y()));
      if (seen && (*seen - *at).norm() < 0.03)
        point.track.push_back({.frame = FrameId{other}, .pixel = *pixel});
    }
    if (point.track.size() >= 2) scene.reconstruction.points.push_back(std::move(point));
  }
}

}  // namespace

Drawn Draw(const SweepScene& how) {
  Drawn scene{.drawn = SyntheticSweep(how), .sweep = {}, .reconstruction = {}, .orbit = {}};
  scene.reconstruction.cameras = {scene.drawn.camera()};
  for (int i = 0; i < kDrawnFrames; ++i) {
    const Image picture = scene.drawn.Render(i);
    SweepFrame frame{
        .name = std::to_string(i) + ".jpg", .source_index = i, .image = EncodePng(picture), .sharpness = 1};
    scene.sweep.frames.push_back(std::move(frame));
    scene.reconstruction.frames.push_back({.name = scene.sweep.frames.back().name,
                                           .width = picture.width,
                                           .height = picture.height,
                                           .posed = true,
                                           .cam_from_world = scene.drawn.Truth(i).cam_from_object});
  }
  scene.reconstruction.stats.posed_frames = kDrawnFrames;
  AddPoints(scene);
  scene.orbit = *EstimateOrbit(scene.reconstruction, scene.sweep, OrbitOptions{});
  return scene;
}

SweepScene SmallScene(const std::string& object, bool studio) {
  SweepScene how{.object = object, .studio = studio, .clutter = false, .shadows = false};
  how.width = 200;
  how.height = 150;
  how.frames = kDrawnFrames;
  how.samples = 2;
  return how;
}

const Drawn& Scene(const std::string& object, bool studio) {
  static std::map<std::string, Drawn> scenes;
  const auto found = scenes.find(object);
  return found != scenes.end() ? found->second
                               : scenes.emplace(object, Draw(SmallScene(object, studio))).first->second;
}

}  // namespace rv
