// A frame of the ring as the search for the item sees it: small, in Lab, with its sparse points. Internal to
// reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "reconstruct/subject/color_odds.h"
#include "reconstruct/subject/volume.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::subject {

struct SeenPoint {
  std::uint32_t point = 0;  // index into Reconstruction::points
  cv::Point2f at;           // px, (0.5, 0.5) = center of the first pixel
};

struct SeenFrame {
  std::uint32_t frame = 0;  // index into Sweep::frames
  Sight sight;
  cv::Mat lab;              // CV_8UC3, continuous
  std::vector<float> edge;  // what a boundary costs at each pixel, (0, 1]
  std::vector<SeenPoint> points;
  std::vector<float> backdrop;  // 1 where it is the backdrop of a studio; empty where there is none
  std::vector<float> given;     // log odds by a matte that the frame has; empty where it has none

  GridSize Size() const { return {lab.cols, lab.rows, 1}; }
  LabColor Color(std::size_t pixel) const {
    const cv::Vec3b& c = lab.ptr<cv::Vec3b>()[pixel];
    return {c[0], c[1], c[2]};
  }
};

// What a boundary costs at each pixel of a CV_8UC3 Lab picture, (0, 1].
std::vector<float> EdgeCosts(const cv::Mat& lab);

// Where each frame sees points.
using PointsSeen = std::vector<std::vector<std::pair<std::uint32_t, Eigen::Vector2d>>>;
PointsSeen PointsOfFrames(const Reconstruction& reconstruction);

// `frame`: with a pose. Longest side `side_px`. Fails with kCorrupt when the picture, or the matte that it has, does not decode.
Result<SeenFrame> LoadSeen(const Sweep& sweep,
                           const Reconstruction& reconstruction,
                           const PointsSeen& points,
                           std::uint32_t frame,
                           int side_px);

// The same of its picture, decoded and scaled.
Result<SeenFrame> MakeSeen(const Sweep& sweep,
                           const Reconstruction& reconstruction,
                           const PointsSeen& points,
                           std::uint32_t frame,
                           const Image& picture);

// Has `given` say what stands before the even backdrop (OddsBefore), in place of `backdrop`; nothing where there is none.
void TellByBackdrop(SeenFrame& frame);

// A part of the frame, as a frame of its own.
SeenFrame PartOf(const SeenFrame& whole, const cv::Rect& part);

}  // namespace rv::subject
