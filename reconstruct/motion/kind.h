// Classifications of the motion analysis: which frames belong together, and whether there is parallax.
// Internal to reconstruct/: shows OpenCV types, include it from .cc files only.
#pragma once

#include "reconstruct/motion/match.h"
#include "reconstruct/motion/static_background.h"
#include "reconstruct/motion/sweep_motion.h"

namespace rv::motion {

// The i where frames i and i + 1 show different places.
std::vector<int> FindBreaks(const std::vector<int>& place);

// Whether most neighbors match. Where they do not (photos far apart), the lack of a match has no meaning.
bool MatchableNeighbors(const std::vector<PairMatch>& neighbors);

// The longest stretch between breaks; the earliest of equals.
FrameRange LongestRun(int frames, const std::vector<int>& breaks);

// kRotationInPlace or kPanAlongPlane when one homography explains nearly all matches of far pairs; else
// kWalkRound.
CaptureMotion ClassifyParallax(const std::vector<PairMatch>& far, cv::Size canvas);

// Turns measured rates (turn per frame) into robust steps. A rate within a factor `slack` of the median
// counts as constant speed, because how much a turn moves the picture depends on the side that is seen; only
// the excess counts as a change of speed. dt: seconds between the frames, or 1.
std::vector<double> SteadySteps(const std::vector<double>& raw, const std::vector<double>& dt, double slack);

}  // namespace rv::motion
