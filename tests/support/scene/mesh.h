// Closed triangle meshes with texture coordinates, and the forms they are made of. Triangles run
// counter-clockwise seen from outside. +Y is up.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "tests/support/scene/vec.h"

namespace rv::synthetic {

struct Mesh {
  std::vector<Vec3> positions;
  std::vector<Vec3> normals;  // unit, one per vertex
  std::vector<Vec2> uvs;      // in textures; 1 = the whole texture, wraps round
  std::vector<std::array<int, 3>> triangles;

  void Append(const Mesh& other);
};

// A closed profile of (radius, height) from axis to axis, outside first, turned about +Y. u runs once round
// per `repeat` textures, v grows along the profile at the same scale for a texture of width = 2 * height.
Mesh Lathe(const std::vector<Vec2>& profile, int segments, int repeat);
// Takes the triangles beyond the rim (v < 0) out of a turned vessel and returns them.
Mesh TakeInside(Mesh& vessel);
// A flat disc facing up, open below; `corners` a power of two.
Mesh Disc(float radius, float y, int corners);
// Smooths a coarse profile: Catmull-Rom through the corners, `steps` points each.
std::vector<Vec2> SmoothProfile(const std::vector<Vec2>& corners, int steps);

// A box of half sizes `half` with edges rounded by `round`, its center at the origin. Each face has a cell of
// its own in a 3 x 2 atlas: +X, -X, +Y / -Y, +Z, -Z.
Mesh RoundedBox(const Vec3& half, float round, int grid);

// An ellipsoid; u, v as longitude and latitude within the cell [u0, u0 + du] x [v0, v0 + dv].
Mesh Ellipsoid(const Vec3& center,
               const Vec3& radii,
               int segments,
               const std::array<float, 4>& cell = {0, 0, 1, 1});

// A tube of elliptic section along a path, ends closed flat; `across` gives the section's first axis.
Mesh Tube(
    const std::vector<Vec3>& path, const Vec3& across, float half_width, float half_height, int segments);

// A surface over a grid: point(s, a) for s in [0, 1] from pole to pole and a in [0, 1] round; poles are
// single points.
Mesh Loft(const std::function<Vec3(float s, float a)>& point, int along, int around);

// Area-weighted vertex normals; vertices at one position (seams, poles) share theirs.
void ComputeNormals(Mesh& mesh);
// Moves and scales so that the mesh stands on y = 0 with its bounding sphere's radius `radius`, centered on
// the Y axis.
void StandOnGround(std::vector<Mesh*> parts, float radius);
// Six times positive for an outward oriented closed mesh.
double SignedVolume(const Mesh& mesh);

}  // namespace rv::synthetic
