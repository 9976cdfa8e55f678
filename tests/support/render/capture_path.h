// Where the camera is and how far the object has turned at any moment of a capture: a smooth function of
// time.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "tests/support/render/synthetic_sweep.h"

namespace rv::synthetic {

struct PathMoment {
  Rigid3 cam_from_world;
  double turn = 0;     // of the object about +Y, radians
  double azimuth = 0;  // of the camera round the object without shake, radians
  double elevation = 0;
};

// A sum of sines of random phase: smooth in time, about `deviation` RMS.
class Wave {
 public:
  Wave() = default;
  Wave(double low_hz, double high_hz, int terms, double deviation, std::uint64_t seed);
  double At(double time_s) const;

 private:
  struct Term {
    double frequency, phase, amplitude;
  };
  std::vector<Term> terms_;
};

class CapturePath {
 public:
  CapturePath(const SweepScene& scene, const Eigen::Vector3d& subject, double focal_px);
  PathMoment At(double time_s) const;
  double FrameTime(int frame) const { return times_[frame]; }
  double Duration() const { return duration_; }

 private:
  double Share(double time_s) const;  // of the whole arc covered by then
  // Where the camera is and what it looks at, held level, as the share of the capture has it.
  Rigid3 Held(double share, const PathMoment& moment) const;

  SweepScene scene_;
  Eigen::Vector3d subject_;
  double distance_ = 0;
  double duration_ = 0;
  std::vector<double> times_;
  std::vector<double> shares_;  // evenly spaced in time over the duration
  Wave shake_[6], aim_[2];
};

}  // namespace rv::synthetic
