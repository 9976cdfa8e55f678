// A Reconstruction: one calibrated camera, a pose for each frame that could be posed, points with tracks.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "scene/geometry.h"
#include "scene/ids.h"

namespace rv {

// One frame's part in the reconstruction; frames[i] belongs to Sweep::frames[i].
struct PosedFrame {
  std::string name;
  int width = 0;  // size of the upright original, px
  int height = 0;
  bool posed = false;
  Rigid3 cam_from_world;     // valid when posed
  int camera = 0;            // index into Reconstruction::cameras
  int inliers = 0;           // observations kept
  double mean_error_px = 0;  // mean reprojection error, px of the original picture
  std::string reason;  // why it is out, or a remark ("off the ring"); empty when there is nothing to say
};

struct Observation {
  FrameId frame;
  Eigen::Vector2d pixel;  // px of the original picture, (0.5, 0.5) = center of the first pixel
};

struct Point {
  Eigen::Vector3d position;  // in world
  Eigen::Matrix<unsigned char, 3, 1> rgb{128, 128, 128};
  double mean_error_px = 0;
  std::vector<Observation> track;
};

struct ReconstructionStats {
  int posed_frames = 0;
  std::size_t observations = 0;
  double mean_error_px = 0;
  double median_error_px = 0;
  double median_track_length = 0;
};

// Reconstruction::mapper where poses and cameras are as they were given: world is theirs.
inline constexpr const char* kGivenPoses = "priors";

struct Reconstruction {
  // Shared by frames of one size and one lens; photo folders of mixed sizes or zooms have several.
  std::vector<Camera> cameras;
  std::vector<PosedFrame> frames;
  std::vector<Point> points;
  ReconstructionStats stats;
  bool turntable = false;           // the item turned before a still camera; poses are relative to the item
  std::string mapper = "rotaview";  // or "colmap", "priors"
};

}  // namespace rv
