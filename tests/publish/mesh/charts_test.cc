#include "publish/mesh/charts.h"

#include <gtest/gtest.h>

#include "publish/mesh/face_views.h"
#include "publish/mesh/texture.h"
#include "tests/publish/mesh/ball_view.h"

namespace rv::mesh {
namespace {

Chart Rectangle(float width, float height) {
  Chart chart{.triangles = {0}, .size = {width, height}};
  chart.corners.push_back({Eigen::Vector2f(0, 0), Eigen::Vector2f(width, 0), Eigen::Vector2f(0, height)});
  return chart;
}

bool Apart(const Chart& a, const Chart& b, float gap) {
  const auto beyond = [&](const Chart& from, const Chart& to, int axis) {
    return static_cast<float>(to.place[axis]) >= static_cast<float>(from.place[axis]) + from.size[axis] + gap;
  };
  return beyond(a, b, 0) || beyond(b, a, 0) || beyond(a, b, 1) || beyond(b, a, 1);
}

TEST(PackCharts, PlacesThemApartInTheSmallestSquareAndShrinksWhereItMust) {
  std::vector<Chart> charts;
  for (int i = 0; i < 30; ++i)
    charts.push_back(Rectangle(static_cast<float>(5 + 7 * i % 40), static_cast<float>(10 + 11 * i % 50)));
  std::vector<Chart> small = charts;
  EXPECT_EQ(PackCharts(2048, 4, charts), 256);
  EXPECT_EQ(PackCharts(128, 4, small), 128);
  EXPECT_EQ(charts[3].size.x(), 26);
  EXPECT_LT(small[3].size.x(), 26);
  for (const auto* packed : {&charts, &small})
    for (std::size_t i = 0; i < packed->size(); ++i) {
      const float side = packed == &charts ? 256 : 128;
      for (const Eigen::Vector2f& corner : (*packed)[i].corners[0]) EXPECT_LT(corner.maxCoeff(), side);
      for (std::size_t j = 0; j < i; ++j) EXPECT_TRUE(Apart((*packed)[i], (*packed)[j], 3)) << i << " " << j;
    }
}

class BallTexture : public ::testing::Test {
 protected:
  void SetUp() override {
    frames_ = LoadItemFrames(rv::testing::BallView(), 12, 24, 2).value();
    ItemBounds bounds = BoundsOf(frames_);
    surface_ = Simplified(ZeroSurface(FuseVolume(frames_, bounds, 40, 2)), 3000, 0.01F);
  }
  std::vector<ItemFrame> frames_;
  Surface surface_;
};

TEST_F(BallTexture, EachTriangleIsInOneChartAndItsFrameLooksAtIt) {
  const auto neighbors = TriangleNeighbors(surface_);
  const CornerViews views = ScoreCorners(surface_, frames_, 2);
  const std::vector<int> labels = ChooseFaceFrames(surface_, views, neighbors);
  std::vector<int> times(surface_.triangles.size(), 0);
  const std::vector<Chart> charts = MakeCharts(surface_, labels, neighbors, frames_);
  for (const Chart& chart : charts)
    for (const std::uint32_t t : chart.triangles) ++times[t];
  EXPECT_EQ(std::count(times.begin(), times.end(), 1), static_cast<std::ptrdiff_t>(times.size()));
  EXPECT_LT(charts.size(), surface_.triangles.size() / 10);
  for (std::size_t t = 0; t < labels.size(); ++t) {
    const Eigen::Vector3f& a = surface_.points[surface_.triangles[t][0]];
    const Eigen::Vector3f normal = (surface_.points[surface_.triangles[t][1]] - a)
                                       .cross(surface_.points[surface_.triangles[t][2]] - a)
                                       .normalized();
    if (labels[t] == kUnseenFace) continue;
    const Eigen::Vector3f eye =
        frames_[static_cast<std::size_t>(labels[t])].cam_from_object.Origin().cast<float>();
    EXPECT_GT(normal.dot((eye - a).normalized()), -0.3F);
  }
}

TEST_F(BallTexture, SidesHaveTheirColorsAndTheUndersideContinuesThem) {
  const TexturedMesh textured = Textured(surface_, frames_, 512, 2);
  EXPECT_EQ(textured.triangles.size(), surface_.triangles.size());
  EXPECT_GT(textured.unseen_share, 0.05);
  EXPECT_LT(textured.unseen_share, 0.5);
  const Image atlas = Decode(textured.texture, 3).value();
  EXPECT_LE(atlas.width, 512);
  int checked = 0, right = 0;
  for (const Triangle& t : textured.triangles) {
    const Eigen::Vector3f at = (textured.points[t[0]] + textured.points[t[1]] + textured.points[t[2]]) / 3;
    if (at.y() < -0.1F || std::abs(std::abs(at.x()) - std::abs(at.z())) < 0.1F)
      continue;  // unseen, or at a border of colors
    const Eigen::Vector2f uv =
        (textured.uvs[t[0]] + textured.uvs[t[1]] + textured.uvs[t[2]]) / 3 * static_cast<float>(atlas.width);
    const std::uint8_t* rgb = atlas.at(static_cast<int>(uv.x()), static_cast<int>(uv.y()));
    const bool along_x = std::abs(at.x()) > std::abs(at.z());
    const bool red = rgb[0] > 128, green = rgb[1] > 128, blue = rgb[2] > 128;
    ++checked;
    right += along_x ? (at.x() > 0 ? red && !green && !blue : blue && !red && !green)
                     : (at.z() > 0 ? green && !red && !blue : red && green && !blue);
  }
  EXPECT_GT(checked, 300);
  EXPECT_GT(right, checked * 98 / 100);
}

}  // namespace
}  // namespace rv::mesh
