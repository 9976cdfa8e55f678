// Whether the picture comes back: distances between far frames of a sweep. Internal to reconstruct/: shows
// OpenCV types, include it from .cc files only.
#pragma once

#include <optional>
#include <vector>

#include "reconstruct/motion/frames.h"

namespace rv::motion {

// distance(i, j) between thumbnails of frames i and j, 0 = same picture, mean gray level difference.
struct PictureDistances {
  cv::Mat all;          // count x count, CV_32FC1, symmetric
  double neighbor = 0;  // median over neighbors
  double far = 0;       // median over all pairs further apart than an eighth of the sweep
  float at(int i, int j) const { return all.at<float>(i, j); }
  int count() const { return all.rows; }
};

// Thumbnails show the given window of each frame; small shifts between them are allowed for.
PictureDistances MeasureDistances(const std::vector<cv::Mat>& bgr,
                                  const std::vector<cv::Rect>& windows,
                                  int threads);

// The same for the frames first .. last alone.
PictureDistances SliceDistances(const PictureDistances& distances, int first, int last);

struct PictureReturn {
  // the frame number (with fraction; count = one step after the last) that looks as frame 0
  double frame = 0;
  double certainty = 0;  // 0..1
};

// The first clear return of the picture along the capture. `turn` is the accumulated turn per frame, radians,
// by a rough measure, or empty where it is unknown; returns where it is below 0.45 or above 2 full turns are
// rejected.
std::optional<PictureReturn> FindReturn(const PictureDistances& distances, const std::vector<double>& turn);

// The frame at which the capture reverses and shows the same pictures again in reverse order, if there is
// one. `vote` is the signed evidence for the direction of each pair: its sign must differ before and after,
// unless the pictures are clear.
std::optional<int> FindReversal(const PictureDistances& distances, const std::vector<double>& vote);

}  // namespace rv::motion
