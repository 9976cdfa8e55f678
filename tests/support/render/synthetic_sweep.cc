#include "tests/support/render/synthetic_sweep.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/check.h"
#include "tests/support/render/capture_path.h"
#include "tests/support/render/depth_truth.h"
#include "tests/support/render/sensor.h"
#include "tests/support/render/shading.h"
#include "tests/support/scene/stage.h"

namespace rv {
namespace {

using synthetic::Look;
using synthetic::Moment;
using synthetic::ObjectKind;
using synthetic::PrintKind;

struct NamedObject {
  const char* name;
  ObjectKind kind;
  const char* material;
};
constexpr std::array<NamedObject, 9> kObjects{{{"box", ObjectKind::kBox, "cardboard"},
                                               {"tin", ObjectKind::kTin, "metal"},
                                               {"bottle", ObjectKind::kBottle, "glass"},
                                               {"vase", ObjectKind::kVase, "ceramic"},
                                               {"bowl", ObjectKind::kBowl, "ceramic"},
                                               {"mug", ObjectKind::kMug, "ceramic"},
                                               {"shoe", ObjectKind::kShoe, "fabric"},
                                               {"toy", ObjectKind::kToy, "plush"},
                                               {"stone", ObjectKind::kStone, "stone"}}};
constexpr std::array<std::pair<const char*, PrintKind>, 10> kPrints{{{"label", PrintKind::kLabel},
                                                                     {"floral", PrintKind::kFloral},
                                                                     {"wood", PrintKind::kWood},
                                                                     {"terrazzo", PrintKind::kTerrazzo},
                                                                     {"patchwork", PrintKind::kPatchwork},
                                                                     {"checks", PrintKind::kChecks},
                                                                     {"stripes", PrintKind::kStripes},
                                                                     {"plain", PrintKind::kPlain},
                                                                     {"leather", PrintKind::kLeather},
                                                                     {"plaster", PrintKind::kPlaster}}};

const NamedObject& FindObject(const std::string& name) {
  const auto found = std::ranges::find_if(kObjects, [&](const NamedObject& o) { return name == o.name; });
  RV_CHECK(found != kObjects.end());
  return *found;
}

// `item`: which of the items that take each other's place.
synthetic::StageOptions ToStage(const SweepScene& scene, int item) {
  const auto print = std::ranges::find_if(kPrints, [&](const auto& p) { return scene.print == p.first; });
  RV_CHECK(print != kPrints.end());
  const std::map<std::string, synthetic::FloorKind> floors{{"usual", synthetic::FloorKind::kUsual},
                                                           {"plain", synthetic::FloorKind::kPlain},
                                                           {"tiles", synthetic::FloorKind::kTiles}};
  return {.object = FindObject(scene.object).kind,
          .print = print->second,
          .background = scene.studio ? synthetic::BackgroundKind::kStudio : synthetic::BackgroundKind::kRoom,
          .glossy = scene.glossy,
          .turntable = scene.capture == CaptureKind::kTurntable,
          .clutter = scene.clutter,
          .shadows = scene.shadows,
          .repeat = scene.repeat,
          .floor = floors.at(scene.floor),
          .room_length = static_cast<float>(10 * scene.room_m),
          .seed = scene.seed,
          .item_seed = item == 0 ? 0 : scene.seed * 1000 + item};
}

Camera ToCamera(const SweepScene& scene, double zoom) {
  const double focal =
      zoom * (scene.focal_px > 0 ? scene.focal_px : 0.95 * std::max(scene.width, scene.height));
  Camera camera = Camera::Simple(scene.width, scene.height, focal);
  camera.cx_px += scene.cx_offset_px;
  camera.cy_px += scene.cy_offset_px;
  camera.k1 = scene.k1;
  camera.k2 = scene.k2;
  return camera;
}

Moment ToMoment(const synthetic::PathMoment& at) { return {at.cam_from_world, at.turn}; }

// Sub-pixel places of looks 0 .. count - 1, their mean at the center; paired with times so that neither
// drifts along the other.
std::vector<std::pair<double, double>> Places(int count) {
  switch (count) {
    case 1:
      return {{0, 0}};
    case 2:
      return {{-0.25, -0.25}, {0.25, 0.25}};
    case 4:
      return {{-0.125, -0.375}, {0.375, -0.125}, {-0.375, 0.125}, {0.125, 0.375}};
    default:
      return {{0.0625, -0.1875}, {-0.0625, 0.1875},  {0.3125, 0.0625}, {-0.1875, -0.3125},
              {-0.3125, 0.3125}, {-0.4375, -0.0625}, {0.1875, 0.4375}, {0.4375, -0.4375}};
  }
}

Status Refuse(const char* field, double value, const char* bound) {
  return Fail(ErrorCode::kInvalidArgument,
              "SweepScene::" + std::string(field) + " is " + std::to_string(value) + "; it must be " + bound);
}

constexpr int kSwappedItems = 3;

}  // namespace

struct SyntheticSweep::Impl {
  SweepScene scene;
  std::vector<synthetic::Stage> stages;  // one for each item
  synthetic::Lens lens, zoomed;
  synthetic::CapturePath path;
  synthetic::Sensor sensor;
  SweepAttributes attributes;

