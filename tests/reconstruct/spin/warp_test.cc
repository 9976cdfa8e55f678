#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <random>

#include "base/srgb.h"
#include "reconstruct/spin/banded_system.h"
#include "reconstruct/spin/crop.h"
#include "reconstruct/spin/exposure.h"
#include "reconstruct/spin/proxy_depth.h"
#include "reconstruct/spin/warp_mesh.h"
#include "reconstruct/spin/warp_render.h"

namespace rv::spin {
namespace {

using exposure::ExposurePair;
using exposure::Gain;
using exposure::GainTable;
using exposure::MakeGainTable;
using exposure::SolveGains;

TEST(BandedSystem, MatchesDenseLeastSquares) {
  constexpr int kUnknowns = 30;
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  BandedSystem banded(kUnknowns, 4);
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(kUnknowns, kUnknowns);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(kUnknowns);
  for (int row = 0; row < 120; ++row) {
    const int first = row % (kUnknowns - 4);
    const std::array<int, 3> at{first + 4, first, first + 2};
    const std::array<double, 3> c{uniform(random), uniform(random), uniform(random)};
    const double target = uniform(random);
    banded.AddRow(at, c, target, 0.5);
    Eigen::VectorXd dense = Eigen::VectorXd::Zero(kUnknowns);
    for (int k = 0; k < 3; ++k) dense[at[k]] = c[k];
    a += 0.5 * dense * dense.transpose();
    b += 0.5 * dense * target;
  }
  const Eigen::VectorXd expected = a.ldlt().solve(b);
  const std::optional<std::vector<double>> got = banded.Solve();
  ASSERT_TRUE(got.has_value());
  for (int i = 0; i < kUnknowns; ++i) EXPECT_NEAR((*got)[i], expected[i], 1e-8);
}

TEST(BandedSystem, HasNoAnswerWhereNothingIsFixed) {
  BandedSystem loose(4, 1);  // three unknowns held, one not
  for (const int i : {0, 1, 3}) loose.AddRow(std::array{i}, std::array{1.0}, 0, 1);
  EXPECT_FALSE(loose.Solve().has_value());
  BandedSystem wild(2, 1);
  for (const int i : {0, 1}) wild.AddRow(std::array{i}, std::array{std::nan("")}, 0, 1);
  EXPECT_FALSE(wild.Solve().has_value());
  BandedSystem huge(2, 1);
  for (const int i : {0, 1}) huge.AddRow(std::array{i}, std::array{1e200}, 0, 1);
  EXPECT_FALSE(huge.Solve().has_value());
}

// A virtual camera and a source 4 degrees away before the plane z = slope * x (in world, center at the
// origin).
struct PlaneScene {
  explicit PlaneScene(double plane_slope) : slope(plane_slope) {
    path.axes = {.across = Eigen::Vector3d::UnitX(),
                 .up = Eigen::Vector3d::UnitY(),
                 .ahead = Eigen::Vector3d::UnitZ()};
    path.distance = 3;
    path.focal_px = 600;
    stop.cam_from_world = LookAtCenter(Eigen::Vector3d::Zero(), path.axes, 0, 0.1, 3);
    path.stops.push_back(stop);
    source.camera = {
        .width = 640, .height = 480, .focal_px = 600, .cx_px = 325, .cy_px = 236, .k1 = -0.05, .k2 = 0.01};
    source.cam_from_world = LookAtCenter({0.02, 0.01, 0}, path.axes, 0.07, 0.12, 2.9);
    reconstruction.cameras.push_back(source.camera);
    reconstruction.frames.push_back(
        {.width = 640, .height = 480, .posed = true, .cam_from_world = source.cam_from_world});
    orbit.frames.push_back({.frame = FrameId{0}, .azimuth = 0.07, .elevation = 0.12, .radius = 2.9});
    orbit.radius = 3;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1.6, 1.6);
    for (int i = 0; i < 900; ++i) {
      const double x = uniform(random);
      const Eigen::Vector3d position(x, 0.75 * uniform(random), slope * x);
      const auto pixel = source.camera.Project(source.cam_from_world * position);
      reconstruction.points.push_back(
          {.position = position, .track = {{.frame = FrameId{0}, .pixel = *pixel}}});
    }
    points = CollectViewPoints(Geometry(), ViewDirections(reconstruction, orbit), stop, 0.4);
    inverse = SolveInverseDepth(points, grid, path.focal_px, 1);
  }

