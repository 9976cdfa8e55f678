#include "tests/support/scene/synthetic_geometry.h"

#include <algorithm>
#include <cstdio>
#include <numbers>

#include "base/check.h"
#include "tests/support/scene/random.h"

namespace rv {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kFullTurn = 2.0 * std::numbers::pi;
double Radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

struct SurfacePoint {
  Vector3d position;
  Vector3d normal = Vector3d::Zero();  // zero: seen from every side
};

Eigen::Quaterniond SmallRotation(Random& random, double deviation) {
  if (deviation <= 0) return Eigen::Quaterniond::Identity();
  return Eigen::Quaterniond(Eigen::AngleAxisd(deviation * random.Gaussian(), random.UnitVector()));
}

Vector3d Step(Random& random, double deviation) {
  const double x = random.Gaussian(), y = random.Gaussian(), z = random.Gaussian();
  return deviation * Vector3d(x, y, z);
}

// Share of the sweep, 0 at the first frame; the end is reached one step after the last frame of a full turn.
std::vector<double> SweepShares(const SyntheticOrbitOptions& options) {
  const double turns = options.arc_deg / 360.0;
  const bool closes = std::abs(turns - std::round(turns)) < 1e-9 && turns > 0.5;
  const int steps = std::max(1, closes ? options.frames : options.frames - 1);
  std::vector<double> shares;
  for (int i = 0; i < options.frames; ++i) {
    const double s = static_cast<double>(i) / steps;
    // d/ds of s + u sin(2 pi s) / (2 pi) is 1 + u cos(2 pi s): quick at the ends, slow in the middle.
    shares.push_back(s + options.uneven * std::sin(kFullTurn * s) / kFullTurn);
  }
  return shares;
}

std::vector<SurfacePoint> MakePoints(const SyntheticOrbitOptions& options, Random& random) {
  std::vector<SurfacePoint> points;
  for (int i = 0; i < options.points; ++i) {
    SurfacePoint point;
    if (options.shape == SyntheticShape::kPlane) {
      const double x = random.Uniform(-1, 1), y = random.Uniform(-1, 1);
      point.position = options.object_radius * Vector3d(x, y, 0);
    } else {
      const Vector3d direction = random.UnitVector();
      const double bump =
          0.8 + 0.2 * std::sin(3 * direction.x() + 2 * direction.y()) * std::cos(4 * direction.z());
      point.position = options.object_radius * bump * direction;
      point.normal = direction;
    }
    point.position += options.center;
    points.push_back(point);
  }
  for (int i = 0; i < options.background_points; ++i) {
    points.push_back({options.center + 3.0 * options.radius * random.UnitVector()});
  }
  return points;
}

Rigid3 CameraPose(const SyntheticOrbitOptions& options, double azimuth, double elevation, double share) {
  const double radius = options.radius * (1 + options.radius_swing * std::sin(kFullTurn * share + 0.7));
  const Vector3d outward(std::cos(elevation) * std::sin(azimuth), std::sin(elevation),
                         std::cos(elevation) * std::cos(azimuth));
  switch (options.motion) {
    case SyntheticMotion::kOrbit:
      return LookAt(options.center + radius * outward, options.center, Vector3d::UnitY());
    case SyntheticMotion::kPureRotation:
      // Seen from the middle of the scene, past the object: the shell of background points pans by.
      return LookAt(options.center, options.center - outward, Vector3d::UnitY());
    case SyntheticMotion::kTranslation: {
      const Vector3d eye = options.center + Vector3d((2 * share - 1) * options.radius, 0, options.radius);
      return LookAt(eye, eye - Vector3d::UnitZ(), Vector3d::UnitY());
    }
  }
  RV_CHECK(false);
}

void AddCameras(const SyntheticOrbitOptions& options, Random& random, SyntheticOrbit& orbit) {
  const double sign = options.clockwise ? -1.0 : 1.0;
  const double wander_phase = random.Uniform(0, kFullTurn);
  const std::vector<double> shares = SweepShares(options);
  for (int i = 0; i < options.frames; ++i) {
    const double share = shares[i];
    const double azimuth = Radians(options.start_azimuth_deg) + sign * Radians(options.arc_deg) * share;
    const double elevation = Radians(options.elevation_deg + options.elevation_rise_deg * share +
                                     options.elevation_swing_deg * std::sin(kFullTurn * share));
    Rigid3 pose = CameraPose(options, azimuth, elevation, share);
    const double wander = Radians(options.look_at_wander_deg);
    const Vector3d aim(wander * std::sin(3.1 * share * kFullTurn + wander_phase),
                       wander * std::sin(2.3 * share * kFullTurn + 2 * wander_phase), 0);
    const Eigen::Quaterniond tilt(
        Eigen::AngleAxisd(aim.norm(), aim.norm() > 0 ? aim.normalized() : Vector3d::UnitX()));
    const Vector3d eye = pose.Origin() + Step(random, options.jitter_position);
    const Eigen::Quaterniond rotation =
        (SmallRotation(random, Radians(options.jitter_rotation_deg)) * tilt * pose.rotation).normalized();
    PosedFrame frame;
    char name[32];
    std::snprintf(name, sizeof(name), "%06d.jpg", i);
    frame.name = name;
    frame.width = options.width;
    frame.height = options.height;
    frame.posed = true;
    frame.cam_from_world = {rotation, -(rotation * eye)};
    orbit.truth.frames.push_back(std::move(frame));
    orbit.azimuth.push_back(azimuth);
    orbit.elevation.push_back(elevation);
  }
}

std::optional<Vector2d> See(const Camera& camera, const Rigid3& cam_from_world, const SurfacePoint& point) {
  if (point.normal.squaredNorm() > 0) {
    const Vector3d to_camera = (cam_from_world.Origin() - point.position).normalized();
    if (to_camera.dot(point.normal) < 0.3) return std::nullopt;
  }
  const std::optional<Vector2d> pixel = camera.Project(cam_from_world * point.position);
  if (!pixel || pixel->x() < 0 || pixel->y() < 0 || pixel->x() >= camera.width ||
      pixel->y() >= camera.height) {
    return std::nullopt;
  }
  return pixel;
}

void AddPoint(const SyntheticOrbitOptions& options,
              const SurfacePoint& surface,
              Random& random,
              SyntheticOrbit& orbit) {
  Point point;
  point.position = surface.position;
  for (int channel = 0; channel < 3; ++channel)
    point.rgb[channel] = static_cast<unsigned char>(random.Index(256));
  std::vector<bool> outlier;
  const Camera& camera = orbit.truth.cameras[0];
  for (std::size_t f = 0; f < orbit.truth.frames.size(); ++f) {
    const std::optional<Vector2d> seen = See(camera, orbit.truth.frames[f].cam_from_world, surface);
    if (!seen) continue;
    Vector2d pixel = *seen;
    const double dx = random.Gaussian(), dy = random.Gaussian();
    pixel += options.noise_px * Vector2d(dx, dy);
    const bool wrong = random.Uniform() < options.outlier_share;
    const double x = random.Uniform(0, camera.width), y = random.Uniform(0, camera.height);
    if (wrong) pixel = {x, y};
    point.track.push_back({FrameId{static_cast<std::uint32_t>(f)}, pixel});
    outlier.push_back(wrong);
  }
  if (point.track.size() < 2) return;
  orbit.truth.points.push_back(std::move(point));
  orbit.outlier.push_back(std::move(outlier));
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

SyntheticOrbit MakeSyntheticOrbit(const SyntheticOrbitOptions& options) {
  RV_CHECK_GT(options.frames, 0);
  Random random(options.seed);
  SyntheticOrbit orbit;
  orbit.center = options.center;
  orbit.radius = options.radius;
  orbit.truth.turntable = options.turntable;
  Camera camera = Camera::Simple(options.width, options.height, options.focal_px);
  camera.cx_px += options.cx_offset_px;
  camera.cy_px += options.cy_offset_px;
  camera.k1 = options.k1;
  camera.k2 = options.k2;
  orbit.truth.cameras.push_back(camera);
  AddCameras(options, random, orbit);
  for (const SurfacePoint& point : MakePoints(options, random)) AddPoint(options, point, random, orbit);
  UpdateStats(orbit.truth);
  return orbit;
}

Rigid3 LookAt(const Vector3d& eye, const Vector3d& target, const Vector3d& up) {
  const Vector3d z = (target - eye).normalized();
  Vector3d x = z.cross(up);
  if (x.norm() < 1e-9) x = z.unitOrthogonal();
  x.normalize();
  Eigen::Matrix3d cam_from_world;
  cam_from_world << x.transpose(), z.cross(x).transpose(), z.transpose();
  const Eigen::Quaterniond rotation(cam_from_world);
  return {rotation.normalized(), -(rotation.normalized() * eye)};
}

void PerturbPoses(Reconstruction& reconstruction, double rotation_deg, double position, std::uint64_t seed) {
  Random random(seed);
  for (PosedFrame& frame : reconstruction.frames) {
    const Vector3d eye = frame.cam_from_world.Origin() + Step(random, position);
    const Eigen::Quaterniond rotation =
        (SmallRotation(random, Radians(rotation_deg)) * frame.cam_from_world.rotation).normalized();
    frame.cam_from_world = {rotation, -(rotation * eye)};
  }
}

void PerturbPoints(Reconstruction& reconstruction, double position, std::uint64_t seed) {
  Random random(seed);
  for (Point& point : reconstruction.points) point.position += Step(random, position);
}

void ApplySimilarity(Reconstruction& reconstruction, double scale, const Rigid3& world2_from_world) {
  for (PosedFrame& frame : reconstruction.frames) {
    const Vector3d eye = world2_from_world * (scale * frame.cam_from_world.Origin());
    const Eigen::Quaterniond rotation =
        (frame.cam_from_world.rotation * world2_from_world.rotation.conjugate()).normalized();
    frame.cam_from_world = {rotation, -(rotation * eye)};
  }
  for (Point& point : reconstruction.points) point.position = world2_from_world * (scale * point.position);
}

void TurnUpsideDown(Reconstruction& reconstruction, FrameId frame) {
  PosedFrame& posed = reconstruction.frames[frame.value];
  const Rigid3 turned{Eigen::Quaterniond(Eigen::AngleAxisd(std::numbers::pi, Vector3d::UnitZ())),
                      Vector3d::Zero()};
  posed.cam_from_world = turned * posed.cam_from_world;
  for (Point& point : reconstruction.points) {
    for (Observation& observation : point.track) {
      if (observation.frame != frame) continue;
      observation.pixel = Vector2d(posed.width, posed.height) - observation.pixel;
    }
  }
}

void UpdateStats(Reconstruction& reconstruction) {
  std::vector<double> errors, lengths;
  double sum = 0;
  for (PosedFrame& frame : reconstruction.frames) frame.inliers = 0, frame.mean_error_px = 0;
  for (Point& point : reconstruction.points) {
    point.mean_error_px = 0;
    for (const Observation& observation : point.track) {
      PosedFrame& frame = reconstruction.frames[observation.frame.value];
      const Camera& camera = reconstruction.cameras[frame.camera];
      const std::optional<Vector2d> pixel = camera.Project(frame.cam_from_world * point.position);
      const double error = pixel ? (*pixel - observation.pixel).norm() : camera.width;
      point.mean_error_px += error / point.track.size();
      frame.mean_error_px += error;
      ++frame.inliers;
      errors.push_back(error);
      sum += error;
    }
    lengths.push_back(static_cast<double>(point.track.size()));
  }
  for (PosedFrame& frame : reconstruction.frames) frame.mean_error_px /= std::max(1, frame.inliers);
  ReconstructionStats& stats = reconstruction.stats;
  stats.posed_frames = static_cast<int>(
      std::ranges::count_if(reconstruction.frames, [](const PosedFrame& frame) { return frame.posed; }));
  stats.observations = errors.size();
  stats.mean_error_px = errors.empty() ? 0 : sum / errors.size();
  stats.median_error_px = Median(std::move(errors));
  stats.median_track_length = Median(std::move(lengths));
}

}  // namespace rv
