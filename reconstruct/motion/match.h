// Sparse matches between neighboring small frames: whether they show the same thing, and whether one
// homography explains all of it. Internal to reconstruct/: shows OpenCV types, include it from .cc files
// only.
#pragma once

#include "reconstruct/motion/flow.h"
#include "reconstruct/motion/frames.h"

namespace rv::motion {

struct PairMatch {
  bool by_flow = false;       // joined by dense motion, without features
  int keypoints = 0;          // the smaller count of the two pictures
  int matches = 0;            // mutual best matches that pass the ratio test
  int consistent = 0;         // that agree with one homography or (far pairs) with one epipolar geometry
  int homography = 0;         // that agree with one homography
  int center_matches = 0;     // of `matches`, those that start in the middle of the picture
  int center_homography = 0;  // of these, those that agree with the homography
  double shift = 0;           // median length of the homography's inliers, canvas px
  cv::Matx33d second_from_first = cv::Matx33d::eye();  // the homography
  // between the pictures' color histograms, 0 = same, 1 = disjoint (Bhattacharyya)
  double color_distance = 1;
};

struct MatchReport {
  std::vector<PairMatch> neighbors;  // one per neighboring pair
  // Per frame, the number of the place that it shows: frames joined by matches or by similar colors share it.
  std::vector<int> place;
  std::vector<PairMatch> far;  // up to 12 pairs so far apart that the picture shifts by about a seventh
};

// SIFT (Lowe, IJCV 2004) on the canvas pictures; fixed random seeds.
Result<MatchReport> MatchFrames(const SmallSweep& small,
                                const std::vector<PairFlow>& flow,
                                int threads,
                                const Progress& progress);

// Deviation of H from the rotation of a camera about its own center, H = K R K^-1, for the best focal length
// between 0.5 and 2 canvas sides; 0 for an exact rotation.
double RotationMisfit(const cv::Matx33d& second_from_first, cv::Size canvas);

}  // namespace rv::motion
