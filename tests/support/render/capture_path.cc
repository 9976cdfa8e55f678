#include "tests/support/render/capture_path.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/support/scene/random.h"
#include "tests/support/scene/stage.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv::synthetic {
namespace {

using Eigen::Vector3d;
constexpr double kFullTurn = 2 * std::numbers::pi;
constexpr double kDegree = std::numbers::pi / 180;
constexpr int kSteps = 4000;
constexpr double kPushFrom = 1.6, kPushTo = 0.7;  // of the usual distance
// Sides, then top: shares of the capture, the height reached, and how far round it goes after the sides.
constexpr double kSidesEnd = 0.55, kTopBegin = 0.72;
constexpr double kTopDeg = 78, kTopArcDeg = 400;

// Speed over time without its mean: slow waves, and dips to a standstill.
std::vector<double> Speeds(const SweepScene& scene) {
  Random random(scene.seed * 911 + 3);
  const double phase = random.Uniform(0, kFullTurn), second = random.Uniform(0, kFullTurn);
  std::vector<double> speeds(kSteps);
  for (int i = 0; i < kSteps; ++i) {
    const double t = (i + 0.5) / kSteps;
    double speed = 1 + scene.uneven_speed * (0.65 * std::sin(2 * kFullTurn * t + phase) +
                                             0.35 * std::sin(5 * kFullTurn * t + second));
    for (int k = 0; k < scene.stops; ++k) {
      const double off = std::abs(t - (k + 0.6) / (scene.stops + 0.2)) / 0.04;
      const double ramp = std::clamp(2 * (off - 1), 0.0, 1.0);
      speed *= ramp * ramp * (3 - 2 * ramp);
    }
    speeds[i] = std::max(0.0, speed);
  }
  return speeds;
}

}  // namespace

Wave::Wave(double low_hz, double high_hz, int terms, double deviation, std::uint64_t seed) {
  if (deviation <= 0) return;
  Random random(seed);
  double power = 0;
  for (int i = 0; i < terms; ++i) {
    const double frequency = low_hz * std::pow(high_hz / low_hz, (i + random.Uniform()) / terms);
    terms_.push_back({frequency, random.Uniform(0, kFullTurn), 1 / frequency});
    power += 0.5 / (frequency * frequency);
  }
  for (Term& term : terms_) term.amplitude *= deviation / std::sqrt(power);
}

double Wave::At(double time_s) const {
  double sum = 0;
  for (const Term& term : terms_)
    sum += term.amplitude * std::sin(kFullTurn * term.frequency * time_s + term.phase);
  return sum;
}

CapturePath::CapturePath(const SweepScene& scene, const Vector3d& subject, double focal_px)
    : scene_(scene), subject_(subject) {
  distance_ = scene.distance > 0 ? scene.distance
                                 : focal_px * 2 * kObjectRadius / (0.6 * std::min(scene.width, scene.height));
  Random random(scene.seed * 57 + 1);
  double slot = 0;
  for (int i = 0; i < scene.frames; ++i) {
    const double late = scene.variable_rate && i > 0 ? random.Uniform(0, 0.35) : 0;
    times_.push_back((slot + late) / scene.fps);
    slot += scene.variable_rate && random.Uniform() < 0.12 ? 2 : 1;
  }
  duration_ = slot / scene.fps;
  // A full turn ends where it began, one frame after the last; an arc ends at its last frame.
  const double turns = scene.arc_deg / 360;
  const bool closes = std::abs(turns - std::round(turns)) < 1e-9;
  if (!closes && scene.frames > 1) duration_ = times_.back();
  double sum = 0;
  shares_.push_back(0);
  for (const double speed : Speeds(scene)) shares_.push_back(sum += speed);
  for (double& share : shares_) share /= sum;
  const double millimeter = 0.01;
  for (int i = 0; i < 6; ++i) {
    const double deviation = scene.shake * (i < 3 ? 2 * millimeter : 0.35 * kDegree);
    shake_[i] = Wave(0.4, 7, 8, deviation, scene.seed * 101 + i);
  }
  for (int i = 0; i < 2; ++i)
    aim_[i] = Wave(0.08, 0.4, 4, scene.aim_wander_deg * kDegree, scene.seed * 103 + i);
}

double CapturePath::Share(double time_s) const {
  const double at = duration_ > 0 ? time_s / duration_ * kSteps : 0;
  const int i = std::clamp(static_cast<int>(std::floor(at)), 0, kSteps - 1);
  return shares_[i] + (at - i) * (shares_[i + 1] - shares_[i]);
}

