// What the motion analysis finds, and its options.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rv {

enum class CaptureMotion {
  kWalkRound,        // the camera moves and there is parallax (also when nothing contradicts it)
  kTurntable,        // the background stands still, or is plain, while the subject changes
  kRotationInPlace,  // the camera turns about its own center: no parallax anywhere
  kPanAlongPlane,    // everything seen lies in one plane, such as a wall
  kStill,            // nothing changes
  kUnrelated,        // the frames do not show one thing
};

// "walk round", "turntable", "rotation in place", "pan along a plane", "still", "unrelated".
std::string_view CaptureMotionName(CaptureMotion kind);

struct MotionOptions {
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Longest side of the pictures that motion is measured on, px, 160 to 1024. Larger is slower and follows
  // smaller subjects.
  int side_px = 320;

  Status Validate() const;
};

// Frames first..last of the sweep, both included.
struct FrameRange {
  int first = 0;
  int last = -1;
  int count() const { return last - first + 1; }
  friend bool operator==(const FrameRange&, const FrameRange&) = default;
};

struct PictureLoop {
  // The frame, with fraction, that looks as frame `pass.first` does; last + 1 = one step after the last
  // frame.
  double frame = 0;
  double certainty = 0;  // 0..1
  bool assumed = false;  // no picture proves it: steps too wide to measure, assumed to be one full turn
};

struct SweepMotion {
  CaptureMotion kind = CaptureMotion::kWalkRound;
  // Turn of the SUBJECT between frames i and i + 1, radians, never negative; size frames - 1. Relative sizes
  // are measured; the absolute scale is exact only when `loop` is set, else a rough estimate (within
  // about 1.6x).
  std::vector<double> step;
  bool static_background = false;
  double static_share = 0;  // share of the border's measured pixels that stand still
  std::optional<PictureLoop> loop;
  int direction = 0;  // +1: azimuth grows along the capture (ccw from above), -1: falls, 0: unknown
  double direction_certainty = 0;  // 0..1
  FrameRange run;                  // longest stretch of frames that belong together
  std::vector<int> breaks;         // frame i and i + 1 do not show one place
  FrameRange pass;                 // the longest part of `run` that turns one way
  int reversals = 0;               // how often the turn changes direction in `run`
  double turn_rad = 0;             // of `pass`, or of one full turn when `loop` is set
  double flow_trust = 0;           // share of neighboring pairs whose dense motion is reliable
  double subject_trust = 0;  // 1: the subject's outline is known, 0.5: roughly, 0.2: guessed near the center
  std::vector<std::string> findings;  // for the seller, one sentence each
};

namespace motion {

// Least SweepMotion::flow_trust at which steps measured by dense motion are used.
inline constexpr double kUsableFlowTrust = 0.5;
// Least SweepMotion::subject_trust at which the subject's outline is roughly known, and known.
inline constexpr double kRoughOutlineTrust = 0.4;
inline constexpr double kKnownOutlineTrust = 0.7;

}  // namespace motion
}  // namespace rv
