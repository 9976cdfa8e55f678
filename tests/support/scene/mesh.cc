#include "tests/support/scene/mesh.h"

#include <algorithm>
#include <map>
#include <numbers>
#include <tuple>

namespace rv::synthetic {
namespace {

// Two triangles a-b-c, a-c-d; those with no area (poles) are left out.
void AddQuad(Mesh& mesh, int a, int b, int c, int d) {
  const auto add = [&](int i, int j, int k) {
    const Vec3 area = Cross(mesh.positions[j] - mesh.positions[i], mesh.positions[k] - mesh.positions[i]);
    if (Norm(area) > 1e-12F) mesh.triangles.push_back({i, j, k});
  };
  add(a, b, c);
  add(a, c, d);
}

// rows x (columns + 1) vertices were added from `base`; rows grow in s, columns in a.
void AddGrid(Mesh& mesh, int base, int rows, int columns, bool flip) {
  for (int r = 0; r + 1 < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      const int i = base + r * (columns + 1) + c;
      const int above = i + columns + 1;
      if (flip) {
        AddQuad(mesh, i, above, above + 1, i + 1);
      } else {
        AddQuad(mesh, i, i + 1, above + 1, above);
      }
    }
  }
}

// Vertices that no triangle uses.
void DropUnused(Mesh& mesh) {
  std::vector<int> place(mesh.positions.size(), -1);
  Mesh kept;
  for (auto& t : mesh.triangles) {
    for (int& v : t) {
      if (place[v] < 0) {
        place[v] = static_cast<int>(kept.positions.size());
        kept.positions.push_back(mesh.positions[v]);
        kept.normals.push_back(mesh.normals[v]);
        kept.uvs.push_back(mesh.uvs[v]);
      }
      v = place[v];
    }
  }
  kept.triangles = std::move(mesh.triangles);
  mesh = std::move(kept);
}

void OrientOutward(Mesh& mesh) {
  if (SignedVolume(mesh) >= 0) return;
  for (auto& triangle : mesh.triangles) std::swap(triangle[1], triangle[2]);
}

}  // namespace

void Mesh::Append(const Mesh& other) {
  const int base = static_cast<int>(positions.size());
  positions.insert(positions.end(), other.positions.begin(), other.positions.end());
  normals.insert(normals.end(), other.normals.begin(), other.normals.end());
  uvs.insert(uvs.end(), other.uvs.begin(), other.uvs.end());
  for (const auto& t : other.triangles) triangles.push_back({t[0] + base, t[1] + base, t[2] + base});
}

Mesh Lathe(const std::vector<Vec2>& profile, int segments, int repeat) {
  float length = 0, mean_radius = 0;
  for (std::size_t i = 1; i < profile.size(); ++i) {
    const float step = std::hypot(profile[i].x - profile[i - 1].x, profile[i].y - profile[i - 1].y);
    length += step;
    mean_radius += step * 0.5F * (profile[i].x + profile[i - 1].x);
  }
  const float v_per_length = 2.0F * repeat / (kTurn * mean_radius / length);
  const auto top = std::max_element(profile.begin(), profile.end(), [](Vec2 a, Vec2 b) { return a.y < b.y; });
  Mesh mesh;
  // Grows along the profile, 0 at its highest point: a picture's top edge is the rim, its v grows downwards.
  float along = 0;
  for (auto p = profile.begin(); p != top; ++p) along -= std::hypot((p + 1)->x - p->x, (p + 1)->y - p->y);
  for (std::size_t i = 0; i < profile.size(); ++i) {
    if (i > 0) along += std::hypot(profile[i].x - profile[i - 1].x, profile[i].y - profile[i - 1].y);
    for (int c = 0; c <= segments; ++c) {
      const float a = static_cast<float>(c) / segments;
      const float angle = kTurn * (c == segments ? 0.0F : a);
      mesh.positions.push_back(
          {profile[i].x * std::sin(angle), profile[i].y, profile[i].x * std::cos(angle)});
      mesh.uvs.push_back({a * repeat, -along * v_per_length});
    }
  }
  AddGrid(mesh, 0, static_cast<int>(profile.size()), segments, false);
  OrientOutward(mesh);
  ComputeNormals(mesh);
  return mesh;
}