Rigid3 CapturePath::Held(double share, const PathMoment& moment) const {
  const double turns = std::max(1.0, scene_.arc_deg / 360);
  double distance = distance_ * (1 + scene_.distance_swing * std::sin(kFullTurn * turns * share * 2 + 0.4));
  if (scene_.capture == CaptureKind::kPush) distance *= kPushFrom + (kPushTo - kPushFrom) * share;
  const double start = scene_.start_azimuth_deg * kDegree;
  const double stand = scene_.capture == CaptureKind::kTurntable ? start : moment.azimuth;
  const double e = moment.elevation;
  const auto outward = [e](double azimuth) {
    return Vector3d(std::cos(e) * std::sin(azimuth), std::sin(e), std::cos(e) * std::cos(azimuth));
  };
  switch (scene_.capture) {
    case CaptureKind::kPan: {
      const Vector3d eye(0, 4, 9);
      const Vector3d ahead(-std::sin(moment.azimuth), -0.15, -std::cos(moment.azimuth));
      return LookAt(eye, eye + ahead, Vector3d::UnitY());
    }
    case CaptureKind::kWall: {
      const Vector3d eye(-9 + 18 * share, 5.5, -7);
      return LookAt(eye, eye - Vector3d::UnitZ(), Vector3d::UnitY());
    }
    case CaptureKind::kSlide: {
      const Vector3d ahead = outward(start);
      const Vector3d aside(std::cos(start), 0, -std::sin(start));
      const double reach = distance * std::cos(e) * std::tan(moment.azimuth - start);
      const Vector3d eye = subject_ + distance * ahead + reach * aside;
      return LookAt(eye, eye - ahead, Vector3d::UnitY());
    }
    default:
      return LookAt(subject_ + distance * outward(stand), subject_, Vector3d::UnitY());
  }
}

PathMoment CapturePath::At(double time_s) const {
  const double share = Share(time_s);
  const double way = scene_.clockwise ? -1 : 1;
  const double start = scene_.start_azimuth_deg * kDegree;
  const double turns = std::max(1.0, scene_.arc_deg / 360);
  double around = way * scene_.arc_deg * kDegree * share;
  double raised = 0;
  if (scene_.capture == CaptureKind::kSlide) around -= way * scene_.arc_deg * kDegree / 2;
  if (scene_.capture == CaptureKind::kPush) around = 0;
  if (scene_.capture == CaptureKind::kSidesThenTop) {
    const double above = std::clamp((share - kSidesEnd) / (1 - kSidesEnd), 0.0, 1.0);
    around = way * kDegree * (scene_.arc_deg * std::min(1.0, share / kSidesEnd) + kTopArcDeg * above);
    const double ramp = std::clamp((share - kSidesEnd) / (kTopBegin - kSidesEnd), 0.0, 1.0);
    raised = (kTopDeg - scene_.elevation_deg) * ramp * ramp * (3 - 2 * ramp);
  }
  PathMoment moment;
  moment.azimuth = start + around;
  moment.elevation = kDegree * (scene_.elevation_deg + raised + scene_.elevation_rise_deg * share +
                                scene_.elevation_swing_deg * std::sin(kFullTurn * turns * share + 1.1));
  if (scene_.capture == CaptureKind::kTurntable) moment.turn = -around;
  Rigid3 pose = Held(share, moment);
  const Vector3d step(shake_[0].At(time_s), shake_[1].At(time_s), shake_[2].At(time_s));
  Vector3d tilt(shake_[3].At(time_s) + aim_[0].At(time_s), shake_[4].At(time_s) + aim_[1].At(time_s),
                1.5 * shake_[5].At(time_s));
  const double angle = tilt.norm();
  const Eigen::Quaterniond shaken(
      Eigen::AngleAxisd(angle, angle > 0 ? (tilt / angle).eval() : Vector3d::UnitX()));
  // A phone turned clockwise sees the world turned the other way.
  const Eigen::Quaterniond rolled(Eigen::AngleAxisd(-scene_.roll_deg * kDegree, Vector3d::UnitZ()));
  const Vector3d eye = pose.Origin() + step;
  pose.rotation = (rolled * shaken * pose.rotation).normalized();
  pose.translation = -(pose.rotation * eye);
  moment.cam_from_world = pose;
  return moment;
}

}  // namespace rv::synthetic
