#include "tests/support/scene/bvh.h"

#include <algorithm>
#include <numeric>

namespace rv::synthetic {
namespace {

constexpr int kLeaf = 4;

float Axis(const Vec3& v, int axis) { return axis == 0 ? v.x : (axis == 1 ? v.y : v.z); }
Vec3 Min(const Vec3& a, const Vec3& b) {
  return {std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)};
}
Vec3 Max(const Vec3& a, const Vec3& b) {
  return {std::max(a.x, b.x), std::max(a.y, b.y), std::max(a.z, b.z)};
}

}  // namespace

Bvh::Bvh(const std::vector<Vec3>& positions, const std::vector<std::array<int, 3>>& triangles) {
  if (triangles.empty()) return;
  std::vector<Triangle> all;
  for (const auto& t : triangles) {
    const Vec3& a = positions[t[0]];
    all.push_back({a, positions[t[1]] - a, positions[t[2]] - a});
  }
  std::vector<int> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  Build(order, all, 0, static_cast<int>(all.size()));
  for (const int i : order) triangles_.push_back(all[i]);
}

void Bvh::Build(std::vector<int>& order, const std::vector<Triangle>& all, int first, int last) {
  const auto center = [&](int i) { return all[i].origin + (all[i].edge1 + all[i].edge2) * (1.0F / 3.0F); };
  Node node{{1e9F, 1e9F, 1e9F}, {-1e9F, -1e9F, -1e9F}};
  Vec3 low = node.low, high = node.high;
  for (int k = first; k < last; ++k) {
    const Triangle& t = all[order[k]];
    for (const Vec3& p : {t.origin, t.origin + t.edge1, t.origin + t.edge2}) {
      node.low = Min(node.low, p);
      node.high = Max(node.high, p);
    }
    low = Min(low, center(order[k]));
    high = Max(high, center(order[k]));
  }
  const std::size_t self = nodes_.size();
  nodes_.push_back(node);
  if (last - first <= kLeaf) {
    nodes_[self].first = first;
    nodes_[self].count = last - first;
    return;
  }
  const Vec3 size = high - low;
  const int axis = size.x > size.y && size.x > size.z ? 0 : (size.y > size.z ? 1 : 2);
  const int middle = (first + last) / 2;
  std::nth_element(order.begin() + first, order.begin() + middle, order.begin() + last, [&](int a, int b) {
    const float ca = Axis(center(a), axis), cb = Axis(center(b), axis);
    return ca != cb ? ca < cb : a < b;
  });
  Build(order, all, first, middle);
  nodes_[self].first = static_cast<int>(nodes_.size());
  Build(order, all, middle, last);
}

bool Bvh::Hits(const Vec3& origin, const Vec3& direction, float reach) const {
  if (nodes_.empty()) return false;
  const Vec3 inverse{1.0F / direction.x, 1.0F / direction.y, 1.0F / direction.z};
  const auto touches = [&](const Node& node) {
    const Vec3 a = (node.low - origin) * inverse, b = (node.high - origin) * inverse;
    const Vec3 near = Min(a, b), far = Max(a, b);
    const float enter = std::max({near.x, near.y, near.z, 0.0F});
    const float leave = std::min({far.x, far.y, far.z, reach});
    return enter <= leave;
  };
  std::array<int, 64> stack;
  int depth = 0;
  stack[depth++] = 0;
  while (depth > 0) {
    const int index = stack[--depth];
    const Node& node = nodes_[index];
    if (!touches(node)) continue;
    if (node.count == 0) {
      stack[depth++] = node.first;
      stack[depth++] = index + 1;
      continue;
    }
    for (int i = node.first; i < node.first + node.count; ++i) {
      // Moeller, Trumbore: Fast, Minimum Storage Ray/Triangle Intersection, 1997.
      const Triangle& t = triangles_[i];
      const Vec3 p = Cross(direction, t.edge2);
      const float det = Dot(t.edge1, p);
      if (std::abs(det) < 1e-12F) continue;
      const Vec3 s = origin - t.origin;
      const float u = Dot(s, p) / det;
      if (u < 0 || u > 1) continue;
      const Vec3 q = Cross(s, t.edge1);
      const float v = Dot(direction, q) / det;
      if (v < 0 || u + v > 1) continue;
      const float distance = Dot(t.edge2, q) / det;
      if (distance > 1e-4F && distance < reach) return true;
    }
  }
  return false;
}

}  // namespace rv::synthetic