  SpinGeometry Geometry() const {
    return {.reconstruction = reconstruction, .orbit = orbit, .path = path, .grid = grid};
  }

  // Where the source sees what the virtual camera sees at `at`.
  Eigen::Vector2d Truth(const Eigen::Vector2d& at) const {
    const Rigid3 world_from_view = stop.cam_from_world.Inverse();
    const Eigen::Vector3d origin = world_from_view.translation;
    const Eigen::Vector3d ray = world_from_view.rotation * (at / path.focal_px).homogeneous();
    const double t = (slope * origin.x() - origin.z()) / (ray.z() - slope * ray.x());
    return *source.camera.Project(source.cam_from_world * (origin + t * ray));
  }

  double slope;
  VirtualPath path;
  VirtualStop stop;
  SourceCamera source;
  WarpGrid grid{.left = -240, .top = -160, .cell = 16, .cols = 31, .rows = 21};
  Reconstruction reconstruction;
  Orbit orbit;
  std::vector<ViewPoint> points;
  std::vector<double> inverse;
};

TEST(WarpMesh, MapsASlantedPlaneExactly) {
  const PlaneScene scene(0.5);
  const WarpMesh mesh = SolveWarp(scene.Geometry(), scene.points, scene.inverse, scene.stop, scene.source);
  EXPECT_EQ(mesh.stiffness, 1);
  for (int row = 1; row + 1 < scene.grid.rows; ++row) {
    for (int col = 1; col + 1 < scene.grid.cols; ++col) {
      const Eigen::Vector2d error =
          mesh.source_px[scene.grid.Index(col, row)] - scene.Truth(scene.grid.At(col, row));
      EXPECT_LT(error.norm(), 0.3) << col << " " << row;
    }
  }
}

TEST(WarpMesh, OutliersDoNotBendIt) {
  PlaneScene scene(0.2);
  for (std::size_t i = 0; i < scene.points.size(); i += 12) scene.points[i].inverse *= 1.7;
  for (std::size_t i = 6; i < scene.reconstruction.points.size(); i += 12)
    scene.reconstruction.points[i].track[0].pixel += Eigen::Vector2d(25, -30);
  scene.inverse = SolveInverseDepth(scene.points, scene.grid, scene.path.focal_px, 1);
  const WarpMesh mesh = SolveWarp(scene.Geometry(), scene.points, scene.inverse, scene.stop, scene.source);
  for (int row = 2; row + 2 < scene.grid.rows; ++row)
    for (int col = 2; col + 2 < scene.grid.cols; ++col)
      EXPECT_LT((mesh.source_px[scene.grid.Index(col, row)] - scene.Truth(scene.grid.At(col, row))).norm(),
                1.5);
}

TEST(WarpMesh, NeverFolds) {
  PlaneScene scene(0);
  // Two walls far apart that interleave: no smooth surface explains them.
  for (std::size_t i = 0; i < scene.points.size(); ++i) scene.points[i].inverse = i % 2 == 0 ? 6.0 : 0.2;
  scene.inverse = SolveInverseDepth(scene.points, scene.grid, scene.path.focal_px, 0.001);
  scene.source.cam_from_world = LookAtCenter({0, 0, 0}, scene.path.axes, 0.5, 0.12, 2.9);
  EXPECT_TRUE(Folds(scene.grid, PreWarp(scene.Geometry(), scene.inverse, scene.stop, scene.source),
                    scene.source.camera));
  const WarpMesh mesh = SolveWarp(scene.Geometry(), scene.points, scene.inverse, scene.stop, scene.source);
  EXPECT_FALSE(Folds(scene.grid, mesh.source_px, scene.source.camera));
  EXPECT_GT(mesh.stiffness, 1);
}

TEST(WarpMesh, TurntableBackgroundStaysStill) {
  PlaneScene scene(0);
  // The item fills the middle; nothing is known of the background.
  std::erase_if(scene.points, [](const ViewPoint& point) { return point.at.norm() > 60; });
  scene.reconstruction.turntable = true;
  // The source is where the view is but for the turn, as before a still camera.
  scene.source.cam_from_world = LookAtCenter({0, 0, 0}, scene.path.axes, 0.07, 0.1, 3);
  scene.source.azimuth = 0.07;
  scene.stop.elevation = 0.1;
  scene.source.camera = {.width = 640, .height = 480, .focal_px = 600, .cx_px = 320, .cy_px = 240};
  scene.reconstruction.points.clear();
  for (ViewPoint& point : scene.points) point.point = 0;
  scene.reconstruction.points.push_back({.position = {0, 0, 0}});
  scene.inverse.assign(scene.grid.Size(), 1);
  const WarpMesh mesh = SolveWarp(scene.Geometry(), scene.points, scene.inverse, scene.stop, scene.source);
  const Eigen::Vector2d corner = mesh.source_px[scene.grid.Index(0, 0)];
  EXPECT_LT((corner - (scene.grid.At(0, 0) + Eigen::Vector2d(320, 240))).norm(), 0.2);
}

TEST(ProxyDepth, RecoversASlantedPlane) {
  const PlaneScene scene(0.5);
  const Rigid3 world_from_view = scene.stop.cam_from_world.Inverse();
  for (int col = 4; col < 27; ++col) {
    const Eigen::Vector3d ray = world_from_view.rotation * (scene.grid.At(col, 10) / 600).homogeneous();
    const Eigen::Vector3d origin = world_from_view.translation;
    const double depth = (0.5 * origin.x() - origin.z()) / (ray.z() - 0.5 * ray.x());
    EXPECT_NEAR(scene.inverse[scene.grid.Index(col, 10)], 3 / depth, 0.01) << col;
  }
}

TEST(WarpRender, CopiesExactPixelsAndLabelsThem) {
  Image source = Image::Make(64, 48, 3);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c)
        source.at(x, y)[c] = static_cast<std::uint8_t>((x * 7 + y * 13 + c * 50) % 256);
  const WarpGrid grid{.left = -32, .top = -24, .cell = 8, .cols = 9, .rows = 7};
  WarpMesh mesh{.source_px = std::vector<Eigen::Vector2d>(grid.Size())};
  for (int row = 0; row < grid.rows; ++row)  // shifted by 5 px to the right
    for (int col = 0; col < grid.cols; ++col)
      mesh.source_px[grid.Index(col, row)] = grid.At(col, row) + Eigen::Vector2d(32 + 5, 24);
  const ViewFrame frame = MakeViewFrame(grid, {.col0 = 0, .row0 = 0, .col1 = 8, .row1 = 6}, 64);
  ASSERT_EQ(frame.width, 64);
  ASSERT_EQ(frame.height, 48);
  ViewPixels view = MakeViewPixels(frame);
  const Camera camera = Camera::Simple(64, 48, 100);
  RenderWarp(grid, frame, mesh, {.camera = camera, .picture = source, .label = 1}, view);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      const bool inside = x + 5 < 64;
      ASSERT_EQ(*view.provenance.at(x, y), inside ? 1 : 0) << x << " " << y;
      for (int c = 0; c < 3; ++c) ASSERT_EQ(view.image.at(x, y)[c], inside ? source.at(x + 5, y)[c] : 0);
    }
  }
  EXPECT_NEAR(CapturedShare(view.provenance), 59.0 / 64, 1e-12);
}

