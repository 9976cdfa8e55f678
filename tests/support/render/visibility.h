// Which triangle is seen through each pixel. Every pixel has a ray of its own (x, y, 1) in cam, so that lens
// distortion and rolling shutter are exact; triangles are tested against rays by homogeneous edge functions
// (Olano, Greer: Triangle Scan Conversion using 2D Homogeneous Coordinates, 1997), which need no clipping.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <utility>
#include <vector>

#include "scene/geometry.h"
#include "tests/support/scene/stage.h"

namespace rv::synthetic {

// The rays through pixel centers.
class Lens {
 public:
  explicit Lens(const Camera& camera);
  const Camera& camera() const { return camera_; }
  Vec2 Ray(int x, int y) const { return rays_[static_cast<std::size_t>(y) * camera_.width + x]; }
  const Vec2* Row(int y) const { return &rays_[static_cast<std::size_t>(y) * camera_.width]; }
  // A row's rays as (start + step * x, y) but for slack_x and slack_y, which distortion needs.
  struct RowLine {
    float start = 0, step = 0, y = 0, slack_x = 0, slack_y = 0;
  };
  const RowLine& Line(int y) const { return lines_[y]; }
  // As Camera::Project, with the distortion frozen beyond the picture's corners, where the polynomial may
  // fold.
  Eigen::Vector2d Project(const Eigen::Vector3d& point_in_cam) const;

 private:
  Camera camera_;
  double reach2_ = 0;
  std::vector<Vec2> rays_;
  std::vector<RowLine> lines_;
};

// A camera and the object's turn (radians about +Y) at one moment.
struct Moment {
  Eigen::Matrix3d cam_from_world_rotation;
  Eigen::Vector3d cam_from_world_translation;
  double turn = 0, turn_cosine = 1, turn_sine = 0;
  // What shading needs, from the above.
  Vec3 right, down, forward;  // the camera's axes in world
  Vec3 eye;

  Moment(const Rigid3& cam_from_world, double object_turn);
};

// One look at the scene: rays shifted by (dx, dy) px, one moment for all rows or one for each (rolling
// shutter).
struct Look {
  double dx_px = 0, dy_px = 0;
  std::vector<Moment> rows;
  const Moment& at(int row) const { return rows.size() == 1 ? rows[0] : rows[row]; }
};

struct Hit {
  float inverse_depth = 0;  // 0: nothing
  int triangle = -1;        // in Stage::triangles; -1: the room
};

// A triangle before the camera, ready to be tested: weights of its corners along a ray (x, y, 1) are m * ray;
// all positive inside, their sum is the inverse depth.
struct Setup {
  float m[3][3];
  int triangle;
  int x0, x1, y0, y1;  // picture bounds, inclusive
};

// Triangles facing the camera and touching the picture, grouped by bands of rows.
class Visibility {
 public:
  static constexpr int kBandRows = 16;
  Visibility(const Stage& stage, const Lens& lens, const Look& look, int threads);
  // Hits for rows [first, last), row-major, into `hits` (resized).
  void Scan(int first_row, int last_row, std::vector<Hit>& hits) const;
  // Corner weights at a ray, each divided by their sum; they may lie slightly outside [0, 1].
  static bool Prepare(const Stage& stage, int triangle, const Moment& moment, Setup& setup);
  const Look& look() const { return *look_; }
  // The ray of pixel (x, y) with the look's shift.
  Vec2 ShiftedRay(int x, int y) const;
  const Setup& setup(int triangle) const { return setups_[slot_[triangle]]; }

 private:
  // The pixels of row y between setup.x0 and x1 whose rays may meet the triangle: [first, last].
  std::pair<int, int> Span(const Setup& setup, int y) const;

  const Stage* stage_;
  const Lens* lens_;
  const Look* look_;
  float shift_x_, shift_y_;
  std::vector<Setup> setups_;
  std::vector<int> slot_;  // triangle -> setup
  std::vector<std::vector<int>> bands_;
};

}  // namespace rv::synthetic
