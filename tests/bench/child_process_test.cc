#include "bench/child_process.h"

#include <gtest/gtest.h>

#include "tests/bench/test_folder.h"

namespace rv {
namespace {

Result<ChildUsage> Shell(const std::string& script) { return RunChild({.argv = {"bash", "-c", script}}); }

TEST(RunChild, ReportsHowItEnded) {
  EXPECT_EQ(Shell("exit 0")->exit_code, 0);
  EXPECT_EQ(Shell("exit 6")->exit_code, 6);
  EXPECT_EQ(Shell("kill -9 $$")->exit_code, 128 + 9);
  EXPECT_EQ(RunChild({.argv = {"no-such-program-here"}})->exit_code, 127);
}

TEST(RunChild, KeepsOutputsApartAndSetsTheEnvironment) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  const auto out = folder->path() / "out";
  const auto err = folder->path() / "err";
  ASSERT_TRUE(RunChild({.argv = {"bash", "-c", "echo $MARK; echo bad >&2"},
                        .stdout_file = out,
                        .stderr_file = err,
                        .environment = {{"MARK", "good"}}}));
  EXPECT_EQ(ReadText(out), "good\n");
  EXPECT_EQ(ReadText(err), "bad\n");
  EXPECT_EQ(RunChild({.argv = {"true"}, .stdout_file = folder->path() / "none" / "out"}).error().code,
            ErrorCode::kNotFound);
}

TEST(RunChild, MeasuresWallTime) {
  const Result<ChildUsage> usage = Shell("sleep 0.3");
  EXPECT_GE(usage->wall_s, 0.3);
  EXPECT_LT(usage->cpu_s, 0.25);
}

// A shell that holds `megabytes` for half a second, in `processes` of its children at once.
std::string Hold(int megabytes, int processes) {
  const std::string hold =
      "(x=$(head -c " + std::to_string(megabytes) + "000000 /dev/zero | tr '\\0' x); sleep 1.5; : ${#x}) &";
  std::string script;
  for (int i = 0; i < processes; ++i) script += hold + " ";
  return script + "wait";
}

TEST(RunChild, CountsTheMemoryOfAllProcessesTogether) {
  const double one = Shell(Hold(60, 1))->peak_mb;
  EXPECT_GE(one, 60);
  // No process alone holds what three hold together.
  EXPECT_GE(Shell(Hold(60, 3))->peak_mb, one + 90);
}

}  // namespace
}  // namespace rv