  explicit Impl(const SweepScene& given)
      : scene(given),
        stages(BuildStages(given)),
        lens(ToCamera(given, 1)),
        zoomed(ToCamera(given, given.zoom_step)),
        path(given, Subject(), lens.camera().focal_px),
        sensor(given) {
    const synthetic::Stage& stage = stages.front();
    attributes = {stage.object.category, stage.print.color, stage.print.pattern,
                  FindObject(scene.object).material, scene.glossy ? "glossy" : "matte"};
  }

  static std::vector<synthetic::Stage> BuildStages(const SweepScene& scene) {
    std::vector<synthetic::Stage> out;
    const int items = scene.capture == CaptureKind::kSwap ? kSwappedItems : 1;
    for (int i = 0; i < items; ++i) out.push_back(synthetic::BuildStage(ToStage(scene, i), scene.threads));
    return out;
  }

  Eigen::Vector3d Subject() const {
    const synthetic::Vec3& at = stages.front().subject;
    return {at.x, at.y, at.z};
  }

  const synthetic::Stage& StageOf(int frame) const {
    const auto count = static_cast<long>(stages.size());
    return stages[static_cast<std::size_t>(count * frame / std::max(1, scene.frames))];
  }

  const synthetic::Lens& LensOf(int frame) const { return 2 * frame < scene.frames ? lens : zoomed; }

  Look LookAt(double time_s, double dx, double dy) const {
    Look look{dx, dy, {}};
    if (scene.readout_s <= 0) {
      look.rows.push_back(ToMoment(path.At(time_s)));
      return look;
    }
    for (int row = 0; row < scene.height; ++row) {
      look.rows.push_back(ToMoment(path.At(time_s + scene.readout_s * ((row + 0.5) / scene.height - 0.5))));
    }
    return look;
  }

