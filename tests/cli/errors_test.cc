// Bad input ends with a named error, its exit code and a remedy, and leaves nothing behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "scene/image.h"
#include "tests/cli/cli_run.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void Write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

struct BadInput {
  const char* name;
  int exit_code;
  const char* code;
  std::function<void(const fs::path& folder)> make;  // makes `source` in the folder
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

// Photos that have nothing in common: noise of a different seed and color each.
void WriteUnrelated(const fs::path& folder) {
  fs::create_directories(folder);
  for (unsigned i = 0; i < 4; ++i) {
    Image image = Image::Make(320, 240, 3);
    unsigned state = 977 * (i + 1);
    for (std::size_t p = 0; p < image.pixels.size(); ++p) {
      state = state * 1664525 + 1013904223;
      image.pixels[p] = static_cast<std::uint8_t>((state >> 24) / (p % 3 == i % 3 ? 1 : 3));
    }
    const EncodedImage encoded = EncodeJpeg(image, 90);
    Write(folder / ("photo" + std::to_string(i) + ".jpg"),
          std::string(encoded.bytes.begin(), encoded.bytes.end()));
  }
}

const BadInput kBadInputs[] = {
    {"Missing", 3, "not found", [](const fs::path&) {}},
    {"EmptyFile", 4, "corrupt", [](const fs::path& folder) { Write(folder / "source", ""); }},
    {"TextNamedAsVideo", 5, "unsupported",
     [](const fs::path& folder) {
       Write(folder / "source.mp4", "this is no video\n");
       fs::rename(folder / "source.mp4", folder / "source");
     }},
    {"FolderWithoutPhotos", 6, "insufficient data",
     [](const fs::path& folder) {
       fs::create_directories(folder / "source");
       Write(folder / "source/notes.txt", "nothing here");
     }},
    {"EmptyFolder", 6, "insufficient data",
     [](const fs::path& folder) { fs::create_directories(folder / "source"); }},
    {"OnePhoto", 6, "insufficient data",
     [](const fs::path& folder) { WriteTurningPhotos(folder / "source", 1); }},
    {"UnrelatedPhotos", 6, "insufficient data",
     [](const fs::path& folder) { WriteUnrelated(folder / "source"); }},
};

class BadInputs : public testing::TestWithParam<BadInput> {};

TEST_P(BadInputs, EndWithANamedErrorAndLeaveNothing) {
  CliFixture cli;
  GetParam().make(cli.folder());
  const auto before = cli.Files();
  const CliResult result = cli.Run({"convert", "source", "-o", "item.rview", "--json"});
  EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.out << result.err;
  const auto events = result.Events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back()["event"], "error");
  EXPECT_EQ(events.back()["code"], GetParam().code);
  EXPECT_NE(events.back()["message"], "");
  EXPECT_NE(events.back()["remedy"], "");
  EXPECT_EQ(cli.Files(), before);
}

INSTANTIATE_TEST_SUITE_P(Cli, BadInputs, testing::ValuesIn(kBadInputs), [](const auto& input) {
  return std::string(input.param.name);
});

TEST(CliErrors, BadArgumentsExitWithTwoAndSayWhy) {
  CliFixture cli;
  WriteTurningPhotos(cli.folder() / "photos", 4);
  const auto before = cli.Files();
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{}, "subcommand"},
      {{"twirl"}, "twirl"},
      {{"convert", "photos"}, "--output"},
      {{"convert", "photos", "-o", "x.rview", "--views", "many"}, "--views"},
      {{"convert", "photos", "-o", "x.rview", "--views", "-3"}, "views"},
      {{"convert", "photos", "-o", "x.rview", "--mapper", "guess"}, "guess"},
      {{"convert", "photos", "-o", "x.rview", "--export", "html"}, "FORMAT=PATH"},
      {{"convert", "photos", "-o", "x.rview", "--export", "obj=x.obj"}, "obj"},
      {{"convert", "photos", "-o", "x.rview", "--max-frames", "0"}, "max_frames"},
      {{"convert", "photos", "-o", "photos"}, "photos"},
      {{"export", "x.rview", "obj", "x.obj"}, "obj"},
  };
  for (const auto& [arguments, word] : cases) {
    const CliResult result = cli.Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << word << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr(word));
    EXPECT_EQ(result.out, "");
  }
  EXPECT_EQ(cli.Files(), before);
}

TEST(CliErrors, AParseErrorComesAsJsonWhenAskedFor) {
  CliFixture cli;
  const CliResult result = cli.Run({"convert", "--json", "--no-such-flag"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.Events().back()["code"], "invalid argument");
}

TEST(CliErrors, AMissingOutputFolderIsFoundBeforeTheWork) {
  CliFixture cli;
  WriteTurningPhotos(cli.folder() / "photos", 4);
  const CliResult result = cli.Run({"convert", "photos", "-o", "nowhere/item.rview", "--json"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.Events().size(), 1);  // no stage was begun
}

TEST(CliErrors, InfoAndExportRefuseWhatIsNoRview) {
  CliFixture cli;
  Write(cli.folder() / "x.rview", "not a zip");
  EXPECT_EQ(cli.Run({"info", "x.rview"}).exit_code, 4);
  EXPECT_EQ(cli.Run({"info", "gone.rview"}).exit_code, 3);
  EXPECT_EQ(cli.Run({"export", "x.rview", "html", "x.html"}).exit_code, 4);
  EXPECT_EQ(cli.Files(), std::vector<std::string>{"x.rview"});
}

TEST(CliErrors, ColmapMissingNamesThePackage) {
  CliFixture cli;
  WriteTurningPhotos(cli.folder() / "photos", 8);
  const char* path = getenv("PATH");
  const std::string kept = path == nullptr ? "" : path;
  setenv("PATH", cli.folder().c_str(), 1);
  const CliResult result = cli.Run({"convert", "photos", "-o", "x.rview", "--mapper", "colmap", "--json"});
  setenv("PATH", kept.c_str(), 1);
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.Events().back()["remedy"].get<std::string>(), HasSubstr("'colmap'"));
}

}  // namespace
}  // namespace rv
