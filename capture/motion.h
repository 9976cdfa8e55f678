// How far the viewpoint has moved against the item, frame by frame, from small gray pictures.
//
// Features are followed (pyramidal Lucas-Kanade) from an anchor frame; what counts is how far they moved
// against their own median, over those that moved at all. So a still background does not hide an item that
// turns before it, a panning or shaking hand (everything moves alike) counts little, and standing still adds
// nothing however long it lasts: noise and shake are not summed, a new anchor is set only after a real step.
#pragma once

#include <memory>
#include <vector>

#include "capture/select.h"
#include "scene/image.h"

namespace rv::capture {

struct MotionSample {
  double time_s = 0;
  // Motion since the sample before, in units of the picture's longer side; not negative. Meaningless when
  // !measured.
  double step = 0;
  bool measured = false;  // false: too few features could be followed
  bool changed = false;   // the picture differs from the one before by more than noise
};

// Feed frames in order of presentation; all of one size.
class MotionMeter {
 public:
  MotionMeter();
  ~MotionMeter();
  MotionMeter(const MotionMeter&) = delete;
  MotionMeter& operator=(const MotionMeter&) = delete;

  void Add(const Image& luma, double time_s);
  const std::vector<MotionSample>& samples() const { return samples_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::vector<MotionSample> samples_;
};

// Motion since the first sample at each of `times_s` (not decreasing), linear between samples. Steps that
// could not be measured count as the clip's median rate where the picture changed, else as none.
std::vector<double> AccumulateMotion(const std::vector<MotionSample>& samples,
                                     const std::vector<double>& times_s);

// Mean square of the Laplacian of a small gray picture, in gray levels squared; at least 1e-3.
double Sharpness(const Image& luma);
double MeanLuma(const Image& luma);
Thumb MakeThumb(const Image& luma);
// The largest mean change over the 8 x 8 parts of two pictures, in gray levels.
double LargestChange(const Image& a, const Image& b);

}  // namespace rv::capture
