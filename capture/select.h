// Which frames of a clip become part of the sweep: a pure function of what was measured on each.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rv::capture {

// A picture as 16 x 16 gray levels, row by row: enough to see that it changed.
using Thumb = std::array<std::uint8_t, 256>;

struct FrameMeasure {
  int number = 0;        // among all frames of the clip
  double time_s = 0;     // not decreasing
  double sharpness = 0;  // > 0; larger = sharper, comparable between neighbors
  // Viewpoint motion since the first frame, in picture widths moved by the scene against its own median; not
  // decreasing. Stands still while the item and the camera do.
  double motion = 0;
  Thumb thumb{};
  bool reshaped = false;  // of another size than the frame before
};

struct SelectionOptions {
  int max_frames = 120;  // >= 2
  // Wanted motion between chosen frames: about 3 degrees on real turntables and walk-rounds.
  double step = 0.006;
  // Short arcs, and items that are small in the picture, get at least this many, as long as they are twice
  // `near_duplicate` apart.
  int min_frames = 60;
  // As many without any motion.
  int still_frames = 24;
  // Below this much motion two frames show the same.
  double near_duplicate = 0.0015;
};

struct FrameChoice {
  bool selected = false;
  bool blurred = false;  // selected since nothing sharper is near, but much softer than its neighbors
  std::string note;      // why it was chosen or left out
};

struct Selection {
  std::vector<FrameChoice> choices;  // one a frame, same order
  int selected = 0;
  double step = 0;       // motion (or seconds) between chosen frames
  bool by_time = false;  // no motion was seen: spread evenly in time
};

// Spreads frames evenly in motion and takes the sharpest near each stop. Without motion it spreads them in
// time. Where the motion of a plain item could not be followed, long gaps between pictures that differ are
// filled in time. Never chooses none while there are frames.
Selection SelectFrames(std::span<const FrameMeasure> frames, const SelectionOptions& options);

// Photos are all kept; this says which the spin should not show. `difference` is the largest change of any
// part of the picture against the photo before, in gray levels (255 for the first).
struct PhotoMeasure {
  double sharpness = 0;
  double difference = 255;
};
struct PhotoChoice {
  bool for_spin = true;
  std::string note;
};
std::vector<PhotoChoice> JudgePhotos(std::span<const PhotoMeasure> photos);

}  // namespace rv::capture
