#include "asset/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "asset/rview_pictures.h"
#include "tests/asset/sample_view.h"
#include "tests/asset/view_matchers.h"

namespace rv {
namespace {

using OrderedJson = nlohmann::ordered_json;

RotatingView WithoutBytes(RotatingView view) {
  for (View& stop : view.views)
    for (const asset::ViewPicture& picture : asset::kViewPictures) (stop.*picture.image).bytes = {};
  for (SourceFrame& source : view.sources)
    for (const asset::FramePicture& picture : asset::kFramePictures) (source.*picture.image).bytes = {};
  if (view.reconstruction) view.reconstruction->points.clear();
  return view;
}

TEST(Manifest, KeepsAllButPicturesAndPoints) {
  for (const bool posed : {true, false}) {
    const RotatingView view = testing::SampleView({.posed = posed});
    const auto parsed = ParseManifest(ManifestJson(view));
    ASSERT_TRUE(parsed) << parsed.error().message;
    testing::ExpectSameView(WithoutBytes(view), *parsed);
  }
}

TEST(Manifest, IsOneLine) {
  const std::string text = ManifestJson(testing::SampleView());
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.rfind("{\"format\":\"rview\",\"version\":{\"major\":1,\"minor\":3}", 0), 0U)
      << text.substr(0, 80);
}

TEST(Manifest, RefusesNonsenseAboutInputsAndDoesWithoutAny) {
  const std::string text = ManifestJson(testing::SampleView());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    const auto parsed = ParseManifest(changed);
    return parsed ? "accepted" : parsed.error().message;
  };
  EXPECT_THAT(with("\"state\":\"unread\"", "\"state\":\"lost\""), ::testing::HasSubstr("inputs[0].state"));
  EXPECT_THAT(with("\"from\":8,\"to\":30", "\"from\":8,\"to\":7"), ::testing::HasSubstr("is before from"));
  EXPECT_THAT(with("\"from\":8,\"to\":30", "\"from\":-1,\"to\":7"), ::testing::HasSubstr("inputs[3].from"));
  RotatingView older = testing::SampleView();
  older.inputs.clear();
  EXPECT_EQ(ManifestJson(older).find("\"inputs\""), std::string::npos);
  EXPECT_TRUE(ParseManifest(ManifestJson(older)));
}

TEST(Manifest, RefusesNonsenseAboutMattesDepthAndHotspots) {
  const std::string text = ManifestJson(testing::SampleView());
  const auto with = [&](const char* path, const OrderedJson& value) {
    OrderedJson changed = OrderedJson::parse(text);
    changed[OrderedJson::json_pointer(path)] = value;
    const auto parsed = ParseManifest(changed.dump());
    return parsed ? "accepted" : parsed.error().message;
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(with("/sources/0/note", "x"), "accepted");
  EXPECT_THAT(with("/sources/0/matte_confidence", 1.1), HasSubstr("sources[0].matte_confidence"));
  EXPECT_THAT(with("/sources/0/depth_nearest", 0), HasSubstr("sources[0].depth_nearest"));
  EXPECT_THAT(with("/sources/1/depth_nearest", 0.7), HasSubstr("sources[1].depth_nearest"));
  EXPECT_THAT(with("/views/1/matte/width", 3), HasSubstr("views[1].matte"));
  EXPECT_THAT(with("/views/0/blend/file", "views/0001.webp"), HasSubstr("used for another picture"));
  EXPECT_THAT(with("/hotspots/0/normal", {0, 0, 0.9}), HasSubstr("hotspots[0].normal"));
  EXPECT_THAT(with("/hotspots/1/cam_from_object/rotation/w", 9), HasSubstr("hotspots[1]"));
  EXPECT_EQ(with("/hotspots", nullptr), "accepted");
}

TEST(Manifest, NumbersComeBackExactly) {
  for (const double value : {0.1, 1.0 / 3, -0.0, 5e-324, 1.7976931348623157e308, 123456789012345678.0, 1e22,
                             2.5e-7, std::nextafter(1.0, 2.0), -1e-300}) {
    RotatingView view = testing::TinyView();
    view.views[0].azimuth_deg = value;
    const auto parsed = ParseManifest(ManifestJson(view));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(parsed->views[0].azimuth_deg), std::bit_cast<std::uint64_t>(value))
        << value;
  }
}

TEST(Manifest, TextOfOtherEncodingsIsReplacedNotRefused) {
  RotatingView view = testing::TinyView();
  view.sources[0].note = "caf\xE9";
  const auto parsed = ParseManifest(ManifestJson(view));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->sources[0].note, "caf\xEF\xBF\xBD");
}

TEST(Manifest, EveryCutIsCorrupt) {
  const std::string text = ManifestJson(testing::TinyView());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto parsed = ParseManifest(std::string_view(text).substr(0, length));
    ASSERT_FALSE(parsed) << length;
    ASSERT_EQ(parsed.error().code, ErrorCode::kCorrupt);
  }
}

void CollectPaths(const OrderedJson& value,
                  const OrderedJson::json_pointer& at,
                  std::vector<OrderedJson::json_pointer>& paths) {
  if (!at.empty()) paths.push_back(at);
  if (value.is_object())
    for (const auto& [key, child] : value.items()) CollectPaths(child, at / key, paths);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) CollectPaths(value[i], at / i, paths);
}