  std::vector<Look> Looks(int frame) const {
    const auto places = Places(scene.samples);
    std::vector<Look> looks;
    for (std::size_t k = 0; k < places.size(); ++k) {
      const double share = (k + 0.5) / places.size() - 0.5;
      looks.push_back(
          LookAt(path.FrameTime(frame) + scene.shutter_s * share, places[k].first, places[k].second));
    }
    return looks;
  }
};

Status SweepScene::Validate() const {
  const auto known = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (!known(ObjectNames(), object)) {
    return Fail(ErrorCode::kInvalidArgument, "SweepScene::object \"" + object + "\" is not known");
  }
  if (!known(PrintNames(), print)) {
    return Fail(ErrorCode::kInvalidArgument, "SweepScene::print \"" + print + "\" is not known");
  }
  if (width < 16 || width > 8192) return Refuse("width", width, "in [16, 8192]");
  if (height < 16 || height > 8192) return Refuse("height", height, "in [16, 8192]");
  if (frames < 1 || frames > 100000) return Refuse("frames", frames, "in [1, 100000]");
  if (fps <= 0) return Refuse("fps", fps, "positive");
  if (samples != 1 && samples != 2 && samples != 4 && samples != 8)
    return Refuse("samples", samples, "1, 2, 4 or 8");
  if (uneven_speed < 0 || uneven_speed >= 1) return Refuse("uneven_speed", uneven_speed, "in [0, 1)");
  if (shutter_s < 0 || shutter_s > 1 / fps) return Refuse("shutter_s", shutter_s, "in [0, 1 / fps]");
  if (readout_s < 0 || readout_s > 1 / fps) return Refuse("readout_s", readout_s, "in [0, 1 / fps]");
  if (std::abs(elevation_deg) > 85) return Refuse("elevation_deg", elevation_deg, "in [-85, 85]");
  if (repeat != 1 && repeat != 2 && repeat != 4) return Refuse("repeat", repeat, "1, 2 or 4");
  if (floor != "usual" && floor != "plain" && floor != "tiles")
    return Fail(ErrorCode::kInvalidArgument, "SweepScene::floor \"" + floor + "\" is not known");
  if (!(room_m >= 2 && room_m <= 12)) return Refuse("room_m", room_m, "in [2, 12]");
  if (!(zoom_step >= 0.2 && zoom_step <= 5)) return Refuse("zoom_step", zoom_step, "in [0.2, 5]");
  if (stops < 0 || stops > 5) return Refuse("stops", stops, "in [0, 5]");
  return {};
}

std::vector<std::string> ObjectNames() {
  std::vector<std::string> names;
  for (const NamedObject& object : kObjects) names.emplace_back(object.name);
  return names;
}

std::vector<std::string> PrintNames() {
  std::vector<std::string> names;
  for (const auto& print : kPrints) names.emplace_back(print.first);
  return names;
}

SyntheticSweep::SyntheticSweep(const SweepScene& scene) {
  const Status valid = scene.Validate();
  if (!valid) RV_CHECK_EQ(valid.error().message, std::string());
  impl_ = std::make_unique<Impl>(scene);
}
SyntheticSweep::~SyntheticSweep() = default;
SyntheticSweep::SyntheticSweep(SyntheticSweep&&) noexcept = default;
SyntheticSweep& SyntheticSweep::operator=(SyntheticSweep&&) noexcept = default;

const SweepScene& SyntheticSweep::scene() const { return impl_->scene; }
const Camera& SyntheticSweep::camera() const { return camera(0); }
const Camera& SyntheticSweep::camera(int frame) const { return impl_->LensOf(frame).camera(); }
Eigen::Vector3d SyntheticSweep::subject() const { return impl_->Subject(); }
const SweepAttributes& SyntheticSweep::attributes() const { return impl_->attributes; }

FrameTruth SyntheticSweep::Truth(int frame) const {
  const double time = impl_->path.FrameTime(frame);
  const synthetic::PathMoment at = impl_->path.At(time);
  const Rigid3 world_from_object{Eigen::Quaterniond(Eigen::AngleAxisd(at.turn, Eigen::Vector3d::UnitY())),
                                 Eigen::Vector3d::Zero()};
  return {time, at.cam_from_world * world_from_object, at.azimuth, at.elevation};
}

Rigid3 SyntheticSweep::CamFromWorld(int frame) const {
  return impl_->path.At(impl_->path.FrameTime(frame)).cam_from_world;
}

LinearImage SyntheticSweep::RenderLinear(int frame) const {
  const synthetic::LinearPicture picture =
      RenderLooks(impl_->StageOf(frame), impl_->LensOf(frame), impl_->Looks(frame),
                  impl_->scene.shutter_s > 0, impl_->scene.threads);
  return impl_->sensor.Expose(picture, camera(frame), frame, impl_->path.FrameTime(frame));
}

Image SyntheticSweep::Render(int frame) const { return ToSrgb(RenderLinear(frame)); }

DepthTruth SyntheticSweep::Depth(int frame) const {
  return synthetic::DepthAlong(impl_->StageOf(frame), impl_->LensOf(frame),
                               impl_->LookAt(impl_->path.FrameTime(frame), 0, 0), impl_->scene.threads);
}

CleanView SyntheticSweep::RenderFrom(const Camera& camera, const Rigid3& cam_from_object) const {
  const synthetic::Lens lens(camera);
  const Moment moment(cam_from_object, 0);
  std::vector<Look> looks;
  for (const auto& [dx, dy] : Places(impl_->scene.samples)) looks.push_back({dx, dy, {moment}});
  const synthetic::Stage& stage = impl_->stages.front();
  const int threads = impl_->scene.threads;
  return {ToSrgb(synthetic::ToLinear(RenderLooks(stage, lens, looks, false, threads))),
          synthetic::DepthAlong(stage, lens, {0, 0, {moment}}, threads)};
}

std::optional<Eigen::Vector3d> SyntheticSweep::SurfacePoint(int frame, int x, int y) const {
  const DepthTruth truth = Depth(frame);
  const std::size_t at = static_cast<std::size_t>(y) * truth.width + x;
  if (truth.matte.pixels[at] == 0) return std::nullopt;
  const Eigen::Vector3d in_cam = truth.depth[at] * camera(frame).Ray({x + 0.5, y + 0.5});
  return Truth(frame).cam_from_object.Inverse() * in_cam;
}

}  // namespace rv
