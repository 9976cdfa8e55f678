// The generator's building blocks: meshes, textures, curves, noise.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/scene/bvh.h"
#include "tests/support/scene/object.h"
#include "tests/support/scene/texture.h"
#include "tests/support/write/hdr_curves.h"

namespace rv::synthetic {
namespace {

TEST(SyntheticObjects, StandOnTheGroundTurnedOutwardWithTheAskedSize) {
  for (int kind = 0; kind <= static_cast<int>(ObjectKind::kStone); ++kind) {
    for (const std::uint64_t seed : {1, 2}) {
      const Object object = MakeObject(static_cast<ObjectKind>(kind), 0.9F, seed);
      double volume = 0;
      float low = 1e9F, reach = 0;
      for (const ObjectPart& part : object.parts) {
        volume += SignedVolume(part.mesh);
        ASSERT_EQ(part.mesh.positions.size(), part.mesh.normals.size());
        for (const Vec3& p : part.mesh.positions) {
          low = std::min(low, p.y);
          reach = std::max(reach, Norm(p - Vec3{0, 0.5F * object.height, 0}));
        }
      }
      EXPECT_GT(volume, 0.1) << object.category;
      EXPECT_NEAR(low, 0, 1e-5) << object.category;
      EXPECT_NEAR(reach, 0.9, 1e-4) << object.category;
    }
  }
}

TEST(SyntheticObjects, NormalsPointTheWayTheTrianglesFace) {
  for (int kind = 0; kind <= static_cast<int>(ObjectKind::kStone); ++kind) {
    const Object object = MakeObject(static_cast<ObjectKind>(kind), 0.9F, 3);
    std::size_t agree = 0, all = 0;
    for (const ObjectPart& part : object.parts) {
      for (const auto& t : part.mesh.triangles) {
        const Vec3& a = part.mesh.positions[t[0]];
        const Vec3 face = Cross(part.mesh.positions[t[1]] - a, part.mesh.positions[t[2]] - a);
        agree += Dot(face, part.mesh.normals[t[0]]) > 0 ? 1 : 0;
        ++all;
      }
    }
    EXPECT_GT(static_cast<double>(agree) / all, 0.97) << object.category;
  }
}

TEST(Texture, TexelCentersMipsAndWrap) {
  std::vector<Vec3> texels(8 * 4);
  for (int i = 0; i < 32; ++i) texels[i] = {i / 32.0F, 0.5F, i % 2 == 0 ? 1.0F : 0.0F};
  const Texture texture(8, 4, texels);
  EXPECT_NEAR(texture.Sample(3.5F / 8, 1.5F / 4, 0).x, 11 / 32.0F, 1e-4);
  EXPECT_NEAR(texture.Sample(3.5F / 8 + 2, 1.5F / 4 - 1, 0).x, 11 / 32.0F, 1e-4);
  EXPECT_NEAR(texture.Sample(0.3F, 0.7F, 64).z, 0.5F, 1e-3) << "mips average linear light";
  EXPECT_NEAR(texture.Average().x, 15.5F / 32, 1e-3);
}

TEST(Bvh, AgreesWithATriangleTest) {
  const std::vector<Vec3> positions{{-1, 0, -1}, {1, 0, -1}, {1, 0, 1}, {-1, 0, 1}};
  const Bvh bvh(positions, {{0, 1, 2}, {0, 2, 3}});
  EXPECT_TRUE(bvh.Hits({0.5F, 1, 0.2F}, {0, -1, 0}, 2));
  EXPECT_FALSE(bvh.Hits({0.5F, 1, 0.2F}, {0, -1, 0}, 0.9F));
  EXPECT_FALSE(bvh.Hits({0.5F, 1, 0.2F}, {0, 1, 0}, 9));
  EXPECT_FALSE(bvh.Hits({1.5F, 1, 0.2F}, {0, -1, 0}, 9));
}

TEST(HdrCurves, KnownValues) {
  EXPECT_NEAR(HlgSignal(1.0F / 12), 0.5, 1e-4);
  EXPECT_NEAR(HlgSignal(1), 1, 1e-4);
  EXPECT_NEAR(HlgSignal(kHlgWhite), 0.75, 2e-3);
  EXPECT_NEAR(PqSignal(100), 0.508, 1e-3);
  EXPECT_NEAR(PqSignal(203), 0.581, 1e-3);
  EXPECT_NEAR(PqSignal(10000), 1, 1e-4);
  const Vec3 white = Bt2020FromBt709({1, 1, 1});
  EXPECT_NEAR(white.x, 1, 1e-3);
  EXPECT_NEAR(white.z, 1, 1e-3);
}

}  // namespace
}  // namespace rv::synthetic
