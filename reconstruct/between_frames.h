// Frames of a clip that join its map afterwards (between_choice.h: which), posed between the mapped frames around them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv {

// A frame with its pose, and where it sees points of the map.
struct FrameBetween {
  SweepFrame frame;
  PosedFrame posed;
  struct Seen {
    std::uint32_t point = 0;  // index into Reconstruction::points
    Eigen::Vector2d pixel;    // px of the original picture
  };
  std::vector<Seen> seen;
};

// Follows points of the map from the mapped frames before and after (Lucas and Kanade, in pyramids: Bouguet 2001) and finds the pose
// by them. Frames of another size than their neighbors, with too few points that agree, or away from where their
// neighbors say are left out. Fails with kCorrupt when a picture does not decode, kCancelled. Stage reported: "frames".
Result<std::vector<FrameBetween>> PoseFramesBetween(const Sweep& sweep,
                                                    const Reconstruction& reconstruction,
                                                    std::vector<SweepFrame> frames,
                                                    int threads,
                                                    const Progress& progress);

// Puts the frames into the sweep and its map, in capture order, with what they see; statistics stay those of the mapping.
// Returns the new index of each former frame.
std::vector<std::uint32_t> JoinFrames(std::vector<FrameBetween> frames,
                                      Sweep& sweep,
                                      Reconstruction& reconstruction);

// `orbit` of before JoinFrames with the joined frames, on its ring where those before and after them are. `moved_to`: from there.
Orbit WithJoinedFrames(const Orbit& orbit,
                       const Reconstruction& reconstruction,
                       const std::vector<std::uint32_t>& moved_to);

}  // namespace rv
