#include "publish/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::MakeUpView;
using testing::Slurp;
using testing::TempFolder;

// All that lies in a folder, hidden files too.
std::vector<std::string> Names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.push_back(entry.path().lexically_relative(folder).generic_string());
  std::sort(names.begin(), names.end());
  return names;
}

// Those that any asset can be written as: shops have rules, and a mesh takes outlines and depth.
std::vector<std::string> FormatsOfAnyAsset() {
  std::vector<std::string> formats = ExportFormats();
  std::erase_if(formats, [](const std::string& format) {
    return IsForShop(format) || format == "glb" || format == "usdz";
  });
  return formats;
}

TEST(ExportOptions, RefusesEachValueOutOfRangeByName) {
  const std::pair<ExportOptions, const char*> wrong[] = {{{.picture_format = "bmp"}, "picture_format"},
                                                         {{.quality = 0}, "quality"},
                                                         {{.quality = 101}, "quality"},
                                                         {{.max_side_px = 15}, "max_side_px"},
                                                         {{.fps = 0.5}, "fps"},
                                                         {{.fps = NAN}, "fps"},
                                                         {{.turns = 0}, "turns"},
                                                         {{.item_id = "../x"}, "item_id"},
                                                         {{.front_deg = INFINITY}, "front_deg"},
                                                         {{.url_base = "shop"}, "url_base"},
                                                         {{.threads = -1}, "threads"}};
  for (const auto& [options, name] : wrong) {
    const Status status = options.Validate();
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, HasSubstr(name));
  }
  EXPECT_TRUE(ExportOptions{}.Validate());
}

TEST(Export, UnknownFormatNamesTheKnownOnes) {
  const TempFolder folder;
  const Status status = Export(MakeUpView(), "obj", folder / "x", {}, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  for (const std::string& format : ExportFormats()) EXPECT_THAT(status.error().remedy, HasSubstr(format));
}

TEST(Export, EveryFormatWritesItsTargetAndNothingElse) {
  const RotatingView view = MakeUpView({.views = 5});
  for (const std::string& format : FormatsOfAnyAsset()) {
    const TempFolder folder;
    const Status status = Export(view, format, folder / "out", {}, {});
    ASSERT_TRUE(status) << format << ": " << status.error().message;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << format;
    EXPECT_TRUE(fs::exists(folder / "out")) << format;
  }
}

TEST(Export, EveryFormatGivesTheSameBytesTwiceAndOnAnyNumberOfThreads) {
  const RotatingView view = MakeUpView({.views = 7, .arc_deg = 90});
  for (const std::string& format : FormatsOfAnyAsset()) {
    const TempFolder folder;
    ASSERT_TRUE(Export(view, format, folder / "a", {.quality = 70, .threads = 1}, {})) << format;
    ASSERT_TRUE(Export(view, format, folder / "b", {.quality = 70, .threads = 3}, {})) << format;
    if (!fs::is_directory(folder / "a")) {
      EXPECT_EQ(Slurp(folder / "a"), Slurp(folder / "b")) << format;
      continue;
    }
    ASSERT_EQ(Names(folder / "a"), Names(folder / "b")) << format;
    for (const std::string& name : Names(folder / "a"))
      EXPECT_EQ(Slurp(folder / "a" / name), Slurp(folder / "b" / name)) << format << " " << name;
  }
}

TEST(Export, CancellingLeavesNothingBehindAndTheOldResultInPlace) {
  for (const std::string& format : FormatsOfAnyAsset()) {
    const TempFolder folder;
    const RotatingView view = MakeUpView({.views = 40});
    ASSERT_TRUE(Export(view, format, folder / "out", {}, {}));
    const std::vector<std::string> before = Names(folder.path());
    int calls = 0;
    const Status status =
        Export(view, format, folder / "out", {}, [&](std::string_view, double) { return ++calls < 1; });
    ASSERT_FALSE(status) << format;
    EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(Names(folder.path()), before) << format;
  }
}

TEST(Export, CancellingHalfWayLeavesNothingBehind) {
  const RotatingView view = MakeUpView({.views = 60});
  for (const char* format : {"html", "frames", "mp4", "webm", "gif", "webp", "colmap", "nerf"}) {
    const TempFolder folder;
    int calls = 0;
    const Status status = Export(view, format, folder / "out", {.threads = 1},
                                 [&](std::string_view, double) { return ++calls < 4; });
    ASSERT_FALSE(status) << format;
    EXPECT_EQ(status.error().code, ErrorCode::kCancelled) << format;
    EXPECT_TRUE(fs::is_empty(folder.path())) << format;
  }
}

TEST(Export, ReplacesAnEarlierExportButNeverOtherPeoplesFiles) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 6}), "frames", folder / "out", {}, {}));
  ASSERT_TRUE(Export(MakeUpView({.views = 3}), "frames", folder / "out", {}, {}));
  EXPECT_FALSE(fs::exists(folder / "out" / "frame_0004.webp"));
  std::ofstream(folder / "out" / "notes.txt") << "mine";
  const Status status = Export(MakeUpView({.views = 3}), "frames", folder / "out", {}, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(status.error().message, HasSubstr("notes.txt"));
  EXPECT_FALSE(status.error().remedy.empty());
  EXPECT_EQ(Slurp(folder / "out" / "notes.txt"), "mine");
}

