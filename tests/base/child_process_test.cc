#include "base/child_process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/support/temp_folder.h"

namespace rv {
namespace {

std::string OutputIn(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ChildProcess, GivesTheExitStatusAndTheOutput) {
  const testing::TempFolder folder;
  const ChildCommand child{.arguments = {"sh", "-c", "echo out; echo err >&2; exit 7"},
                           .stdout_file = folder / "log",
                           .stderr_file = folder / "log"};
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 7);
  EXPECT_EQ(OutputIn(child.stdout_file), "out\nerr\n");
}

TEST(ChildProcess, AddsToTheEnvironment) {
  const testing::TempFolder folder;
  const ChildCommand child{.arguments = {"sh", "-c", "test -n \"$PATH\" && test \"$FRUIT\" = pear"},
                           .stdout_file = folder / "log",
                           .stderr_file = folder / "log",
                           .environment = {"FRUIT=pear"}};
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 0);
}

TEST(ChildProcess, CancellingEndsTheWholeGroup) {
  const testing::TempFolder folder;
  const std::filesystem::path alive = folder.path() / "alive";
  // A grandchild that would write the file after a second.
  const ChildCommand child{.arguments = {"sh", "-c", "(sleep 1; echo yes > " + alive.string() + ") & wait"},
                           .stdout_file = folder / "log",
                           .stderr_file = folder / "log"};
  const auto start = std::chrono::steady_clock::now();
  const Result<int> status = RunChild(child, [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(900));
  RunChild({.arguments = {"sleep", "1.3"}, .stdout_file = folder / "log", .stderr_file = folder / "log"}, [] {
    return true;
  }).value();
  EXPECT_FALSE(std::filesystem::exists(alive));
}

TEST(ChildProcess, NamesAMissingProgram) {
  const testing::TempFolder folder;
  const Result<int> status = RunChild(
      {.arguments = {"no-such-program-here"}, .stdout_file = folder / "log", .stderr_file = folder / "log"},
      [] { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(IsInstalled("no-such-program-here"));
  EXPECT_TRUE(IsInstalled("sh"));
}

TEST(ChildProcess, KeepsOutputsApartOrDropsThem) {
  const testing::TempFolder folder;
  ChildCommand child{.arguments = {"sh", "-c", "echo out; echo err >&2"},
                     .stdout_file = folder / "out",
                     .stderr_file = folder / "err"};
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 0);
  EXPECT_EQ(OutputIn(child.stdout_file), "out\n");
  EXPECT_EQ(OutputIn(child.stderr_file), "err\n");
  child.stdout_file.clear();
  EXPECT_EQ(RunChild(child, [] { return true; }).value(), 0);
  EXPECT_EQ(OutputIn(child.stderr_file), "err\n");
  child.stdout_file = folder / "none" / "out";
  EXPECT_EQ(RunChild(child, [] { return true; }).error().code, ErrorCode::kNotFound);
}

TEST(ChildProcess, GivesTheSignalThatKilledIt) {
  EXPECT_EQ(RunChild({.arguments = {"sh", "-c", "kill -9 $$"}}, [] { return true; }).value(), 128 + 9);
}

}  // namespace
}  // namespace rv
