// Triangle meshes of the item, in the object frame (+Y up, origin at the pivot, scale arbitrary).
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <vector>

#include "scene/image.h"

namespace rv::mesh {

using Triangle = std::array<std::uint32_t, 3>;

// Triangles run counter-clockwise seen from outside.
struct Surface {
  std::vector<Eigen::Vector3f> points;
  std::vector<Triangle> triangles;
};

// Corners of charts that meet have a vertex each.
struct TexturedMesh {
  std::vector<Eigen::Vector3f> points;
  std::vector<Eigen::Vector3f> normals;  // unit
  std::vector<Eigen::Vector2f> uvs;      // 0 to 1, (0, 0) at the texture's top left corner
  std::vector<Triangle> triangles;
  EncodedImage texture;     // JPEG
  double unseen_share = 0;  // of the surface's area that no frame shows; it continues the colors about it
};

// Area-weighted, unit; +Y where a vertex has no area about it.
std::vector<Eigen::Vector3f> VertexNormals(const Surface& surface);

// Of each edge, the triangle beyond: neighbors[t][k] shares the edge from corner k to k + 1; ~0u where there is none.
std::vector<Triangle> TriangleNeighbors(const Surface& surface);

}  // namespace rv::mesh