TEST(Export, RefusesUnfitTargets) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3});
  fs::create_directory(folder / "dir");
  std::ofstream(folder / "file") << "x";
  const auto code = [&](const char* format, const fs::path& out) {
    const Status status = Export(view, format, out, {}, {});
    return status ? ErrorCode::kInternal : status.error().code;
  };
  EXPECT_EQ(code("html", folder / "dir"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("colmap", folder / "file"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("html", folder / "none/out.html"), ErrorCode::kNotFound);
  EXPECT_EQ(code("frames", folder / "none/out"), ErrorCode::kNotFound);
  EXPECT_EQ(code("html", folder / "item.rview"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("nerf", folder / "transforms.json"), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Export(view, "frames", folder / "dir/", {}, {})) << "an empty folder is fine";
}

TEST(Export, TiersWithoutPosesSayWhyAndWhatToDo) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.tier = Tier::kStabilized2d});
  for (const char* format : {"colmap", "nerf", "ply"}) {
    const Status status = Export(view, format, folder / "out", {}, {});
    ASSERT_FALSE(status) << format;
    EXPECT_EQ(status.error().code, ErrorCode::kInsufficientData);
    EXPECT_THAT(status.error().message, HasSubstr("tier 3"));
    EXPECT_THAT(status.error().remedy, HasSubstr("html"));
    EXPECT_TRUE(fs::is_empty(folder.path()));
  }
  EXPECT_TRUE(Export(view, "html", folder / "out.html", {}, {}));
}

TEST(Export, AssetsWithoutSourcesExportPosesOnly) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.sources = false});
  for (const char* format : {"colmap", "nerf"}) {
    const Status status = Export(view, format, folder / format, {}, {});
    ASSERT_FALSE(status) << format;
    EXPECT_EQ(status.error().code, ErrorCode::kInsufficientData);
    EXPECT_THAT(status.error().remedy, HasSubstr("--no-images"));
    EXPECT_FALSE(fs::exists(folder / format));
    EXPECT_TRUE(Export(view, format, folder / format, {.images = false}, {}));
    EXPECT_FALSE(fs::exists(folder / format / "images"));
  }
}

TEST(Export, RefusesAnAssetThatContradictsItself) {
  const auto fails_as_corrupt = [](const auto& damage) {
    const TempFolder folder;
    RotatingView view = MakeUpView({.views = 3});
    damage(view);
    const Status status = Export(view, "colmap", folder / "out", {}, {});
    return !status && status.error().code == ErrorCode::kCorrupt && fs::is_empty(folder.path());
  };
  EXPECT_TRUE(fails_as_corrupt([](RotatingView& v) { v.reconstruction->frames[1].camera = 9; }));
  EXPECT_TRUE(fails_as_corrupt([](RotatingView& v) { v.reconstruction->frames[1].name = "../../evil.jpg"; }));
  EXPECT_TRUE(fails_as_corrupt(
      [](RotatingView& v) { v.reconstruction->frames[1].cam_from_world.translation.x() = NAN; }));
  EXPECT_TRUE(
      fails_as_corrupt([](RotatingView& v) { v.reconstruction->points[0].track[0].frame.value = 1000; }));
  EXPECT_TRUE(fails_as_corrupt([](RotatingView& v) { v.reconstruction->points[0].position.z() = INFINITY; }));
  EXPECT_TRUE(fails_as_corrupt([](RotatingView& v) { v.reconstruction->cameras[0].focal_px = 0; }));
  EXPECT_TRUE(fails_as_corrupt([](RotatingView& v) { v.sources[2].image.width = 11; }));
}

TEST(Export, DamagedViewIsNamed) {
  const TempFolder folder;
  RotatingView view = MakeUpView({.views = 5});
  view.views[3].image.bytes.resize(20);
  const Status status = Export(view, "mp4", folder / "out.mp4", {}, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(status.error().message, HasSubstr("view 4"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace rv
