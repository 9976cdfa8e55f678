#include "reconstruct/sparse/unposed_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rv::sparse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Frames 0 to 5 are posed and share 50 points; further frames are added by each test.
class Scene {
 public:
  explicit Scene(SourceKind kind) {
    sweep.kind = kind;
    for (int i = 0; i < 6; ++i) Add(true);
    Share({0, 1, 2, 3, 4, 5}, 50, true);
  }
  int Add(bool posed, double sharpness = 100, double luma = 120) {
    const int index = static_cast<int>(map.frames.size());
    map.frames.push_back({.posed = posed});
    sweep.frames.push_back({.name = std::to_string(index) + ".jpg",
                            .source_index = index,
                            .sharpness = sharpness,
                            .mean_luma = luma});
    return index;
  }
  void Share(const std::vector<int>& frames, int points, bool valid) {
    for (int p = 0; p < points; ++p) {
      MapPoint point{.valid = valid};
      for (const int f : frames) {
        map.frames[f].sees.push_back(
            {static_cast<int>(map.points.size()), static_cast<int>(point.track.size())});
        point.track.push_back({.frame = f, .px = {0, 0}});
      }
      map.points.push_back(point);
    }
  }
  UnposedCause CauseOf(int frame) const { return FindUnposedCauses(sweep, map)[frame]; }

  Sweep sweep;
  SparseMap map;
};

TEST(UnposedFrames, PhotosOfAnotherItemAreNamedAsSuch) {
  Scene scene(SourceKind::kPhotos);
  const int a = scene.Add(false), b = scene.Add(false), alone = scene.Add(false);
  scene.Share({a, b}, 40, false);
  EXPECT_EQ(scene.CauseOf(a), UnposedCause::kElsewhere);
  EXPECT_EQ(scene.CauseOf(b), UnposedCause::kElsewhere);
  EXPECT_EQ(scene.CauseOf(alone), UnposedCause::kUnmatched);
  EXPECT_THAT(DescribeUnposed(scene.sweep, scene.map),
              ElementsAre(HasSubstr("photos 6.jpg, 7.jpg show another place or item"),
                          HasSubstr("photo 8.jpg matches no other photo: something else")));
}

TEST(UnposedFrames, NothingIsSaidAboutFilmingToWhoTookPhotos) {
  Scene scene(SourceKind::kPhotos);
  scene.Add(false, 20);
  scene.Share({0, scene.Add(false)}, 5, true);
  scene.Share({0, scene.Add(false)}, 60, true);
  scene.Add(false, 100, 5);
  const std::vector<std::string> findings = DescribeUnposed(scene.sweep, scene.map);
  ASSERT_EQ(findings.size(), 4U);
  for (const std::string& finding : findings) {
    EXPECT_THAT(finding, Not(HasSubstr("film")));
    EXPECT_THAT(finding, Not(HasSubstr("frame")));
  }
  EXPECT_THAT(findings[0], HasSubstr("blurred; take it again"));
  EXPECT_THAT(findings[3], HasSubstr("too dark"));
}

TEST(UnposedFrames, RemediesFollowFromTheCause) {
  Scene scene(SourceKind::kVideo);
  const int blurred = scene.Add(false, 20), few = scene.Add(false), many = scene.Add(false);
  scene.Share({0, few}, 5, true);
  scene.Share({0, many}, 60, true);
  scene.Share({1, blurred}, 3, true);
  EXPECT_EQ(scene.CauseOf(blurred), UnposedCause::kBlurred);
  EXPECT_EQ(scene.CauseOf(few), UnposedCause::kFewShared);
  EXPECT_EQ(scene.CauseOf(many), UnposedCause::kDisagreeing);
  EXPECT_EQ(UnposedReason(scene.sweep, scene.map, few, UnposedCause::kFewShared),
            "only 5 points shared with the posed frames");
  EXPECT_THAT(DescribeUnposed(scene.sweep, scene.map),
              ElementsAre(HasSubstr("frame 6.jpg is blurred; move more slowly there"),
                          "frame 7.jpg shares too few details with the rest to be placed",
                          "frame 8.jpg does not fit the rest, though details match"));
}

TEST(UnposedFrames, AnItemBeforeBlackIsNotTooDark) {
  Scene scene(SourceKind::kPhotos);
  for (SweepFrame& frame : scene.sweep.frames) frame.mean_luma = 15;
  EXPECT_EQ(scene.CauseOf(scene.Add(false, 100, 14)), UnposedCause::kUnmatched);
  EXPECT_EQ(scene.CauseOf(scene.Add(false, 100, 2)), UnposedCause::kDark);
}

TEST(UnposedFrames, RunsOfAClipAreOneSentenceEachAndNotTooMany) {
  Scene scene(SourceKind::kVideo);
  for (int run = 0; run < 12; ++run) {
    for (int k = 0; k < 3; ++k) scene.Add(false);
    scene.Add(true);
  }
  const std::vector<std::string> findings = DescribeUnposed(scene.sweep, scene.map);
  ASSERT_EQ(findings.size(), 9U);
  EXPECT_EQ(findings[0], "frames 6.jpg to 8.jpg match no other frame");
  EXPECT_THAT(findings[8], HasSubstr("4 more runs of frames"));
}

}  // namespace
}  // namespace rv::sparse
