// What sparse points say about the pixels near them. Internal to reconstruct/: shows cv::Mat, include it from .cc files
// only.
#pragma once

#include <vector>

#include "reconstruct/subject/place.h"
#include "reconstruct/subject/seen_frame.h"

namespace rv::subject {

// Per point of the reconstruction: 1 on the item, -1 off it, 0 undecided. By where it lies: in `hull`, within `reach` of
// it (both per cell of `volume`) or, where these are empty, by the distance to the center.
std::vector<float> JudgePoints(const Reconstruction& reconstruction,
                               const SearchPlace& place,
                               const Volume& volume,
                               const std::vector<float>& hull,
                               const std::vector<float>& reach);

// Per pixel, -1 to 1: each point speaks for the pixels near it that look alike.
std::vector<float> PointEvidence(const SeenFrame& frame, const std::vector<float>& judged);

}  // namespace rv::subject