Mesh TakeInside(Mesh& vessel) {
  Mesh inside;
  std::vector<std::array<int, 3>> outside;
  for (const auto& t : vessel.triangles) {
    const float v = vessel.uvs[t[0]].y + vessel.uvs[t[1]].y + vessel.uvs[t[2]].y;
    (v < 0 ? inside.triangles : outside).push_back(t);
  }
  vessel.triangles = std::move(outside);
  inside.positions = vessel.positions;
  inside.normals = vessel.normals;
  inside.uvs = vessel.uvs;
  DropUnused(inside);
  DropUnused(vessel);
  return inside;
}

std::vector<Vec2> SmoothProfile(const std::vector<Vec2>& corners, int steps) {
  const auto at = [&](int i) { return corners[std::clamp(i, 0, static_cast<int>(corners.size()) - 1)]; };
  std::vector<Vec2> smooth;
  for (int i = 0; i + 1 < static_cast<int>(corners.size()); ++i) {
    for (int s = 0; s < steps; ++s) {
      const float t = static_cast<float>(s) / steps;
      const auto blend = [t](float a, float b, float c, float d) {
        return 0.5F * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
      };
      const Vec2 p0 = at(i - 1), p1 = at(i), p2 = at(i + 1), p3 = at(i + 2);
      smooth.push_back({std::max(0.0F, blend(p0.x, p1.x, p2.x, p3.x)), blend(p0.y, p1.y, p2.y, p3.y)});
    }
  }
  smooth.push_back(corners.back());
  smooth.front().x = corners.front().x;
  return smooth;
}

Mesh RoundedBox(const Vec3& half, float round, int grid) {
  Mesh mesh;
  const Vec3 inner{half.x - round, half.y - round, half.z - round};
  for (int face = 0; face < 6; ++face) {
    const int base = static_cast<int>(mesh.positions.size());
    const float cell_u = (face % 3) / 3.0F, cell_v = (face / 3) / 2.0F;
    for (int r = 0; r <= grid; ++r) {
      for (int c = 0; c <= grid; ++c) {
        // Closer steps at the rims, where the rounding is.
        const auto ease = [](float t) { return t - 0.8F * std::sin(kTurn * t) / kTurn; };
        const float tu = ease(static_cast<float>(c) / grid), tv = ease(static_cast<float>(r) / grid);
        const float a = 2 * tu - 1, b = 1 - 2 * tv;
        const std::array<Vec3, 6> corners{Vec3{1, b, -a}, Vec3{-1, b, a}, Vec3{a, 1, -b},
                                          Vec3{a, -1, b}, Vec3{a, b, 1},  Vec3{-a, b, -1}};
        const Vec3 p = corners[face] * half;
        const Vec3 core{std::clamp(p.x, -inner.x, inner.x), std::clamp(p.y, -inner.y, inner.y),
                        std::clamp(p.z, -inner.z, inner.z)};
        mesh.positions.push_back(core + Normalized(p - core) * round);
        mesh.uvs.push_back({cell_u + tu / 3.0F, cell_v + tv / 2.0F});
      }
    }
    AddGrid(mesh, base, grid + 1, grid, true);
  }
  OrientOutward(mesh);
  ComputeNormals(mesh);
  return mesh;
}

Mesh Ellipsoid(const Vec3& center, const Vec3& radii, int segments, const std::array<float, 4>& cell) {
  Mesh mesh = Loft(
      [&](float s, float a) {
        const float polar = 0.5F * kTurn * s, angle = kTurn * a;
        return center +
               Vec3{std::sin(polar) * std::sin(angle), -std::cos(polar), std::sin(polar) * std::cos(angle)} *
                   radii;
      },
      segments, 2 * segments);
  for (Vec2& uv : mesh.uvs) uv = {cell[0] + cell[2] * uv.x, cell[1] + cell[3] * uv.y};
  return mesh;
}

