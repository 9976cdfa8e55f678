#include "bench/bench_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/test_folder.h"

namespace rv {
namespace {

using testing::ElementsAre;

std::vector<std::string> SetNames(const Result<std::vector<BenchSet>>& sets) {
  std::vector<std::string> names;
  for (const BenchSet& set : *sets) names.push_back(set.name);
  return names;
}

class BenchSets : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {"photos/images/a.jpg", "photos/gt.json", "places/images/hill/a.jpg",
                             "places/images/room/a.jpg", "both/images/a.jpg", "both/video/clip.mp4",
                             "both/gt_video.json", "clip/video/x.mp4", "other/x/a.jpg"}) {
      WriteText(root() / file, "x");
    }
    WriteText(root() / "photos" / "meta.json", R"({"ground_truth": {"trust": "metric"}})");
  }
  const std::filesystem::path& root() const { return folder_->path(); }

 private:
  Result<TempFolder> folder_ = TempFolder::Make();
};

TEST_F(BenchSets, AreFoundByLayout) {
  const auto sets = FindBenchSets(root());
  ASSERT_TRUE(sets);
  EXPECT_THAT(SetNames(sets),
              ElementsAre("both", "both/clip.mp4", "clip", "photos", "places/hill", "places/room"));
  EXPECT_FALSE((*sets)[0].video);
  EXPECT_TRUE((*sets)[0].truth.empty());
  EXPECT_TRUE((*sets)[1].video);
  EXPECT_EQ((*sets)[1].truth.filename(), "gt_video.json");
  EXPECT_EQ((*sets)[2].source.filename(), "x.mp4");
  EXPECT_EQ((*sets)[3].truth.filename(), "gt.json");
  EXPECT_EQ((*sets)[3].trust, "metric");
}

TEST_F(BenchSets, AreFoundInAFolderThatIsOne) {
  EXPECT_THAT(SetNames(FindBenchSets(root() / "both")), ElementsAre("both", "both/clip.mp4"));
  EXPECT_THAT(SetNames(FindBenchSets(root() / "both" / "")), ElementsAre("both", "both/clip.mp4"));
}

TEST_F(BenchSets, MissingAreNamed) {
  const auto sets = FindBenchSets(root() / "other");
  ASSERT_FALSE(sets);
  EXPECT_EQ(sets.error().code, ErrorCode::kNotFound);
}

TEST(NamesSet, TakesTheNameOrItsFolderPart) {
  const BenchSet set{.name = "places/hill"};
  EXPECT_TRUE(NamesSet("places/hill", set));
  EXPECT_TRUE(NamesSet("places", set));
  EXPECT_FALSE(NamesSet("place", set));
  EXPECT_FALSE(NamesSet("places/hil", set));
}

TEST(FilesInNaturalOrder, CountsNumbersAsNumbers) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  for (const char* name : {"r_10.png", "r_2.png", "r_1.png", "r_02.png", ".hidden", "q_3.png"})
    WriteText(folder->path() / name, "x");
  std::vector<std::string> names;
  for (const auto& file : FilesInNaturalOrder(folder->path())) names.push_back(file.filename().string());
  EXPECT_THAT(names, ElementsAre("q_3.png", "r_1.png", "r_02.png", "r_2.png", "r_10.png"));
}

}  // namespace
}  // namespace rv
