// The captured frames of an asset as photogrammetry tools want them: ids, cameras at the size of the upright
// originals, poses, points with tracks. What colmap, nerf and ply share.
#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "publish/output.h"
#include "scene/rotating_view.h"

namespace rv::publish {

struct ModelObservation {
  Eigen::Vector2d pixel;
  std::size_t point = 0;  // index into PosedModel::points
};

struct ModelImage {
  std::string name;        // the frame's own name
  std::string file;        // where its picture goes below images/: the name with blanks as '_'
  std::size_t source = 0;  // index into RotatingView::sources
  std::size_t camera = 0;  // index into PosedModel::cameras
  Rigid3 cam_from_world;
  std::vector<ModelObservation> observations;
};

struct ModelTrackElement {
  std::size_t image = 0;        // index into PosedModel::images
  std::size_t observation = 0;  // index into its observations
};

struct ModelPoint {
  Eigen::Vector3d position;  // in world
  Eigen::Matrix<unsigned char, 3, 1> rgb{128, 128, 128};
  double error_px = 0;  // mean reprojection error over the track below
  std::vector<ModelTrackElement> track;
};

// Posed frames only, in capture order; points seen by at least two of them.
struct PosedModel {
  std::vector<Camera> cameras;  // one for each lens and picture size
  std::vector<ModelImage> images;
  std::vector<ModelPoint> points;
};

// Fails with kInsufficientData when the asset has no poses, with a remedy; `format` is for that message.
// Fails with kCorrupt when indices, sizes or numbers contradict each other.
Result<PosedModel> MakePosedModel(const RotatingView& view, std::string_view format);

// A point of world in object: rotation * (scale * point) + translation.
Eigen::Vector3d ObjectFromWorld(const RotatingView& view, const Eigen::Vector3d& point_in_world);

// Writes the captured picture of every image below images/. Fails with kInsufficientData when the asset was
// made without sources; call CheckPictures first so that this is said before anything is written.
Status CheckPictures(const RotatingView& view, const PosedModel& model);
Status WritePictures(const RotatingView& view,
                     const PosedModel& model,
                     OutputFolder& folder,
                     const Progress& progress);

// Text of a double that reads back to the same double, shortest form, independent of the locale.
std::string Exact(double value);

// Binary little-endian PLY with float positions and uchar colors; `comment` says which frame they are in.
std::string PlyText(const std::vector<Eigen::Vector3d>& positions,
                    const std::vector<Eigen::Matrix<unsigned char, 3, 1>>& colors,
                    const std::string& comment);

// The frame of `export nerf`: exported = turn * (scale * world) + shift. The object frame with +Z up; poses that were taken
// as given are written as they were given.
struct ExportFrame {
  Eigen::Matrix3d turn = Eigen::Matrix3d::Identity();
  double scale = 1;
  Eigen::Vector3d shift = Eigen::Vector3d::Zero();

  Eigen::Vector3d operator*(const Eigen::Vector3d& in_world) const {
    return turn * (scale * in_world) + shift;
  }
};
ExportFrame ExportFrameOf(const RotatingView& view);

}  // namespace rv::publish
