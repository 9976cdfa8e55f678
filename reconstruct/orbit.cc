#include "reconstruct/orbit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/options.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/orbit/orbit_axis.h"
#include "reconstruct/orbit/orbit_center.h"
#include "reconstruct/orbit/orbit_ring.h"

namespace rv {
namespace {

using orbit::RingFrame;

// The share of each point's observations that lie on the subject; empty when no frame has a matte.
Result<std::vector<double>> MatteWeights(const Reconstruction& reconstruction, const Sweep& sweep) {
  constexpr int kMatteSidePx = 320;
  constexpr double kUnknownWeight = 0.5;  // of a point that no frame with a matte saw
  std::vector<Image> mattes(sweep.frames.size());
  bool any = false;
  for (std::size_t i = 0; i < mattes.size(); ++i) {
    if (sweep.frames[i].matte.empty() || !reconstruction.frames[i].posed) continue;
    Result<Image> matte = DecodeScaled(sweep.frames[i].matte, 1, kMatteSidePx);
    if (!matte) return Forward(matte);
    mattes[i] = std::move(*matte);
    any = true;
  }
  std::vector<double> weights;
  if (!any) return weights;
  for (const Point& point : reconstruction.points) {
    double on = 0;
    double seen = 0;
    for (const Observation& observation : point.track) {
      const Image& matte = mattes[observation.frame.value];
      if (matte.empty()) continue;
      const PosedFrame& frame = reconstruction.frames[observation.frame.value];
      const int x = static_cast<int>(observation.pixel.x() / frame.width * matte.width);
      const int y = static_cast<int>(observation.pixel.y() / frame.height * matte.height);
      if (x < 0 || y < 0 || x >= matte.width || y >= matte.height) continue;
      on += *matte.at(x, y) / 255.0;
      seen += 1;
    }
    weights.push_back(seen > 0 ? on / seen : kUnknownWeight);
  }
  return weights;
}

// Axes of the ground plane, with across = up x ahead: azimuth = atan2(offset . across, offset . ahead) grows
// counter-clockwise seen from above.
struct GroundAxes {
  Eigen::Vector3d ahead;
  Eigen::Vector3d across;
};

GroundAxes MakeGroundAxes(const Eigen::Vector3d& up, const Eigen::Vector3d& toward) {
  Eigen::Vector3d ahead = toward - up * up.dot(toward);
  if (ahead.norm() < 1e-9 * toward.norm() || toward.norm() == 0) ahead = up.unitOrthogonal();
  ahead.normalize();
  return {.ahead = ahead, .across = up.cross(ahead)};
}

std::vector<RingFrame> ToOrbitCoordinates(const Reconstruction& reconstruction,
                                          const std::vector<int>& posed,
                                          const Eigen::Vector3d& center,
                                          const Eigen::Vector3d& up) {
  const GroundAxes ground =
      MakeGroundAxes(up, reconstruction.frames[posed[0]].cam_from_world.Origin() - center);
  std::vector<RingFrame> frames;
  for (const int index : posed) {
    const Eigen::Vector3d offset = reconstruction.frames[index].cam_from_world.Origin() - center;
    const double radius = std::max(offset.norm(), 1e-12);
    frames.push_back({.azimuth = std::atan2(offset.dot(ground.across), offset.dot(ground.ahead)),
                      .elevation = std::asin(std::clamp(offset.dot(up) / radius, -1.0, 1.0)),
                      .radius = radius});
  }
  orbit::Unwrap(frames);
  return frames;
}

// Fills RingFrame::usable and sharpness.
void SetQuality(const Sweep& sweep, const std::vector<int>& posed, std::vector<RingFrame>& frames) {
  std::vector<double> sharpness;
  for (const int index : posed) sharpness.push_back(sweep.frames[index].sharpness);
  const double median = Median(sharpness);
  for (std::size_t i = 0; i < posed.size(); ++i) {
    frames[i].usable = sweep.frames[posed[i]].for_spin;
    frames[i].sharpness = median > 0 ? sharpness[i] / median : 1;
  }
}

// Turns the azimuths so that the first captured frame of the ring has 0, and copies all frames into the
// Orbit.
void FillFrames(const std::vector<RingFrame>& frames,
                const std::vector<int>& posed,
                const orbit::Ring& ring,
                Orbit& orbit) {
  const auto first = std::find(ring.on_ring.begin(), ring.on_ring.end(), true) - ring.on_ring.begin();
  const double zero = frames[first].azimuth;
  const double unwrapped_zero = frames[first].unwrapped;
  std::vector<double> radii;
  double net = 0;
  double low = 0;
  double high = 0;
  int previous = -1;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const double unwrapped = frames[i].unwrapped - unwrapped_zero;
    orbit.frames.push_back({.frame = FrameId{static_cast<std::uint32_t>(posed[i])},
                            .azimuth = WrapPositive(frames[i].azimuth - zero),
                            .unwrapped_azimuth = unwrapped,
                            .elevation = frames[i].elevation,
                            .radius = frames[i].radius,
                            .on_ring = ring.on_ring[i]});
    low = std::min(low, unwrapped);
    high = std::max(high, unwrapped);
    if (!ring.on_ring[i]) continue;
    radii.push_back(frames[i].radius);
    if (previous >= 0) net += WrapSigned(frames[i].azimuth - frames[previous].azimuth);
    previous = static_cast<int>(i);
  }
  orbit.frames[first].azimuth = 0;
  orbit.radius = Median(radii);
  orbit.arc = ring.arc;
  orbit.closed = ring.closed;
  orbit.clockwise = net < 0;
  orbit.loops = (high - low) / (2 * kPi);
  for (const OrbitGap& hole : ring.holes)
    orbit.gaps.push_back({.from_azimuth = WrapPositive(hole.from_azimuth - zero),
                          .to_azimuth = WrapPositive(hole.to_azimuth - zero)});
}

Result<Orbit> Estimate(const Reconstruction& reconstruction,
                       const Sweep* sweep,
                       const OrbitOptions& options) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  const std::vector<int> posed = orbit::PosedFrames(reconstruction);
  if (posed.size() < 3)
    return Fail(ErrorCode::kInsufficientData, Text("only ", posed.size(), " frames have a pose"),
                "capture the item again, with more of it in view");
  std::vector<double> weights;
  if (sweep != nullptr) {
    Result<std::vector<double>> matted = MatteWeights(reconstruction, *sweep);
    if (!matted) return Forward(matted);
    weights = std::move(*matted);
  }
  const orbit::SubjectEstimate subject = orbit::EstimateSubject(reconstruction, weights);
  if (!subject.ok)
    return Fail(ErrorCode::kInsufficientData, "the frames do not look at one point in common",
                "keep the item in the middle of the picture while walking round it");
  Orbit orbit;
  orbit.center = subject.center;
  orbit.subject_radius = subject.radius;
  const orbit::UpEstimate up = orbit::EstimateUp(reconstruction, posed, subject);
  orbit.up = up.up;
  orbit.up_sigma = up.sigma;
  std::vector<RingFrame> frames = ToOrbitCoordinates(reconstruction, posed, orbit.center, orbit.up);
  if (sweep != nullptr) SetQuality(*sweep, posed, frames);
  FillFrames(frames, posed, orbit::ChooseRing(frames, options), orbit);
  for (std::size_t i = 0; i < posed.size(); ++i) orbit.frames[i].quarter_turns = up.quarter_turns[i];
  return orbit;
}

}  // namespace

