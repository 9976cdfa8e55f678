#include "publish/mesh/iso_surface.h"

#include <meshoptimizer.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace rv::mesh {
namespace {

// A grid point as index and place.
struct Corner {
  std::size_t index = 0;
  Eigen::Vector3f point;
  float value = 0;
};
using Tetrahedron = std::array<Corner, 4>;

class Builder {
 public:
  void Add(const Tetrahedron& corners) {
    std::array<const Corner*, 4> in{}, out{};
    int ins = 0, outs = 0;
    for (const Corner& corner : corners)
      (corner.value < 0 ? in[static_cast<std::size_t>(ins++)] : out[static_cast<std::size_t>(outs++)]) =
          &corner;
    if (ins == 0 || outs == 0) return;
    if (ins == 1) {
      Put({Between(in[0], out[0]), Between(in[0], out[1]), Between(in[0], out[2])}, *in[0], *out[0]);
    } else if (outs == 1) {
      Put({Between(in[0], out[0]), Between(in[1], out[0]), Between(in[2], out[0])}, *in[0], *out[0]);
    } else {
      const Triangle first = {Between(in[0], out[0]), Between(in[0], out[1]), Between(in[1], out[1])};
      Put(first, *in[0], *out[0]);
      Put({first[0], first[2], Between(in[1], out[0])}, *in[0], *out[0]);
    }
  }
  Surface Take() { return std::move(surface_); }

 private:
  std::uint32_t Between(const Corner* a, const Corner* b) {
    if (a->index > b->index) std::swap(a, b);
    const std::uint64_t key = static_cast<std::uint64_t>(a->index) << 32 | b->index;
    const auto [found, added] =
        vertices_.try_emplace(key, static_cast<std::uint32_t>(surface_.points.size()));
    if (added) {
      // Away from the corners, so that no triangle is without area.
      const float t = std::clamp(a->value / (a->value - b->value), 0.02F, 0.98F);
      surface_.points.push_back(a->point + t * (b->point - a->point));
    }
    return found->second;
  }

  // Turned so that its normal leads from inside to outside.
  void Put(Triangle triangle, const Corner& inside, const Corner& outside) {
    const Eigen::Vector3f& a = surface_.points[triangle[0]];
    const Eigen::Vector3f normal = (surface_.points[triangle[1]] - a).cross(surface_.points[triangle[2]] - a);
    // Both lie off the triangle's plane, on either side.
    if (normal.dot(outside.point - a) < normal.dot(inside.point - a)) std::swap(triangle[1], triangle[2]);
    surface_.triangles.push_back(triangle);
  }

  Surface surface_;
  std::unordered_map<std::uint64_t, std::uint32_t> vertices_;
};

// Only the points that triangles use, in their order.
Surface Compact(const std::vector<Eigen::Vector3f>& points, const std::vector<Triangle>& triangles) {
  Surface out;
  std::vector<std::uint32_t> renamed(points.size(), ~0U);
  for (Triangle triangle : triangles) {
    for (std::uint32_t& corner : triangle) {
      if (renamed[corner] == ~0U) {
        renamed[corner] = static_cast<std::uint32_t>(out.points.size());
        out.points.push_back(points[corner]);
      }
      corner = renamed[corner];
    }
    out.triangles.push_back(triangle);
  }
  return out;
}

}  // namespace

Surface ZeroSurface(const Volume& volume) {
  // From the cell's low corner to its high one along the axes in each of their six orders.
  constexpr int kOrders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  const auto corner = [&](const Eigen::Vector3i& at) {
    const std::size_t index = volume.At(at.x(), at.y(), at.z());
    return Corner{index, volume.Point(at.x(), at.y(), at.z()), volume.values[index]};
  };
  Builder builder;
  for (int k = 0; k + 1 < volume.size.z(); ++k)
    for (int j = 0; j + 1 < volume.size.y(); ++j)
      for (int i = 0; i + 1 < volume.size.x(); ++i) {
        bool inside = false, outside = false;
        for (int c = 0; c < 8; ++c) {
          const bool in = volume.values[volume.At(i + (c & 1), j + (c >> 1 & 1), k + (c >> 2))] < 0;
          (in ? inside : outside) = true;
        }
        if (!inside || !outside) continue;
        for (const auto& order : kOrders) {
          Eigen::Vector3i at(i, j, k);
          Tetrahedron corners{corner(at)};
          for (std::size_t s = 0; s < 3; ++s) {
            ++at[order[s]];
            corners[s + 1] = corner(at);
          }
          builder.Add(corners);
        }
      }
  return builder.Take();
}

Surface WithoutCrumbs(const Surface& surface, double least_share) {
  std::vector<std::uint32_t> parent(surface.points.size());
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t of) {
    while (parent[of] != of) of = parent[of] = parent[parent[of]];
    return of;
  };
  for (const Triangle& triangle : surface.triangles)
    for (const std::uint32_t corner : triangle) parent[root(corner)] = root(triangle[0]);
  std::vector<std::size_t> sizes(surface.points.size(), 0);
  for (const Triangle& triangle : surface.triangles) ++sizes[root(triangle[0])];
  const std::size_t largest = sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end());
  std::vector<Triangle> kept;
  for (const Triangle& triangle : surface.triangles)
    if (static_cast<double>(sizes[root(triangle[0])]) >= least_share * static_cast<double>(largest))
      kept.push_back(triangle);
  return Compact(surface.points, kept);
}

Surface Simplified(const Surface& surface, std::size_t triangles, float error) {
  if (surface.triangles.size() <= triangles) return surface;
  std::vector<Triangle> out(surface.triangles.size());
  const std::size_t indices =
      meshopt_simplify(out.front().data(), surface.triangles.front().data(), 3 * surface.triangles.size(),
                       surface.points.front().data(), surface.points.size(), sizeof(Eigen::Vector3f),
                       3 * triangles, error, 0, nullptr);
  out.resize(indices / 3);
  return Compact(surface.points, out);
}

}  // namespace rv::mesh
