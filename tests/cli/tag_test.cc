// `tag` and `doctor` as a person or a script runs them, on the tiny model of tests/groknet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/cli_run.h"

namespace rv {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

std::string TinyModel() { return std::string(ROTAVIEW_ROOT) + "/tests/groknet/data/tiny.onnx"; }

std::vector<std::string> Tag(std::vector<std::string> sources, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"tag", "--model", TinyModel()};
  arguments.insert(arguments.end(), sources.begin(), sources.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void ExpectTagObject(const Json& line) {
  for (const char* key : {"path", "attributes", "vertical", "unknown", "embedding", "code"})
    EXPECT_TRUE(line.contains(key)) << key;
  EXPECT_EQ(line["embedding"].size(), 256U);
  EXPECT_EQ(line["code"].get<std::string>().size(), 64U);
  ASSERT_FALSE(line["attributes"].empty());
  for (const auto& [name, values] : line["attributes"].items()) {
    ASSERT_FALSE(values.empty()) << name;
    EXPECT_LE(values.size(), 5U) << name;
    EXPECT_TRUE(values[0]["value"].is_string());
    EXPECT_GT(values[0]["p"], 0.0);
  }
}

TEST(CliTag, PrintsOneObjectAPhoto) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 3);
  const CliResult result = fixture.Run(Tag({"photos"}, {"--json"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto lines = result.Events();
  ASSERT_EQ(lines.size(), 3U);
  for (const Json& line : lines) {
    ExpectTagObject(line);
    EXPECT_THAT(line["path"].get<std::string>(), HasSubstr("photos/"));
  }
}

TEST(CliTag, SaysTheSameOnAnyThreads) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 3);
  EXPECT_EQ(fixture.Run(Tag({"photos"}, {"--json", "--threads", "1"})).out,
            fixture.Run(Tag({"photos"}, {"--json", "--threads", "3", "--batch", "2"})).out);
}

TEST(CliTag, AnUnreadablePhotoIsNamedAndTheRestGoesOn) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 2);
  std::ofstream(fixture.folder() / "photos" / "bad.jpg") << "no picture";
  const CliResult result = fixture.Run(Tag({"photos"}, {"--json"}));
  EXPECT_NE(result.exit_code, 0);
  int tagged = 0;
  int errors = 0;
  for (const Json& line : result.Events()) {
    tagged += line.contains("code") && line.contains("embedding");
    if (!line.contains("event")) continue;
    EXPECT_EQ(line["event"], "error");
    EXPECT_THAT(line["message"].get<std::string>(), HasSubstr("bad.jpg"));
    ++errors;
  }
  EXPECT_EQ(tagged, 2);
  EXPECT_EQ(errors, 1);
}

TEST(CliTag, SeveralPhotosAreOneItemWhenAsked) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 3);
  const auto lines = fixture.Run(Tag({"photos"}, {"--json", "--item"})).Events();
  ASSERT_EQ(lines.size(), 4U);
  ExpectTagObject(lines[3]);
  EXPECT_EQ(lines[3]["item"], true);
  EXPECT_EQ(lines[3]["views"], 3);
  EXPECT_FALSE(lines[0].contains("item"));
  EXPECT_TRUE(lines[0]["applies"].is_object());
}

TEST(CliTag, LooksAtThePartAskedFor) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 1);
  const auto code = [&](const std::vector<std::string>& more) {
    std::vector<std::string> flags = {"--json"};
    flags.insert(flags.end(), more.begin(), more.end());
    return fixture.Run(Tag({"photos"}, flags)).Events().at(0)["embedding"];
  };
  EXPECT_EQ(code({"--crop", "0,0,1,1"}), code({}));
  EXPECT_NE(code({"--crop", "0.2,0.2,0.4,0.4"}), code({}));
  EXPECT_EQ(fixture.Run(Tag({"photos"}, {"--crop", "0.5,0.5,0.6,0.4"})).exit_code, 2);
}

TEST(CliTag, PrintsATableForPeople) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 1);
  const CliResult result = fixture.Run(Tag({"photos"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("kind"));
  EXPECT_THAT(result.err, HasSubstr("device: cpu"));
}

TEST(CliTag, WithoutAModelSaysWhatToDo) {
  CliFixture fixture;
  const CliResult result = fixture.Run({"tag", "--model", "none.onnx", "photo.jpg", "--json"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.Events().back()["remedy"].get<std::string>(), HasSubstr("--model"));
}

TEST(CliTag, RefusesADeviceThatDoesNotExist) {
  CliFixture fixture;
  EXPECT_EQ(fixture.Run(Tag({"photo.jpg"}, {"--device", "abacus"})).exit_code, 2);
}

TEST(CliDoctor, SaysWhatIsThere) {
  CliFixture fixture;
  const CliResult result = fixture.Run({"doctor", "--json", "--device", "cpu", "--model", TinyModel()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json found = result.Events().back();
  EXPECT_EQ(found["event"], "result");
  EXPECT_EQ(found["device"]["actual"], "cpu");
  EXPECT_FALSE(found["device"]["reasons"].empty());
  EXPECT_EQ(found["model"]["name"], "tiny");
  EXPECT_TRUE(found["versions"].contains("onnxruntime"));
  EXPECT_THAT(fixture.Run({"doctor", "--model", TinyModel()}).out, HasSubstr("webgpu"));
}

TEST(CliConvert, KeepsTagsOfTheViewsAndTheItem) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 6);
  ASSERT_EQ(fixture.Run({"convert", "photos", "-o", "item.rview", "--model", TinyModel()}).exit_code, 0);
  const Json manifest = fixture.Run({"info", "item.rview", "--json"}).Events().back()["manifest"];
  EXPECT_EQ(manifest["versions"]["groknet"], "tiny 1");
  EXPECT_EQ(manifest["item"]["embedding"]["values"].size(), 256U);
  const CliResult tags = fixture.Run(Tag({"item.rview"}, {"--json"}));
  ASSERT_EQ(tags.exit_code, 0) << tags.err;
  const auto lines = tags.Events();
  ASSERT_EQ(lines.size(), manifest["views"].size() + 1);
  for (const Json& line : lines) ExpectTagObject(line);
  EXPECT_EQ(lines.back()["item"], true);
  EXPECT_EQ(lines.back()["code"], manifest["item"]["embedding"]["code"]);
}

TEST(CliConvert, WithoutTagsHoldsNone) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 6);
  ASSERT_EQ(fixture.Run({"convert", "photos", "-o", "item.rview", "--no-tags"}).exit_code, 0);
  const Json manifest = fixture.Run({"info", "item.rview", "--json"}).Events().back()["manifest"];
  EXPECT_FALSE(manifest["item"].contains("embedding"));
  EXPECT_FALSE(manifest["versions"].contains("groknet"));
}

TEST(CliConvert, ABrokenModelDoesNotEndTheJobButIsSaid) {
  CliFixture fixture;
  WriteTurningPhotos(fixture.folder() / "photos", 6);
  std::ofstream(fixture.folder() / "broken.onnx") << "no model";
  const CliResult result = fixture.Run({"convert", "photos", "-o", "item.rview", "--model", "broken.onnx"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("NOT TAGGED"));
}

}  // namespace
}  // namespace rv