// A view of 64 x 48 whose pixel (x, y) shows that of the 64 x 48 source at (x, y) + shift.
ViewPixels RenderShifted(const Image& source,
                         const Eigen::Vector2d& shift,
                         std::uint8_t label,
                         const Image* barred,
                         const Image* matte) {
  const WarpGrid grid{.left = -32, .top = -24, .cell = 8, .cols = 9, .rows = 7};
  WarpMesh mesh{.source_px = std::vector<Eigen::Vector2d>(grid.Size())};
  for (int row = 0; row < grid.rows; ++row)
    for (int col = 0; col < grid.cols; ++col)
      mesh.source_px[grid.Index(col, row)] = grid.At(col, row) + Eigen::Vector2d(32, 24) + shift;
  const ViewFrame frame = MakeViewFrame(grid, {.col0 = 0, .row0 = 0, .col1 = 8, .row1 = 6}, 64);
  ViewPixels view = MakeViewPixels(frame);
  RenderWarp(grid, frame, mesh,
             {.camera = Camera::Simple(64, 48, 100),
              .picture = source,
              .label = label,
              .barred = barred,
              .matte = matte},
             view);
  return view;
}

// A fill shows the background of another frame, not its item; the barred half is given at another size.
TEST(WarpRender, LeavesBarredPixelsOpen) {
  Image barred = Image::Make(32, 24, 1);
  for (int y = 0; y < 24; ++y) std::fill(barred.at(20, y), barred.at(20, y) + 12, std::uint8_t{255});
  const ViewPixels view = RenderShifted(Image::Make(64, 48, 3, 200), {0, 0}, 3, &barred, nullptr);
  for (int x = 2; x < 62; ++x) EXPECT_EQ(*view.provenance.at(x, 24), x < 40 ? 3 : 0) << x;
}

