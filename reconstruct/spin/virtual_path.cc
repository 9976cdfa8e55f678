#include "reconstruct/spin/virtual_path.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::spin {
namespace {

constexpr int kFewestViews = 24;
constexpr int kMostViewsPerSource = 2;
constexpr double kElevationWeight = 0.5;  // of elevation against azimuth when the nearest frame is searched
constexpr double kSlopeRidge = 0.05;
constexpr double kBridgeTilts = 6;  // heights within this many tilts are smoothed together
constexpr double kMostElevationDeg = 85;
constexpr double kLeastSigmaDeg = 8;
constexpr double kSigmaGaps = 1.5;  // median gaps between sources

int CountViews(const Orbit& orbit, std::size_t sources, const SpinOptions& options, bool& capped) {
  const double spacing = ToRadians(options.spacing_deg);
  int views = options.views;
  if (views == 0) {
    // A closed ring has as many steps as views, an open arc one fewer.
    views = static_cast<int>(std::lround(orbit.arc / spacing)) + (orbit.closed ? 0 : 1);
    views = std::max(views, kFewestViews);
  }
  const int most = kMostViewsPerSource * static_cast<int>(sources);
  capped = views > most;
  return std::max(2, std::min(views, most));
}

// Azimuth of the arc's counter-clockwise start, continuous with 0 at the first captured frame: in (-2 pi, 0].
double StartOfArc(const Orbit& orbit) {
  if (orbit.closed) return 0;
  std::vector<double> azimuths;
  for (const OrbitFrame& frame : orbit.frames)
    if (frame.on_ring) azimuths.push_back(frame.azimuth);
  std::sort(azimuths.begin(), azimuths.end());
  double widest = 2 * kPi - azimuths.back() + azimuths.front();
  double start = azimuths.front();
  for (std::size_t i = 0; i + 1 < azimuths.size(); ++i) {
    if (azimuths[i + 1] - azimuths[i] <= widest) continue;
    widest = azimuths[i + 1] - azimuths[i];
    start = azimuths[i + 1] - 2 * kPi;
  }
  return start;
}

// The captured elevation nearest to (azimuth, elevation).
double CapturedElevation(const Orbit& orbit,
                         const std::vector<int>& sources,
                         double azimuth,
                         double elevation) {
  double nearest = 1e9;
  double captured = elevation;
  for (const int index : sources) {
    const OrbitFrame& frame = orbit.frames[index];
    const double away =
        std::hypot(WrapSigned(frame.azimuth - azimuth), kElevationWeight * (frame.elevation - elevation));
    if (away >= nearest) continue;
    nearest = away;
    captured = frame.elevation;
  }
  return captured;
}

// Local linear regression of elevation over azimuth with a Gaussian window, over the frames within `bridge`
// of `height`.
double SmoothElevation(const Orbit& orbit,
                       const std::vector<int>& sources,
                       double azimuth,
                       double sigma,
                       double height,
                       double bridge) {
  double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
  for (const int index : sources) {
    const OrbitFrame& frame = orbit.frames[index];
    if (std::abs(frame.elevation - height) > bridge) continue;
    const double x = WrapSigned(frame.azimuth - azimuth);
    const double w = std::exp(-x * x / (2 * sigma * sigma));
    s0 += w;
    s1 += w * x;
    s2 += w * x * x;
    t0 += w * frame.elevation;
    t1 += w * x * frame.elevation;
  }
  // A ridge on the slope limits extrapolation from one-sided data.
  s2 += kSlopeRidge * sigma * sigma * s0;
  const double det = s0 * s2 - s1 * s1;
  return (t0 * s2 - t1 * s1) / det;
}

// Smooth along the turn and within `tilt` of a captured height. Where a turn ends much higher or lower than
// it began, the two ends are not smoothed together: bending them towards each other removes less than a third
// of the jump and costs quality.
double ElevationAt(
    const Orbit& orbit, const std::vector<int>& sources, double azimuth, double sigma, double tilt) {
  const double all = SmoothElevation(orbit, sources, azimuth, sigma, 0, kPi);
  const double height = CapturedElevation(orbit, sources, azimuth, all);
  const double bridge = std::max(kBridgeTilts * tilt, ToRadians(kNoticedJumpDeg));
  const double smooth = SmoothElevation(orbit, sources, azimuth, sigma, height, bridge);
  const double captured = CapturedElevation(orbit, sources, azimuth, smooth);
  return std::clamp(std::clamp(smooth, captured - tilt, captured + tilt), ToRadians(-kMostElevationDeg),
                    ToRadians(kMostElevationDeg));
}

double MedianGap(const Orbit& orbit, const std::vector<int>& sources) {
  std::vector<double> azimuths;
  for (const int index : sources) azimuths.push_back(orbit.frames[index].azimuth);
  std::sort(azimuths.begin(), azimuths.end());
  std::vector<double> steps;
  for (std::size_t i = 0; i + 1 < azimuths.size(); ++i) steps.push_back(azimuths[i + 1] - azimuths[i]);
  return Median(steps);
}

}  // namespace

