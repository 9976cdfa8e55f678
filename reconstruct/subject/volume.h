// A grid of cells round the orbit's center in which the item is sought, upright, and how frames see it.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/subject/tv_labels.h"
#include "scene/geometry.h"

namespace rv::subject {

struct Volume {
  Eigen::Vector3d corner = Eigen::Vector3d::Zero();    // of the first cell, in world
  Eigen::Matrix3d axes = Eigen::Matrix3d::Identity();  // columns: across, up, ahead; unit, in world
  double cell = 1;                                     // side, world units
  GridSize size;                                       // width across, height up, depth ahead

  std::size_t Index(int x, int y, int z) const {
    return (static_cast<std::size_t>(z) * static_cast<std::size_t>(size.height) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(size.width) +
           static_cast<std::size_t>(x);
  }
  Eigen::Vector3d At(int x, int y, int z) const {
    return corner + axes * (cell * Eigen::Vector3d(x + 0.5, y + 0.5, z + 0.5));
  }
  // The cell that holds `position`; -1 outside.
  std::ptrdiff_t CellOf(const Eigen::Vector3d& position) const;
};

// A picture of a frame, with its camera at that picture's size.
struct Sight {
  Camera camera;
  Rigid3 cam_from_world;
};

// Where each cell's center lies in the picture: the index of its pixel, -1 outside or behind.
std::vector<int> PixelsOfCells(const Volume& volume, const Sight& sight);

// Several values of each cell, looked at together.
struct Shells {
  std::vector<std::vector<float>> values;  // row-major; `values[k + 1]` is nowhere below `values[k]`
  std::vector<char> shown;                 // per cell: others with values as high do not enclose it
};
Shells MakeShells(const Volume& volume, std::vector<std::vector<float>> values);

// Per shell and pixel, the largest value of the cells that the pixel looks through; 0 where it looks past all.
std::vector<std::vector<float>> Projected(const Volume& volume, const Shells& shells, const Sight& sight);

}  // namespace rv::subject