Status OrbitOptions::Validate() const {
  if (!(max_hole_deg >= 5 && max_hole_deg <= 180))
    return FieldOutOfRange("max_hole_deg", max_hole_deg, "5 to 180");
  if (!(closed_gap_deg >= 1 && closed_gap_deg <= 90))
    return FieldOutOfRange("closed_gap_deg", closed_gap_deg, "1 to 90");
  if (!(elevation_band_deg >= 5 && elevation_band_deg <= 90))
    return FieldOutOfRange("elevation_band_deg", elevation_band_deg, "5 to 90");
  return {};
}

Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction, const OrbitOptions& options) {
  return Estimate(reconstruction, nullptr, options);
}

Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction,
                            const Sweep& sweep,
                            const OrbitOptions& options) {
  RV_CHECK_EQ(sweep.frames.size(), reconstruction.frames.size());
  return Estimate(reconstruction, &sweep, options);
}

Orbit OrbitAbout(const Reconstruction& reconstruction,
                 const Sweep& sweep,
                 const Orbit& orbit,
                 const Eigen::Vector3d& center,
                 double subject_radius,
                 const OrbitOptions& options) {
  RV_CHECK_EQ(sweep.frames.size(), reconstruction.frames.size());
  Orbit out;
  out.center = center;
  out.subject_radius = subject_radius;
  out.up = orbit.up;
  out.up_sigma = orbit.up_sigma;
  const std::vector<int> posed = orbit::PosedFrames(reconstruction);
  std::vector<RingFrame> frames = ToOrbitCoordinates(reconstruction, posed, center, orbit.up);
  SetQuality(sweep, posed, frames);
  FillFrames(frames, posed, orbit::ChooseRing(frames, options), out);
  for (std::size_t i = 0; i < out.frames.size(); ++i)
    out.frames[i].quarter_turns = orbit.frames[i].quarter_turns;
  return out;
}

}  // namespace rv
