#include "groknet/catalog/own_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temp_folder.h"

namespace rv::catalog {
namespace {

using testing::ElementsAre;

IndexEntry Shirt() {
  return {.id = "a",
          .path = "a.jpg",
          .title = "shirt",
          .tags = {"red"},
          .attributes = {{"pattern", "Solid", 0.6}}};
}

TEST(OwnTags, GoBeforeWhatTheModelSays) {
  const TempFolder folder = std::move(TempFolder::Make().value());
  const auto file = folder.path() / "tags.jsonl";
  std::ofstream(file) << R"({"tags": ["sale"]})"
                      << "\n"
                      << R"({"path": "a.jpg", "title": "my shirt", "attributes": {"pattern": "Striped"}})"
                      << "\n"
                      << R"({"path": "b.jpg", "title": "my shoe"})"
                      << "\n";
  const Result<OwnTags> tags = OwnTags::Read(file);
  ASSERT_TRUE(tags) << tags.error().message;
  IndexEntry entry = Shirt();
  tags->Apply(entry);
  EXPECT_EQ(entry.title, "my shirt");
  EXPECT_THAT(entry.tags, ElementsAre("red", "sale"));
  EXPECT_THAT(entry.attributes, ElementsAre(IndexAttribute{"pattern", "Striped", 1}));
}

TEST(OwnTags, ChangeNothingWhereNothingWasSaid) {
  IndexEntry entry = Shirt();
  OwnTags().Apply(entry);
  EXPECT_EQ(entry.id, "a");
  EXPECT_EQ(entry.title, "shirt");
}

TEST(OwnTags, NameAMissingFile) {
  const Result<OwnTags> tags = OwnTags::Read("no/such/file");
  ASSERT_FALSE(tags);
  EXPECT_EQ(tags.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rv::catalog
