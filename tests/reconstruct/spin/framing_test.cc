// What the picture shows: the item's extent, the surface under it, the crop, the sources that hold it.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>

#include "base/statistics.h"
#include "reconstruct/orbit/support_plane.h"
#include "reconstruct/spin/crop.h"
#include "reconstruct/spin/proxy_depth.h"
#include "reconstruct/spin/source_choice.h"
#include "reconstruct/spin/subject_box.h"
#include "reconstruct/spin/warp_render.h"

namespace rv::spin {
namespace {

const OrbitAxes kAxes{
    .across = Eigen::Vector3d::UnitX(), .up = Eigen::Vector3d::UnitY(), .ahead = Eigen::Vector3d::UnitZ()};

// A ball of radius 0.3 round the origin that touches a table (tilted by 4 degrees) reaching out to 1.
std::vector<Eigen::Vector3d> BallOnTable() {
  std::vector<Eigen::Vector3d> points;
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, 1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int i = 0; i < 300; ++i)
    points.push_back(0.3 * Eigen::Vector3d(normal(random), normal(random), normal(random)).normalized());
  while (points.size() < 1500) {
    const double x = uniform(random);
    const double z = uniform(random);
    points.emplace_back(x, -0.31 + std::tan(ToRadians(4)) * x + 0.002 * normal(random), z);
  }
  return points;
}

VirtualPath Path(int stops) {
  VirtualPath path{.axes = kAxes, .distance = 3, .focal_px = 600};
  for (int i = 0; i < stops; ++i) {
    const double azimuth = 2 * kPi * i / stops;
    path.stops.push_back({.azimuth = azimuth,
                          .elevation = 0.2,
                          .cam_from_world = LookAtCenter(Eigen::Vector3d::Zero(), kAxes, azimuth, 0.2, 3)});
  }
  return path;
}

TEST(SupportPlane, IsTheTable) {
  const std::optional<orbit::SupportPlane> plane =
      orbit::FindSupport(BallOnTable(), Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitY(), 1);
  ASSERT_TRUE(plane);
  const Eigen::Vector3d normal = Eigen::Vector3d(-std::tan(ToRadians(4)), 1, 0).normalized();
  EXPECT_LT(ToDegrees(std::acos(std::min(1.0, plane->normal.dot(normal)))), 0.5);
  EXPECT_NEAR(plane->Above(Eigen::Vector3d::Zero()), 0.31, 0.01);
}

TEST(SupportPlane, NothingFloatsAndNoShelfAboveIsOne) {
  std::vector<Eigen::Vector3d> points = BallOnTable();
  const std::vector<Eigen::Vector3d> ball(points.begin(), points.begin() + 300);
  EXPECT_FALSE(orbit::FindSupport(ball, Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitY(), 1));
  for (Eigen::Vector3d& point : points) point.y() = -point.y();  // the plane is on top
  EXPECT_FALSE(orbit::FindSupport(points, Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitY(), 1));
  for (Eigen::Vector3d& point : points) std::swap(point.y(), point.z());  // a wall
  EXPECT_FALSE(orbit::FindSupport(points, Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitY(), 1));
}

TEST(SubjectBox, IsTheBallWithoutItsTable) {
  Reconstruction reconstruction;
  for (const Eigen::Vector3d& position : BallOnTable())
    reconstruction.points.push_back({.position = position});
  const SubjectBox box =
      MeasureSubject(reconstruction, {.up = Eigen::Vector3d::UnitY(), .subject_radius = 1}, Path(12));
  // 600 px * 0.3 / 3 = 60 px; the table alone reaches to 200.
  EXPECT_NEAR(box.half_width, 60, 5);
  EXPECT_NEAR(box.above, 60, 5);
  EXPECT_NEAR(box.below, 60, 8);
  EXPECT_EQ(box.Lowered(10).HalfHeight(), box.below + 10);
}

TEST(Crop, HoldsTheItemRatherThanMuchBackground) {
  const WarpGrid grid{.left = -200, .top = -200, .cell = 10, .cols = 41, .rows = 41};
  std::vector<bool> covered(grid.Size(), false);
  const auto cover = [&](double half_width, double half_height) {
    for (int row = 0; row < grid.rows; ++row)
      for (int col = 0; col < grid.cols; ++col)
        if (std::abs(grid.At(col, row).x()) <= half_width && std::abs(grid.At(col, row).y()) <= half_height)
          covered[grid.Index(col, row)] = true;
  };
  cover(200, 110);  // wide
  cover(80, 160);   // tall
  const SubjectBox tall{.half_width = 70, .above = 150, .below = 120};
  const CellRect rect = BestCrop(grid, covered, tall);
  EXPECT_TRUE(HoldsItem(grid, rect, tall));
  EXPECT_EQ(MakeViewFrame(grid, rect, 4000).width, 160);
  EXPECT_EQ(MakeViewFrame(grid, rect, 4000).height, 320);
  const SubjectBox small{.half_width = 50, .above = 50, .below = 50};
  EXPECT_EQ(MakeViewFrame(grid, BestCrop(grid, covered, small), 4000).width, 400);
  EXPECT_FALSE(HoldsItem(grid, BestCrop(grid, covered, small), tall));
}

TEST(SourceChoice, AWholeItemComesBeforeTheNearestFrame) {
  VirtualPath path = Path(12);
  path.stops.resize(1);
  const WarpGrid grid{.left = -300, .top = -220, .cell = 20, .cols = 31, .rows = 23};
  const SubjectBox box{.half_width = 150, .above = 150, .below = 150};
  Sweep sweep;
  std::vector<SourceCamera> sources;
  const auto add = [&](double azimuth, double aim) {
    SourceCamera source{.frame = static_cast<std::uint32_t>(sources.size()),
                        .camera = {.width = 640, .height = 480, .focal_px = 600, .cx_px = 320, .cy_px = 240},
                        .cam_from_world = LookAtCenter({0, aim, 0}, kAxes, azimuth, 0.2, 3),
                        .azimuth = azimuth};
    sources.push_back(source);
    sweep.frames.push_back({.sharpness = 1});
  };
  add(ToRadians(2), 0.9);  // aims so high that the item's foot is cut off
  add(ToRadians(-7), 0);
  const Reconstruction reconstruction;
  const Orbit orbit;
  const SpinGeometry geometry{.reconstruction = reconstruction, .orbit = orbit, .path = path, .grid = grid};
  const auto chosen = ChooseSources(sweep, geometry, sources, box, 4);
  EXPECT_EQ(chosen[0].front(), 1);
  sources[0].cam_from_world = LookAtCenter({0, 0.05, 0}, kAxes, ToRadians(2), 0.2, 3);
  EXPECT_EQ(ChooseSources(sweep, geometry, sources, box, 4)[0].front(), 0);
}

TEST(VirtualPath, HeightsThatCannotBeBridgedAreKeptAsCaptured) {
  Reconstruction reconstruction;
  reconstruction.cameras.push_back(
      {.width = 640, .height = 480, .focal_px = 600, .cx_px = 320, .cy_px = 240});
  Orbit orbit{.up = Eigen::Vector3d::UnitY(), .radius = 3, .arc = 2 * kPi, .closed = true};
  std::vector<int> ring;
  const auto turn = [&](double from_deg, double to_deg) {
    reconstruction.frames.clear();
    orbit.frames.clear();
    ring.clear();
    for (int i = 0; i < 72; ++i) {
      const double azimuth = 2 * kPi * i / 72;
      const double elevation = ToRadians(from_deg + (to_deg - from_deg) * i / 71);
      reconstruction.frames.push_back(
          {.width = 640,
           .height = 480,
           .posed = true,
           .cam_from_world = LookAtCenter(Eigen::Vector3d::Zero(), kAxes, azimuth, elevation, 3)});
      orbit.frames.push_back({.frame = FrameId{static_cast<std::uint32_t>(i)},
                              .azimuth = azimuth,
                              .elevation = elevation,
                              .radius = 3});
      ring.push_back(i);
    }
    return PlanVirtualPath(reconstruction, orbit, ring, {});
  };
  const VirtualPath falling = turn(47, 7);
  EXPECT_NEAR(ToDegrees(falling.stops.front().elevation), 47, 1);
  EXPECT_NEAR(ToDegrees(falling.stops.back().elevation), 7, 1);
  // A small difference is still evened out, half of it on either side.
  const VirtualPath slight = turn(20, 12);
  EXPECT_NEAR(ToDegrees(slight.stops.front().elevation), 16, 1.5);
  EXPECT_LT(ToDegrees(slight.largest_jump), 3);
}

TEST(ProxyDepth, KeepsTheReliefOfASteppedSurface) {
  const WarpGrid grid{.left = -240, .top = -160, .cell = 12, .cols = 41, .rows = 27};
  std::vector<ViewPoint> points;
  for (int i = 0; i < 240; ++i) {
    const double x = -230 + 460 * std::fmod(0.5 + i * 0.7548776662, 1.0);
    const double y = -150 + 300 * std::fmod(0.5 + i * 0.5698402910, 1.0);
    const bool in_front = std::fmod(std::abs(x), 120) < 60;
    points.push_back({.at = {x, y}, .inverse = in_front ? 1.1 : 0.95, .weight = 0.3});
  }
  const std::vector<double> inverse = SolveInverseDepth(points, grid, 600, 1);
  double kept = 0;
  double there = 0;
  for (const ViewPoint& point : points) {
    kept += (SampleAt(grid, point.at).Of(inverse) - 1.025) * (point.inverse - 1.025);
    there += (point.inverse - 1.025) * (point.inverse - 1.025);
  }
  // What is lost here, a view turns too little from its source: its steps come out uneven.
  EXPECT_GT(kept / there, 0.87);
  EXPECT_LT(kept / there, 1.01);
}

}  // namespace
}  // namespace rv::spin
