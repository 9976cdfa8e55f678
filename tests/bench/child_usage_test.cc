#include "bench/child_usage.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

#include "tests/bench/test_folder.h"

namespace rv {
namespace {

Result<ChildUsage> Shell(const std::string& script) {
  return MeasureChild({.arguments = {"bash", "-c", script}});
}

TEST(MeasureChild, ReportsHowItEnded) {
  EXPECT_EQ(Shell("exit 0")->exit_code, 0);
  EXPECT_EQ(Shell("exit 6")->exit_code, 6);
  EXPECT_EQ(Shell("kill -9 $$")->exit_code, 128 + 9);
  EXPECT_EQ(MeasureChild({.arguments = {"no-such-program-here"}})->exit_code, 127);
}

TEST(MeasureChild, KeepsOutputsApartAndSetsTheEnvironment) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  const auto out = folder->path() / "out";
  const auto err = folder->path() / "err";
  ASSERT_TRUE(MeasureChild({.arguments = {"bash", "-c", "echo $MARK; echo bad >&2"},
                            .stdout_file = out,
                            .stderr_file = err,
                            .environment = {"MARK=good"}}));
  EXPECT_EQ(ReadText(out), "good\n");
  EXPECT_EQ(ReadText(err), "bad\n");
  EXPECT_EQ(
      MeasureChild({.arguments = {"true"}, .stdout_file = folder->path() / "none" / "out"}).error().code,
      ErrorCode::kNotFound);
}

TEST(MeasureChild, MeasuresWallTime) {
  const Result<ChildUsage> usage = Shell("sleep 0.3");
  EXPECT_GE(usage->wall_s, 0.3);
  EXPECT_LT(usage->cpu_s, 0.25);
}

TEST(MeasureChild, EndsWhatExceedsItsLimits) {
  const ChildCommand sleeper{.arguments = {"bash", "-c", "sleep 20 & sleep 20"}};
  const Result<ChildUsage> slow = MeasureChild(sleeper, {.wall_s = 0.5});
  EXPECT_TRUE(slow->timed_out);
  EXPECT_EQ(slow->exit_code, 128 + 9);
  EXPECT_LT(slow->wall_s, 10);
  EXPECT_FALSE(MeasureChild({.arguments = {"true"}}, {.wall_s = 10})->timed_out);
  const ChildCommand spinner{.arguments = {"bash", "-c", "while :; do :; done"}};
  EXPECT_EQ(MeasureChild(spinner, {.wall_s = 30, .cpu_s = 1})->exit_code, 128 + 24);  // SIGXCPU
  // tail holds all that it may have to print.
  const Result<ChildUsage> eater = MeasureChild(
      {.arguments = {"bash", "-c", "sleep 0.3; head -c 80000000 /dev/zero | tail -c 80000000 > /dev/null"}},
      {.wall_s = 60, .address_bytes = 40 << 20});
  EXPECT_NE(eater->exit_code, 0);
  EXPECT_LT(eater->peak_mb, 80);
}

TEST(MeasureChild, MeasuresSeveralAtATime) {
  std::vector<std::jthread> threads;
  std::array<double, 4> seconds{};
  for (double& wall_s : seconds)
    threads.emplace_back([&wall_s] { wall_s = MeasureChild({.arguments = {"sleep", "0.3"}})->wall_s; });
  threads.clear();
  for (const double wall_s : seconds) EXPECT_GE(wall_s, 0.3);
}

// A shell that holds `megabytes` in `processes` of its children at once: each waits until all have theirs.
std::string Hold(int megabytes, int processes) {
  const std::string count = std::to_string(processes);
  std::string script = "d=$(mktemp -d); ";
  for (int i = 0; i < processes; ++i) {
    script += "(x=$(head -c " + std::to_string(megabytes) + "000000 /dev/zero | tr '\\0' x); : > $d/" +
              std::to_string(i) + "; while [ $(ls $d | wc -l) -lt " + count +
              " ]; do sleep 0.1; done; sleep 0.5; : ${#x}) & ";
  }
  return script + "wait; rm -r $d";
}

TEST(MeasureChild, CountsTheMemoryOfAllProcessesTogether) {
  EXPECT_GE(Shell(Hold(60, 1))->peak_mb, 60);
  // A shell that fills its string holds it twice for a moment; no process alone holds it three times.
  EXPECT_GE(Shell(Hold(60, 3))->peak_mb, 180);
}

}  // namespace
}  // namespace rv