// A matte of half the source's size, whose value says where it is: every view pixel must get that of its own place.
TEST(WarpRender, TakesTheMatteAlongWithItsPixels) {
  Image matte = Image::Make(32, 24, 1);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 32; ++x) *matte.at(x, y) = static_cast<std::uint8_t>(4 * x + 4 * y);
  const ViewPixels view = RenderShifted(Image::Make(64, 48, 3, 200), {5, 0}, 1, nullptr, &matte);
  for (int y = 2; y < 46; ++y)
    for (int x = 2; x < 56; ++x) {
      const double want = 4 * ((x + 5 + 0.5) / 2 - 0.5) + 4 * ((y + 0.5) / 2 - 0.5);
      ASSERT_NEAR(*view.matte.at(x, y), want, 0.51) << x << " " << y;
    }
  EXPECT_EQ(*view.matte.at(62, 20), 0);  // not captured
}

// The first columns and rows lie outside the source: what is shown begins inside the view.
TEST(WarpRender, ShowsEachPixelOfASourceThatCoversOnlyTheFarCorner) {
  Image source = Image::Make(64, 48, 3);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) {
      source.at(x, y)[0] = static_cast<std::uint8_t>(3 * x);
      source.at(x, y)[1] = static_cast<std::uint8_t>(5 * y);
    }
  const ViewPixels view = RenderShifted(source, {-11, -7}, 2, nullptr, nullptr);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) {
      const bool inside = x >= 11 && y >= 7;
      ASSERT_EQ(*view.provenance.at(x, y), inside ? 2 : 0) << x << " " << y;
      ASSERT_EQ(view.image.at(x, y)[0], inside ? 3 * (x - 11) : 0) << x << " " << y;
      ASSERT_EQ(view.image.at(x, y)[1], inside ? 5 * (y - 7) : 0) << x << " " << y;
    }
}