// Every value in turn is replaced with one of every type. Reading must end in a view or a named error; and
// where the type is another one, in an error, but for what may be left out.
TEST(Manifest, WrongTypesEverywhereAreNamed) {
  const OrderedJson good = OrderedJson::parse(ManifestJson(testing::TinyView()));
  std::vector<OrderedJson::json_pointer> paths;
  CollectPaths(good, OrderedJson::json_pointer(), paths);
  ASSERT_GT(paths.size(), 200U);
  const std::vector<OrderedJson> values = {
      nullptr, true, -1, 1.5, 1e300, "text", OrderedJson::array(), OrderedJson::object(), UINT64_MAX};
  for (const auto& path : paths) {
    for (const OrderedJson& value : values) {
      OrderedJson bad = good;
      bad[path] = value;
      const auto parsed = ParseManifest(bad.dump());
      if (parsed || parsed.error().code != ErrorCode::kCorrupt) {
        const OrderedJson& before = good[path];
        const bool same_kind =
            before.type_name() == value.type_name() || (before.is_number() && value.is_number());
        const bool optional = value.is_null();
        const bool other_format = path.back() == "format";
        EXPECT_TRUE(same_kind || optional || other_format) << path << " = " << value;
        continue;
      }
      EXPECT_EQ(parsed.error().message.rfind("manifest.json", 0), 0U) << parsed.error().message;
    }
  }
}

TEST(Manifest, MissingFieldsAreNamed) {
  const OrderedJson good = OrderedJson::parse(ManifestJson(testing::TinyView()));
  for (const char* key :
       {"format", "version", "tier", "tier_reason", "source", "item", "width", "height", "coverage", "views",
        "depth_unit", "object_from_world", "sources", "options", "versions", "files"}) {
    OrderedJson bad = good;
    bad.erase(key);
    const auto parsed = ParseManifest(bad.dump());
    ASSERT_FALSE(parsed) << key;
    EXPECT_NE(parsed.error().message.find(key), std::string::npos) << parsed.error().message;
  }
}

TEST(Manifest, ErrorsSayWhere) {
  OrderedJson bad = OrderedJson::parse(ManifestJson(testing::TinyView()));
  bad["views"][1]["image"]["width"] = "wide";
  EXPECT_EQ(ParseManifest(bad.dump()).error().message.rfind("manifest.json: views[1].image.width", 0), 0U)
      << ParseManifest(bad.dump()).error().message;
}

struct Hostile {
  const char* what;
  std::string text;
  ErrorCode code = ErrorCode::kCorrupt;
};

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = ManifestJson(testing::TinyView());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, HostileTextsAreRefused) {
  const std::string deep(100'000, '[');
  const std::string deep_objects = [] {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "{\"a\":";
    return text;
  }();
  const std::vector<Hostile> cases = {
      {"empty", ""},
      {"not an object", "[]"},
      {"deep", deep},
      {"deep in an object", "{\"format\":" + deep + std::string(100'000, ']') + "}"},
      {"deep objects", deep_objects},
      {"NaN", Replaced("\"depth_unit\":", "\"depth_unit\":NaN,\"x\":")},
      {"beyond a double", Replaced("\"depth_unit\":", "\"depth_unit\":1e999,\"x\":")},
      {"key twice", Replaced("\"depth_unit\":", "\"depth_unit\":0,\"depth_unit\":")},
      {"bad UTF-8", Replaced("\"tier_reason\":\"", "\"tier_reason\":\"\xFF")},
      {"bytes after it", ManifestJson(testing::TinyView()) + "{}"},
      {"other format", Replaced("\"rview\"", "\"zview\"")},
      {"major 0", Replaced("\"major\":1", "\"major\":0")},
      {"major huge", Replaced("\"major\":1", "\"major\":99999999999999999999")},
      {"major 2", Replaced("\"major\":1", "\"major\":2"), ErrorCode::kUnsupported},
      {"tier 5", Replaced("\"tier\":1", "\"tier\":5")},
      {"huge width", Replaced("\"width\":4", "\"width\":2147483648")},
      {"negative size", Replaced("\"bytes\":", "\"bytes\":-1,\"x\":")},
      {"upper-case digest", Replaced("\"sha256\":\"", "\"sha256\":\"ABCDEF")},
      {"absolute name", Replaced("\"name\":\"views/0000.jpg\"", "\"name\":\"/views/0000.jpg\"")},
      {"the manifest lists itself", Replaced("\"name\":\"views/0000.jpg\"", "\"name\":\"manifest.json\"")},
      {"new picture format", Replaced("\"format\":\"jpeg\"", "\"format\":\"avif\""), ErrorCode::kUnsupported},
  };
  for (const Hostile& hostile : cases) {
    const auto parsed = ParseManifest(hostile.text);
    ASSERT_FALSE(parsed) << hostile.what;
    EXPECT_EQ(parsed.error().code, hostile.code) << hostile.what << ": " << parsed.error().message;
  }
}

TEST(Manifest, HugeCountsAreRefused) {
  OrderedJson bad = OrderedJson::parse(ManifestJson(testing::TinyView()));
  for (int i = 0; i < 300; ++i) bad["views"][0]["sources"].push_back({{"frame", 0}, {"label", 1}});
  EXPECT_EQ(ParseManifest(bad.dump()).error().code, ErrorCode::kInvalidArgument);
  const std::string text = ManifestJson(testing::TinyView());
  EXPECT_EQ(ParseManifest(text, {.max_manifest_bytes = 100}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ParseManifest(text, {.max_views = 1}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rv
