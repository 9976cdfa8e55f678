#include "publish/mesh/item_mesh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/publish/mesh/ball_view.h"

namespace rv::mesh {
namespace {

using rv::testing::BallView;
using ::testing::HasSubstr;

constexpr MeshOptions kQuick{.cells = 48, .triangles = 4000, .most_texture_px = 256, .threads = 2};

TEST(ItemMesh, LiesOnTheItemAndAgreesWithItsOutlines) {
  const Result<ItemMesh> made = MakeItemMesh(BallView(), kQuick, {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->silhouettes.views, 36);
  EXPECT_GT(made->silhouettes.least, 0.93);
  std::vector<double> off;
  for (const Eigen::Vector3f& point : made->mesh.points)
    if (point.y() > -0.05F) off.push_back(std::abs(rv::testing::BallDistance(point.cast<double>())));
  std::sort(off.begin(), off.end());
  EXPECT_LT(off[off.size() / 2], 0.01);
  EXPECT_LT(off[off.size() * 95 / 100], 0.03);
  for (const Eigen::Vector2f& uv : made->mesh.uvs) {
    EXPECT_GE(uv.minCoeff(), 0);
    EXPECT_LE(uv.maxCoeff(), 1);
  }
}

void ExpectRefused(const RotatingView& view, const char* why) {
  const Result<ItemMesh> made = MakeItemMesh(view, kQuick, {});
  ASSERT_FALSE(made) << why;
  EXPECT_EQ(made.error().code, ErrorCode::kInsufficientData);
  EXPECT_THAT(made.error().message, HasSubstr(why));
  EXPECT_FALSE(made.error().remedy.empty());
}

TEST(ItemMesh, IsRefusedWithTheReasonWhereItWouldBeMadeUp) {
  RotatingView view = BallView();
  view.coverage = {.arc_deg = 200, .closed = false};
  ExpectRefused(view, "200 degrees");
  view = BallView();
  view.reconstruction.reset();
  ExpectRefused(view, "camera positions");
  view = BallView();
  for (std::size_t i = 0; i < 14; ++i) view.sources[i].depth = {};
  ExpectRefused(view, "the asset has 10");
  view = BallView();
  view.views[9].matte = EncodePng(Image::Make(100, 100, 1, 255));
  ExpectRefused(view, "at 90 degrees");
  for (View& shown : view.views) shown.matte = {};
  ExpectRefused(view, "where the item is");
}

TEST(ItemMesh, StopsWhenTold) {
  int calls = 0;
  const Result<ItemMesh> made =
      MakeItemMesh(BallView(), kQuick, [&](std::string_view, double) { return ++calls < 2; });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace rv::mesh
