// Reads a sparse model in COLMAP's binary format (cameras.bin, images.bin, points3D.bin; COLMAP's
// documentation, "Output Format"). Pixels and axes are ours already: the first pixel's center is (0.5, 0.5),
// cam looks along +z with y down, and image poses are cam_from_world.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "scene/geometry.h"

namespace rv::convert {

struct ColmapFeature {
  Eigen::Vector2d pixel;
  std::uint64_t point_id = kNoPoint;
  static constexpr std::uint64_t kNoPoint = ~std::uint64_t{0};
};

struct ColmapImage {
  Rigid3 cam_from_world;
  std::uint32_t camera_id = 0;
  std::string name;
  std::vector<ColmapFeature> features;
};

struct ColmapTrackElement {
  std::uint32_t image_id = 0;
  std::uint32_t feature = 0;  // index into ColmapImage::features
};

struct ColmapPoint {
  Eigen::Vector3d position;
  Eigen::Matrix<unsigned char, 3, 1> rgb;
  double mean_error_px = 0;
  std::vector<ColmapTrackElement> track;
};

struct ColmapModel {
  std::map<std::uint32_t, Camera> cameras;  // models SIMPLE_PINHOLE, PINHOLE (fx = fy), SIMPLE_RADIAL, RADIAL
  std::map<std::uint32_t, ColmapImage> images;
  std::map<std::uint64_t, ColmapPoint> points;
};

// Reads the model in `folder`. Fails with kNotFound when a file is missing, kCorrupt when one ends early or
// its parts do not fit together, kUnsupported for a camera model that rv::Camera cannot hold.
Result<ColmapModel> ReadColmapModel(const std::filesystem::path& folder);

// The number of images in the model in `folder`, from the head of its file; 0 when there is none.
std::uint64_t CountColmapImages(const std::filesystem::path& folder);

}  // namespace rv::convert
