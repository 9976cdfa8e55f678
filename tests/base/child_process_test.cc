#include "base/child_process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "base/temp_folder.h"

namespace rv {
namespace {

std::string Text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TemporaryFolder Folder() { return std::move(TemporaryFolder::Make().value()); }

TEST(ChildProcess, GivesTheExitStatusAndTheOutput) {
  const TemporaryFolder folder = Folder();
  const ChildProcess child{.arguments = {"sh", "-c", "echo out; echo err >&2; exit 7"},
                           .log = folder.path() / "log"};
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 7);
  EXPECT_EQ(Text(child.log), "out\nerr\n");
}

TEST(ChildProcess, AddsToTheEnvironment) {
  const TemporaryFolder folder = Folder();
  const ChildProcess child{.arguments = {"sh", "-c", "test -n \"$PATH\" && test \"$FRUIT\" = pear"},
                           .log = folder.path() / "log",
                           .environment = {"FRUIT=pear"}};
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 0);
}

TEST(ChildProcess, CancellingEndsTheWholeGroup) {
  const TemporaryFolder folder = Folder();
  const std::filesystem::path alive = folder.path() / "alive";
  // A grandchild that would write the file after a second.
  const ChildProcess child{.arguments = {"sh", "-c", "(sleep 1; echo yes > " + alive.string() + ") & wait"},
                           .log = folder.path() / "log"};
  const auto start = std::chrono::steady_clock::now();
  const Result<int> status = RunChild(child, [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(900));
  RunChild({.arguments = {"sleep", "1.3"}, .log = folder.path() / "log"}, [] { return true; }).value();
  EXPECT_FALSE(std::filesystem::exists(alive));
}

TEST(ChildProcess, NamesAMissingProgram) {
  const TemporaryFolder folder = Folder();
  const Result<int> status =
      RunChild({.arguments = {"no-such-program-here"}, .log = folder.path() / "log"}, [] { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(IsInstalled("no-such-program-here"));
  EXPECT_TRUE(IsInstalled("sh"));
}

TEST(TemporaryFolder, GoesWithItsObject) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder = Folder();
    path = folder.path();
    std::ofstream(path / "file") << "text";
    EXPECT_TRUE(std::filesystem::exists(path / "file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace rv
