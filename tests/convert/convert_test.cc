#include "convert/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace rv {
namespace {

TEST(Convert, RefusesABadOptionBeforeItTouchesAnything) {
  const testing::TempFolder folder;
  ConvertOptions options;
  options.mapper = "guess";
  const Result<ConvertResult> result = Convert(folder.path(), folder.path() / "x.rview", options, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Convert, RefusesToOverwriteItsSource) {
  const testing::TempFolder folder;
  const auto clip = folder.path() / "clip.mp4";
  std::ofstream(clip) << "precious";
  const Result<ConvertResult> result = Convert(clip, clip, {}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(std::filesystem::file_size(clip), 8);
}

}  // namespace
}  // namespace rv
