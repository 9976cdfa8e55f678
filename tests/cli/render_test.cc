// Pictures from any camera, and poses taken as they are given, through the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "asset/rview_file.h"
#include "scene/image.h"
#include "tests/cli/cli_run.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

EncodedImage ReadPicture(const fs::path& path, const std::string& format, int width, int height) {
  const std::string bytes = ReadText(path);
  return {.format = format, .width = width, .height = height, .bytes = {bytes.begin(), bytes.end()}};
}

// Of the middle of two pictures.
double Psnr(const Image& a, const Image& b) {
  double sum = 0;
  int count = 0;
  for (int y = a.height / 5; y < a.height * 4 / 5; ++y)
    for (int x = a.width / 5; x < a.width * 4 / 5; ++x)
      for (int c = 0; c < 3; ++c, ++count) sum += std::pow(a.at(x, y)[c] - b.at(x, y)[c], 2);
  return 10 * std::log10(255.0 * 255.0 * count / std::max(sum, 1.0));
}

class CliRender : public ::testing::Test {
 protected:
  void SetUp() override {
    const CliResult made = cli_.Run({"convert", DemoClip().string(), "-o", "item.rview", "--max-frames", "40",
                                     "--size", "320", "--work-side", "480", "--no-tags", "-q"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    ASSERT_EQ(cli_.Run({"export", "item.rview", "nerf", "model", "-q"}).exit_code, 0);
    transforms_ = nlohmann::json::parse(ReadText(cli_.folder() / "model/transforms.json"));
  }

  CliFixture cli_;
  nlohmann::json transforms_;
};

TEST_F(CliRender, FromItsOwnCamerasComeItsFramesAndGivenPosesStayAsTheyAre) {
  const CliResult drawn =
      cli_.Run({"render", "item.rview", "--cameras", "model/transforms.json", "-o", "drawn", "--json"});
  ASSERT_EQ(drawn.exit_code, 0) << drawn.out << drawn.err;
  EXPECT_EQ(drawn.Events().back()["pictures"], transforms_["frames"].size());
  const int width = transforms_["w"], height = transforms_["h"];
  int checked = 0;
  for (std::size_t i = 0; i < transforms_["frames"].size(); i += 9) {
    const fs::path file = transforms_["frames"][i]["file_path"].get<std::string>();
    const Result<Image> captured =
        Decode(ReadPicture(cli_.folder() / "model" / file, "jpeg", width, height), 3);
    const Result<Image> again = Decode(
        ReadPicture(cli_.folder() / "drawn" / (file.stem().string() + ".png"), "png", width, height), 3);
    ASSERT_TRUE(captured && again) << file;
    EXPECT_GT(Psnr(*captured, *again), 30) << file;  // the lens's distortion is left out
    ++checked;
  }
  EXPECT_GE(checked, 3);

  // The exported pictures with the exported poses: nothing moves.
  const CliResult given =
      cli_.Run({"convert", "model/images", "-o", "given.rview", "--poses", "model/transforms.json",
                "--poses-exact", "--size", "320", "--work-side", "480", "--no-tags", "--json"});
  ASSERT_EQ(given.exit_code, 0) << given.out << given.err;
  EXPECT_EQ(given.Events().back()["tier"], 1);
  EXPECT_EQ(given.Events().back()["posed"], transforms_["frames"].size());
  ASSERT_EQ(cli_.Run({"export", "given.rview", "nerf", "given.json", "--no-images", "-q"}).exit_code, 0);
  const auto exported = nlohmann::json::parse(ReadText(cli_.folder() / "given.json"));
  std::map<std::string, nlohmann::json> before;
  for (const auto& frame : transforms_["frames"])
    before[fs::path(frame["file_path"].get<std::string>()).stem()] = frame["transform_matrix"];
  for (const auto& frame : exported["frames"]) {
    const auto& matrix = before.at(fs::path(frame["file_path"].get<std::string>()).stem());
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 4; ++c)
        EXPECT_NEAR(frame["transform_matrix"][r][c].get<double>(), matrix[r][c].get<double>(), 1e-6);
  }
}

// Poses of another capture, or of no capture at all.
TEST_F(CliRender, PosesThatDoNotAgreeAreNamedAndNotUsed) {
  nlohmann::json wrong = transforms_;
  const std::size_t count = wrong["frames"].size();
  for (std::size_t i = 0; i < count; ++i)
    wrong["frames"][i]["transform_matrix"] = transforms_["frames"][(7 * i + 3) % count]["transform_matrix"];
  std::ofstream(cli_.folder() / "wrong.json") << wrong.dump();
  std::vector<std::string> how{"convert",     "model/images", "-o",        "again.rview",
                               "--poses",     "wrong.json",   "--size",    "320",
                               "--work-side", "480",          "--no-tags", "--json"};
  const CliResult found = cli_.Run(how);
  ASSERT_EQ(found.exit_code, 0) << found.out << found.err;
  EXPECT_EQ(found.Events().back()["tier"], 1);
  EXPECT_THAT(found.Events().back()["findings"].dump(), HasSubstr("the given poses do not agree"));
  how.push_back("--poses-exact");
  how[3] = "again2.rview";
  const CliResult refused = cli_.Run(how);
  EXPECT_EQ(refused.exit_code, 2) << refused.out << refused.err;
  EXPECT_FALSE(fs::exists(cli_.folder() / "again2.rview"));
}

TEST(CliRenderErrors, NameWhatIsMissing) {
  CliFixture cli;
  std::ofstream(cli.folder() / "cameras.json") << R"({"frames": []})";
  const CliResult nothing = cli.Run({"render", "none.rview", "--cameras", "cameras.json", "-o", "out"});
  EXPECT_EQ(nothing.exit_code, 3) << nothing.err;
  const CliResult flags = cli.Run({"render", "none.rview"});
  EXPECT_EQ(flags.exit_code, 2);
  EXPECT_THAT(flags.err, HasSubstr("--cameras"));
}

}  // namespace
}  // namespace rv
