// The bench as a program, with a stand-in for `rotaview` that exports a known model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/child_usage.h"
#include "tests/bench/test_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kResult =
    R"({"event": "result", "tier": 1, "frames": 4, "posed": 3, "seconds": {"decode": 0.5, "total": 1000}})";

// A set with ground truth for four frames of a video, and a model in which one is missing.
class Sweeps : public testing::Test {
 protected:
  void SetUp() override {
    PoseMap poses;
    json truth;
    for (int i = 0; i < 4; ++i) {
      const double angle = 0.5 * i;
      const std::string name = "00000" + std::to_string(i);
      ScoredPose pose{.cam_from_world = {
                          Eigen::Quaterniond(Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitY())), {0, 0, 5}}};
      pose.camera = Camera::Simple(640, 480, 505);
      if (i != 2) poses[name + ".jpg"] = pose;
      truth["images"][name] = {
          {"R", {{std::cos(angle), 0, std::sin(angle)}, {0, 1, 0}, {-std::sin(angle), 0, std::cos(angle)}}},
          {"t", {0, 0, 5}},
          {"K", {{500, 0, 320}, {0, 500, 240}, {0, 0, 1}}},
          {"width", 640},
          {"height", 480}};
    }
    WriteColmapModel(poses, root() / "model");
    WriteText(root() / "sweeps/toy/video/clip.mp4", "x");
    WriteText(root() / "sweeps/toy/gt_video.json", truth.dump());
  }

  Result<ChildUsage> Run(const std::string& event, std::vector<std::string> more = {}) {
    std::vector<std::string> argv{SWEEPS_PROGRAM, root() / "sweeps",       "--rotaview", FAKE_ROTAVIEW,
                                  "--json",       root() / "figures.json", "--keep",     root() / "keep"};
    argv.insert(argv.end(), more.begin(), more.end());
    return MeasureChild(
        {.arguments = argv,
         .stdout_file = root() / "table.txt",
         .stderr_file = root() / "errors.txt",
         .environment = {"FAKE_EVENT=" + event, "FAKE_MODEL=" + (root() / "model").string()}});
  }
  json Row() { return json::parse(ReadText(root() / "figures.json")).at("rows").at(0); }
  const fs::path& root() const { return folder_->path(); }

 private:
  Result<TempFolder> folder_ = TempFolder::Make();
};

TEST_F(Sweeps, ScoreTheExportedModel) {
  const Result<ChildUsage> run = Run(kResult, {"--threads", "2"});
  ASSERT_EQ(run->exit_code, 0) << ReadText(root() / "errors.txt");
  const json row = Row();
  EXPECT_EQ(row.at("set"), "toy");
  EXPECT_EQ(row.at("tier"), 1);
  EXPECT_EQ(row.at("frames"), 4);
  EXPECT_EQ(row.at("posed"), 3);
  EXPECT_NEAR(row.at("scores").at("auc5").get<double>(), 50, 1e-3);  // 3 of 6 pairs
  EXPECT_NEAR(row.at("scores").at("ate_pct").get<double>(), 0, 1e-6);
  EXPECT_NEAR(row.at("scores").at("focal_error_pct").get<double>(), 1, 1e-6);
  EXPECT_EQ(row.at("seconds").at("decode"), 0.5);
  EXPECT_LT(row.at("total_s").get<double>(), 1000);  // measured outside, not taken from the program's word
  EXPECT_THAT(ReadText(root() / "table.txt"), HasSubstr("toy"));
  // What the program was asked: the video, the truth's frames kept, the threads.
  const std::string asked = ReadText(root() / "keep/toy/item.rview");
  EXPECT_THAT(asked, HasSubstr("toy/video/clip.mp4"));
  EXPECT_THAT(asked, HasSubstr("kept=000000,000001,000002,000003"));
  EXPECT_THAT(asked, HasSubstr("--threads 2"));
}

TEST_F(Sweeps, ShowAConversionThatFails) {
  const Result<ChildUsage> run =
      Run(R"({"event": "error", "code": "insufficient data", "message": "no overlap"})", {"--check"});
  EXPECT_EQ(run->exit_code, 1);
  EXPECT_EQ(Row().at("error"), "no overlap");
  EXPECT_THAT(ReadText(root() / "table.txt"), HasSubstr("missed: toy: no spin: no overlap"));
}

TEST_F(Sweeps, RefuseAProgramThatBreaksItsContract) {
  EXPECT_NE(Run("done")->exit_code, 0);
  EXPECT_THAT(ReadText(root() / "errors.txt"), HasSubstr("JSON event"));
  EXPECT_NE(Run(R"({"event": "result", "tier": 1})")->exit_code, 0);
  // More said to be posed than exported.
  EXPECT_NE(Run(R"({"event": "result", "tier": 1, "frames": 4, "posed": 4, "seconds": {}})")->exit_code, 0);
  EXPECT_THAT(ReadText(root() / "errors.txt"), HasSubstr("3 exported"));
}

TEST_F(Sweeps, RunOnlyTheNamedSets) {
  WriteText(root() / "sweeps/other/video/clip.mp4", "x");
  ASSERT_EQ(Run(kResult, {"--only", "toy"})->exit_code, 0);
  EXPECT_EQ(json::parse(ReadText(root() / "figures.json")).at("rows").size(), 1u);
}

TEST_F(Sweeps, EndOnASignalAndLeaveNothing) {
  fs::create_directories(root() / "tmp");
  const std::string script =
      "\"$0\" \"$1\" --rotaview \"$2\" & for i in $(seq 100); do [ -n \"$(ls -A \"$TMPDIR\")\" ] && break; "
      "sleep 0.1; done; "
      "sleep 0.3; kill -TERM $!; wait $!";
  const Result<ChildUsage> run =
      MeasureChild({.arguments = {"bash", "-c", script, SWEEPS_PROGRAM, root() / "sweeps", FAKE_ROTAVIEW},
                    .environment = {"FAKE_SLEEP=600", "TMPDIR=" + (root() / "tmp").string()}});
  EXPECT_EQ(run->exit_code, ExitCode(ErrorCode::kCancelled));
  EXPECT_LT(run->wall_s, 300);
  EXPECT_TRUE(fs::is_empty(root() / "tmp"));
}

TEST_F(Sweeps, NameAFolderWithoutSweeps) {
  const Result<ChildUsage> run =
      MeasureChild({.arguments = {SWEEPS_PROGRAM, root() / "model"}, .stderr_file = root() / "errors.txt"});
  EXPECT_EQ(run->exit_code, 3);
  EXPECT_THAT(ReadText(root() / "errors.txt"), HasSubstr("no sweep in"));
}

}  // namespace
}  // namespace rv