Mesh Tube(
    const std::vector<Vec3>& path, const Vec3& across, float half_width, float half_height, int segments) {
  const int count = static_cast<int>(path.size());
  Mesh mesh = Loft(
      [&](float s, float a) {
        // First and last rows close the ends.
        const float f = s * (count + 1) - 1;
        const int i = std::clamp(static_cast<int>(std::lround(f)), 0, count - 1);
        if (f < -0.5F || f > count - 0.5F) return path[i];
        const Vec3 along = Normalized(path[std::min(i + 1, count - 1)] - path[std::max(i - 1, 0)]);
        const Vec3 second = Normalized(Cross(along, across));
        return path[i] + across * (half_width * std::cos(kTurn * a)) +
               second * (half_height * std::sin(kTurn * a));
      },
      count + 1, segments);
  return mesh;
}

Mesh Loft(const std::function<Vec3(float s, float a)>& point, int along, int around) {
  Mesh mesh;
  for (int r = 0; r <= along; ++r) {
    const float s = static_cast<float>(r) / along;
    for (int c = 0; c <= around; ++c) {
      const float a = static_cast<float>(c) / around;
      mesh.positions.push_back(point(s, c == around ? 0.0F : a));
      mesh.uvs.push_back({a, 1 - s});
    }
  }
  AddGrid(mesh, 0, along + 1, around, false);
  OrientOutward(mesh);
  ComputeNormals(mesh);
  return mesh;
}

Mesh Disc(float radius, float y, int corners) {
  Mesh mesh;
  for (int i = 0; i < corners; ++i) {
    const float angle = kTurn * i / corners;
    mesh.positions.push_back({radius * std::sin(angle), y, radius * std::cos(angle)});
    mesh.normals.push_back({0, 1, 0});
    mesh.uvs.push_back({0, 0});
  }
  // Halves of halves: few triangles overlap any pixel's bounds.
  const std::function<void(int, int)> fill = [&](int first, int last) {
    if (last - first < 2) return;
    const int middle = (first + last) / 2;
    mesh.triangles.push_back({first, middle, last % corners});
    fill(first, middle);
    fill(middle, last);
  };
  fill(0, corners);
  // The first triangle (0, half, corners) is empty: it only splits the disc in two.
  mesh.triangles.erase(mesh.triangles.begin());
  return mesh;
}

void ComputeNormals(Mesh& mesh) {
  // Seam and pole vertices are computed by the same expressions, so that their positions agree bit by bit but
  // for poles' last bits: quantize.
  const auto key = [](const Vec3& p) {
    return std::make_tuple(std::lround(p.x * 65536), std::lround(p.y * 65536), std::lround(p.z * 65536));
  };
  std::map<std::tuple<long, long, long>, Vec3> sums;
  for (const auto& t : mesh.triangles) {
    const Vec3& a = mesh.positions[t[0]];
    const Vec3 area = Cross(mesh.positions[t[1]] - a, mesh.positions[t[2]] - a);
    for (const int v : t) sums[key(mesh.positions[v])] += area;
  }
  mesh.normals.clear();
  for (const Vec3& p : mesh.positions) mesh.normals.push_back(Normalized(sums[key(p)]));
}

void StandOnGround(std::vector<Mesh*> parts, float radius) {
  Vec3 low{1e9F, 1e9F, 1e9F}, high{-1e9F, -1e9F, -1e9F};
  for (const Mesh* part : parts) {
    for (const Vec3& p : part->positions) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
  }
  const Vec3 middle = (low + high) * 0.5F;
  float reach = 0;
  for (const Mesh* part : parts) {
    for (const Vec3& p : part->positions) reach = std::max(reach, Norm(p - middle));
  }
  const float scale = radius / reach;
  for (Mesh* part : parts) {
    for (Vec3& p : part->positions) p = Vec3{p.x - middle.x, p.y - low.y, p.z - middle.z} * scale;
  }
}

double SignedVolume(const Mesh& mesh) {
  double six = 0;
  for (const auto& t : mesh.triangles) {
    six += Dot(mesh.positions[t[0]], Cross(mesh.positions[t[1]], mesh.positions[t[2]]));
  }
  return six;
}

}  // namespace rv::synthetic
