// Does a ray meet any triangle? A bounding volume hierarchy by median split.
#pragma once

#include <array>
#include <vector>

#include "tests/support/scene/vec.h"

namespace rv::synthetic {

class Bvh {
 public:
  Bvh() = default;
  Bvh(const std::vector<Vec3>& positions, const std::vector<std::array<int, 3>>& triangles);
  // Any hit at a distance in (1e-4, reach) along the unit `direction`.
  bool Hits(const Vec3& origin, const Vec3& direction, float reach) const;

 private:
  struct Node {
    Vec3 low, high;
    int first = 0;  // leaf: first triangle; inner: the second child (the first follows its parent)
    int count = 0;  // 0 for inner nodes
  };
  struct Triangle {
    Vec3 origin, edge1, edge2;
  };
  void Build(std::vector<int>& order, const std::vector<Triangle>& all, int first, int last);

  std::vector<Node> nodes_;
  std::vector<Triangle> triangles_;
};

}  // namespace rv::synthetic
