// The whole job through the program, on the sample clip made small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "asset/rview_file.h"
#include "tests/cli/cli_run.h"

namespace rv {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

// Few frames and small pictures: seconds instead of half a minute.
std::vector<std::string> Quick(std::vector<std::string> arguments) {
  std::vector<std::string> all = {
      "convert", DemoClip().string(), "-o", "item.rview", "--max-frames", "40", "--size",
      "320",     "--work-side",       "480"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

// Frames that joined after mapping are shown, told of, and counted apart.
void ExpectFetchedFramesAreAccountedFor(const RotatingView& view, const nlohmann::json& result) {
  const int fetched = result["fetched"];
  EXPECT_GT(fetched, 0);
  EXPECT_EQ(view.sources.size(), result["frames"].get<std::size_t>() + static_cast<std::size_t>(fetched));
  int noted = 0, used = 0;
  for (std::size_t i = 0; i < view.sources.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(view.sources[i - 1].source_index, view.sources[i].source_index);
    }
    if (view.sources[i].note.find("fetched after mapping") == std::string::npos) continue;
    ++noted;
    used += view.sources[i].used_in_view ? 1 : 0;
    EXPECT_FALSE(view.sources[i].image.empty());
    EXPECT_TRUE(view.reconstruction->frames[i].posed);
  }
  EXPECT_EQ(noted, fetched);
  EXPECT_GE(used, 0.8 * fetched);
  std::map<InputState, int> inputs;
  int next = 0;
  for (const InputRecord& input : view.inputs) {
    EXPECT_EQ(input.frames->from, next);
    next = input.frames->to + 1;
    inputs[input.state] += next - input.frames->from;
  }
  EXPECT_EQ(inputs[InputState::kPosed], result["posed"].get<int>() + fetched);
}

TEST(CliConvert, TheSampleClipBecomesAFullPathSpin) {
  CliFixture cli;
  const CliResult result =
      cli.Run(Quick({"--json", "--export", "html=item.html", "--report", "report.json"}));
  ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(cli.Files(), ElementsAre("item.html", "item.rview", "report.json"));

  const auto events = result.Events();
  const auto& last = events.back();
  EXPECT_EQ(last["event"], "result");
  EXPECT_EQ(last["output"], "item.rview");
  EXPECT_EQ(last["tier"], 1) << last["tier_reason"] << last["findings"];
  EXPECT_GE(last["views"], 24);
  EXPECT_EQ(last["posed"], last["frames"]);
  for (const char* stage :
       {"decode", "features", "matching", "mapping", "views", "package", "total", "export"}) {
    EXPECT_GE(last["seconds"][stage], 0.0) << stage;
  }
  EXPECT_GT(last["seconds"]["export"], 0.0);

  std::vector<std::string> stages;
  for (const auto& event : events) {
    if (event["event"] != "stage") continue;
    EXPECT_GE(event["fraction"], 0.0);
    EXPECT_LE(event["fraction"], 1.0);
    if (stages.empty() || stages.back() != event["stage"]) stages.push_back(event["stage"]);
  }
  EXPECT_EQ(stages.front(), "decode");
  EXPECT_THAT(stages, IsSupersetOf({"features", "views", "package", "export"}));

  const auto report = nlohmann::json::parse(ReadText(cli.folder() / "report.json"));
  EXPECT_EQ(report["tier"], last["tier"]);

  const RotatingView view = ReadRview(cli.folder() / "item.rview", {.strict = true}).value();
  EXPECT_EQ(view.source_name, "demo.mp4");
  EXPECT_EQ(view.options.at("max-frames"), "40");
  EXPECT_TRUE(view.versions.contains("rotaview"));
  EXPECT_FALSE(view.sources[0].image.empty());
  ExpectFetchedFramesAreAccountedFor(view, last);

  EXPECT_EQ(cli.Run({"info", "item.rview", "--strict"}).exit_code, 0);
  const auto info = cli.Run({"info", "item.rview", "--json"}).Events();
  ASSERT_EQ(info.size(), 1);
  EXPECT_EQ(info[0]["manifest"]["tier"], 1);
}

TEST(CliConvert, GivesTheSameBytesForAnyNumberOfThreadsAndReplacesAnExistingFile) {
  CliFixture cli;
  std::string first;
  for (const char* threads : {"1", "2", "4"}) {
    const CliResult result = cli.Run(Quick({"--threads", threads, "--quiet"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, "");
    const std::string bytes = ReadText(cli.folder() / "item.rview");
    if (first.empty()) first = bytes;
    EXPECT_TRUE(bytes == first) << threads << " threads";
  }
  EXPECT_THAT(cli.Files(), ElementsAre("item.rview"));
}

TEST(CliConvert, KeptFramesArePosedUnderTheirNumbersAndSourcesCanBeLeftOut) {
  CliFixture cli;
  std::ofstream(cli.folder() / "keep.txt") << "7\n101\n";
  ASSERT_EQ(cli.Run(Quick({"--keep-frames", "keep.txt", "--no-sources"})).exit_code, 0);
  const RotatingView view = ReadRview(cli.folder() / "item.rview").value();
  std::vector<std::string> names;
  for (const SourceFrame& source : view.sources) {
    names.push_back(source.name);
    EXPECT_TRUE(source.image.empty());
  }
  EXPECT_THAT(names, IsSupersetOf({"000007.jpg", "000101.jpg"}));
  EXPECT_EQ(view.options.at("no-sources"), "true");

  // What needs the pictures says that they were left out; poses alone still come.
  const CliResult with_images = cli.Run({"export", "item.rview", "colmap", "model"});
  EXPECT_EQ(with_images.exit_code, 6);
  EXPECT_FALSE(std::filesystem::exists(cli.folder() / "model"));
  EXPECT_EQ(cli.Run({"export", "item.rview", "colmap", "model", "--no-images"}).exit_code, 0);
  EXPECT_THAT(ReadText(cli.folder() / "model/images.txt"),
              AllOf(HasSubstr("000007.jpg"), HasSubstr("000101.jpg")));

  // A shop's rules: each is said, and one that is not met refuses unless it is to be written anyway.
  const CliResult refused = cli.Run({"export", "item.rview", "google", "shop", "--json"});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_FALSE(std::filesystem::exists(cli.folder() / "shop"));
  std::map<std::string, std::string> verdicts;
  for (const auto& event : refused.Events())
    if (event["event"] == "rule") verdicts[event["rule"]] = event["verdict"];
  EXPECT_EQ(verdicts["address"], "not met");
  EXPECT_EQ(verdicts["offer"], "not known");
  EXPECT_EQ(refused.Events().back()["event"], "error");
  EXPECT_THAT(refused.Events().back()["remedy"].get<std::string>(), HasSubstr("--anyway"));
  EXPECT_EQ(cli.Run({"export", "item.rview", "google", "shop", "--anyway", "-q"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(cli.folder() / "shop/product.jsonld"));
  EXPECT_EQ(cli.Run({"export", "item.rview", "glb", "item.glb"}).exit_code, 6);
  EXPECT_FALSE(std::filesystem::exists(cli.folder() / "item.glb"));
}

TEST(CliConvert, PhotosBecomeASpinOfSomeTierAndSayWhichAndWhy) {
  CliFixture cli;
  WriteTurningPhotos(cli.folder() / "photos", 24);
  const CliResult result = cli.Run({"convert", "photos", "-o", "item.rview", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
  const auto last = result.Events().back();
  EXPECT_GE(last["tier"], 1);
  EXPECT_LE(last["tier"], 4);
  EXPECT_NE(last["tier_reason"], "");
  EXPECT_GT(last["views"], 2);
  if (last["tier"] > 2) {
    const CliResult poses = cli.Run({"export", "item.rview", "colmap", "model", "--json"});
    EXPECT_EQ(poses.exit_code, 6);
    EXPECT_EQ(poses.Events().back()["code"], "insufficient data");
  }
}

TEST(CliConvert, WithoutATerminalEachStageIsOneLine) {
  CliFixture cli;
  WriteTurningPhotos(cli.folder() / "photos", 6);
  const CliResult result = cli.Run({"convert", "photos", "-o", "item.rview"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, AllOf(HasSubstr("decode: "), HasSubstr("wrote item.rview"), Not(HasSubstr("\r"))));
}

// Ends a conversion once it reaches `stage`; nothing may be left of it.
void InterruptAt(const std::string& stage, int signal_number) {
  CliFixture cli;
  const pid_t pid = cli.Start(Quick({"--json"}));
  for (int i = 0; i < 600 && cli.OutputOf(pid).find("\"" + stage + "\"") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const auto start = std::chrono::steady_clock::now();
  kill(pid, signal_number);
  const CliResult result = cli.Wait(pid);
  EXPECT_EQ(result.exit_code, 130) << stage << result.out;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << stage;
  EXPECT_EQ(result.Events().back()["code"], "cancelled");
  EXPECT_THAT(cli.Files(), ElementsAre()) << stage;
}

TEST(CliInterrupt, CtrlCWhileDecodingLeavesNothing) { InterruptAt("decode", SIGINT); }
TEST(CliInterrupt, CtrlCWhileMappingLeavesNothing) { InterruptAt("features", SIGINT); }
TEST(CliInterrupt, TerminationWhileMakingViewsLeavesNothing) { InterruptAt("views", SIGTERM); }

TEST(CliHelp, TeachesByExample) {
  CliFixture cli;
  const CliResult help = cli.Run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out,
              AllOf(HasSubstr("convert"), HasSubstr("info"), HasSubstr("export"), HasSubstr("130")));
  EXPECT_THAT(cli.Run({"convert", "--help"}).out, AllOf(HasSubstr("--keep-frames"), HasSubstr("Examples:")));
  EXPECT_THAT(cli.Run({"--version"}).out, HasSubstr("rotaview "));
}

}  // namespace
}  // namespace rv
