#include "base/temp_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "tests/support/temp_folder.h"

namespace rv {
namespace {

TEST(TempFolder, GoesWithItsObject) {
  std::filesystem::path path;
  {
    const TempFolder folder = TempFolder::Make("rotaview-prefix").value();
    path = folder.path();
    EXPECT_TRUE(path.filename().string().starts_with("rotaview-prefix-"));
    std::ofstream(path / "file") << "text";
    EXPECT_TRUE(std::filesystem::exists(path / "file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempFolder, MovesWithItsFolder) {
  std::optional<TempFolder> first = TempFolder::Make().value();
  const std::filesystem::path path = first->path();
  {
    const TempFolder second = std::move(*first);
    first.reset();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempFolder, StaysWhereItIsKept) {
  const testing::TempFolder parent;
  { EXPECT_EQ(TempFolder::Kept(parent / "a")->path(), parent / "a"); }
  EXPECT_TRUE(std::filesystem::exists(parent / "a"));
  std::ofstream(parent / "file") << "text";
  EXPECT_EQ(TempFolder::Kept(parent / "file" / "b").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rv