TEST(WarpRender, ViewCameraPutsThePrincipalPointWhereTheGridHasItsOrigin) {
  const WarpGrid grid{.left = -100, .top = -50, .cell = 10, .cols = 21, .rows = 11};
  const ViewFrame frame = MakeViewFrame(grid, {.col0 = 2, .row0 = 1, .col1 = 18, .row1 = 9}, 80);
  EXPECT_DOUBLE_EQ(frame.scale, 0.5);
  const Camera camera = ViewCamera(frame, 600);
  EXPECT_EQ(camera.width, 80);
  EXPECT_EQ(camera.height, 40);
  EXPECT_DOUBLE_EQ(camera.focal_px, 300);
  EXPECT_DOUBLE_EQ(camera.cx_px, 40);
  EXPECT_DOUBLE_EQ(camera.cy_px, 20);
}

TEST(Crop, LeavesOutWhatIsNotCovered) {
  const WarpGrid grid{.left = -200, .top = -150, .cell = 10, .cols = 41, .rows = 31};
  std::vector<bool> covered(grid.Size(), true);
  for (int row = 0; row < 31; ++row) covered[grid.Index(3, row)] = false;
  covered[grid.Index(30, 28)] = false;
  const CellRect rect = BestCrop(grid, covered, {60, 60, 60});
  for (int row = rect.row0; row <= rect.row1; ++row)
    for (int col = rect.col0; col <= rect.col1; ++col) EXPECT_TRUE(covered[grid.Index(col, row)]);
  const ViewFrame frame = MakeViewFrame(grid, rect, 4000);
  EXPECT_EQ(frame.width, 2 * 160);   // 160 px are left of the principal point
  EXPECT_EQ(frame.height, 2 * 120);  // and 120 below it
  EXPECT_EQ(frame.left, -160);
  EXPECT_EQ(BestCrop(grid, std::vector<bool>(grid.Size(), false), {60, 60, 60}).Width(), 0);
}

TEST(Exposure, GainsUndoKnownExposuresAndCloseTheLoop) {
  constexpr int kFrames = 20;
  std::vector<std::array<double, 3>> logs(kFrames);
  for (int i = 0; i < kFrames; ++i)
    for (int c = 0; c < 3; ++c) logs[i][c] = 0.2 * std::sin(2.1 * i) + 0.03 * std::cos(1.7 * i + c);
  std::vector<ExposurePair> pairs;
  for (int i = 0; i < kFrames; ++i) {
    for (int step = 1; step <= 3; ++step) {
      ExposurePair pair{.a = i, .b = (i + step) % kFrames, .weight = 80};
      for (int c = 0; c < 3; ++c) pair.log_ratio[c] = logs[i][c] - logs[pair.b][c];
      pairs.push_back(pair);
    }
  }
  const std::vector<Gain> gains = SolveGains(kFrames, pairs, true);
  for (int c = 0; c < 3; ++c) {
    double mean = 0;
    for (int i = 0; i < kFrames; ++i) mean += (logs[i][c] + std::log(gains[i][c])) / kFrames;
    for (int i = 0; i < kFrames; ++i) EXPECT_NEAR(logs[i][c] + std::log(gains[i][c]), mean, 0.012) << i;
  }
}

TEST(Exposure, GainOfOneChangesNothingAndWhiteStaysWhite) {
  const GainTable same = MakeGainTable({1, 1, 1});
  for (int v = 0; v < 256; ++v) EXPECT_EQ(same[0][v], v);
  const GainTable darker = MakeGainTable({0.8, 0.8, 0.8});
  EXPECT_EQ(darker[0][255], 255);
  EXPECT_NEAR(darker[0][128], 255 * SrgbFromLinear(0.8 * LinearFromSrgb(128 / 255.0)), 0.51);
  for (int v = 1; v < 256; ++v) EXPECT_GE(darker[0][v], darker[0][v - 1]);
}

}  // namespace
}  // namespace rv::spin
