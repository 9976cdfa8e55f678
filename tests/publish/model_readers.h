// Readers of exported models that share no code with their writers.
#pragma once

#include <Eigen/Core>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rv::testing::models {

struct ReadImage {
  std::string name;
  Eigen::Matrix3d rotation;
  Eigen::Vector3d translation;
  int camera = 0;
  std::vector<std::pair<Eigen::Vector2d, int>> points2d;
};

struct ReadCamera {
  std::string model;
  int width = 0, height = 0;
  std::vector<double> params;
};

struct ReadPoint {
  Eigen::Vector3d position;
  int rgb[3] = {};
  double error = 0;
  std::vector<std::pair<int, int>> track;
};

struct ReadModel {
  std::map<int, ReadCamera> cameras;
  std::map<int, ReadImage> images;
  std::map<int, ReadPoint> points;
};

// COLMAP's text model.
ReadModel ReadColmap(const std::filesystem::path& folder);

// The pixel of a point in cam: u = f d x + cx with d = 1 + k1 r^2 + k2 r^4.
Eigen::Vector2d ProjectRadial(
    double f, double cx, double cy, double k1, double k2, const Eigen::Vector3d& cam);
Eigen::Vector2d Project(const ReadCamera& camera, const Eigen::Vector3d& cam);

struct Ply {
  std::string header;
  std::vector<Eigen::Vector3f> positions;
  std::vector<std::array<int, 3>> colors;
};

Ply ReadPly(const std::filesystem::path& path);

}  // namespace rv::testing::models