OrbitAxes AxesOfOrbit(const Reconstruction& reconstruction, const Orbit& orbit) {
  OrbitAxes axes{.up = orbit.up.normalized()};
  Eigen::Vector3d toward = axes.up.unitOrthogonal();
  for (const OrbitFrame& frame : orbit.frames) {
    if (!frame.on_ring) continue;
    toward = reconstruction.frames[frame.frame.value].cam_from_world.Origin() - orbit.center;
    break;
  }
  axes.ahead = toward - axes.up * axes.up.dot(toward);
  if (axes.ahead.norm() < 1e-9 * toward.norm()) axes.ahead = axes.up.unitOrthogonal();
  axes.ahead.normalize();
  axes.across = axes.up.cross(axes.ahead);
  return axes;
}

Rigid3 LookAtCenter(
    const Eigen::Vector3d& center, const OrbitAxes& axes, double azimuth, double elevation, double distance) {
  const Eigen::Vector3d outward =
      std::cos(elevation) * (std::sin(azimuth) * axes.across + std::cos(azimuth) * axes.ahead) +
      std::sin(elevation) * axes.up;
  const Eigen::Vector3d forward = -outward;
  const Eigen::Vector3d right = std::cos(azimuth) * axes.across - std::sin(azimuth) * axes.ahead;
  Eigen::Matrix3d rotation;  // rows: the camera's axes in world
  rotation.row(0) = right;
  rotation.row(1) = forward.cross(right);
  rotation.row(2) = forward;
  Rigid3 cam_from_world{.rotation = Eigen::Quaterniond(rotation).normalized()};
  cam_from_world.translation = -(cam_from_world.rotation * (center + distance * outward));
  return cam_from_world;
}

VirtualPath PlanVirtualPath(const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            const std::vector<int>& sources,
                            const SpinOptions& options) {
  VirtualPath path{.axes = AxesOfOrbit(reconstruction, orbit)};
  std::vector<double> radii;
  for (const int index : sources) radii.push_back(orbit.frames[index].radius);
  path.distance = Median(radii);
  std::vector<double> focals;
  for (const int index : sources) {
    const PosedFrame& frame = reconstruction.frames[orbit.frames[index].frame.value];
    focals.push_back(reconstruction.cameras[frame.camera].focal_px * path.distance /
                     orbit.frames[index].radius);
  }
  path.focal_px = Median(focals);
  const int count = CountViews(orbit, sources.size(), options, path.capped);
  path.spacing = orbit.arc / (orbit.closed ? count : count - 1);
  const double start = StartOfArc(orbit);
  const double sigma = std::max(ToRadians(kLeastSigmaDeg), kSigmaGaps * MedianGap(orbit, sources));
  for (int i = 0; i < count; ++i) {
    VirtualStop stop{.azimuth = start + i * path.spacing};
    stop.elevation = ElevationAt(orbit, sources, stop.azimuth, sigma, ToRadians(options.max_tilt_deg));
    stop.cam_from_world = LookAtCenter(orbit.center, path.axes, stop.azimuth, stop.elevation, path.distance);
    path.stops.push_back(stop);
  }
  for (int i = 0; i + (orbit.closed ? 0 : 1) < count; ++i)
    path.largest_jump = std::max(path.largest_jump,
                                 std::abs(path.stops[(i + 1) % count].elevation - path.stops[i].elevation));
  return path;
}

}  // namespace rv::spin
