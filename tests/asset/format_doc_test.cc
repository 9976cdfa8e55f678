// docs/format.md and docs/rview.schema.json against what is written and read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "asset/manifest.h"
#include "asset/rview_file.h"
#include "tests/asset/sample_view.h"
#include "tests/asset/schema_check.h"
#include "tests/asset/view_matchers.h"

namespace rv {
namespace {

using Json = nlohmann::json;
using ::testing::IsEmpty;

// Tests run in the project's root folder.
std::string DocText(const std::string& name) {
  std::ifstream in("docs/" + name);
  EXPECT_TRUE(in) << "docs/" << name << " is not there; run the test in the project's root";
  return {std::istreambuf_iterator<char>(in), {}};
}

Json Schema() { return Json::parse(DocText("rview.schema.json")); }
Json Manifest(const RotatingView& view) { return Json::parse(ManifestJson(view)); }

TEST(Schema, DescribesEveryManifest) {
  for (const RotatingView& view :
       {testing::SampleView(), testing::SampleView({.posed = false, .sources = false}), testing::TinyView(),
        testing::ExampleView()}) {
    const testing::SchemaReport report = testing::CheckSchema(Schema(), Manifest(view));
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_THAT(report.unknown, IsEmpty());
  }
}

TEST(Schema, HasNothingThatIsNeverWritten) {
  std::set<std::string> unused = testing::SchemaProperties(Schema());
  for (const std::string& path : testing::CheckSchema(Schema(), Manifest(testing::SampleView())).used)
    unused.erase(path);
  EXPECT_THAT(unused, IsEmpty());
}

void CollectKeys(const Json& value, const Json::json_pointer& at, std::vector<Json::json_pointer>& keys) {
  if (value.is_object())
    for (const auto& [key, child] : value.items()) {
      keys.push_back(at / key);
      CollectKeys(child, at / key, keys);
    }
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) CollectKeys(value[i], at / i, keys);
}

// Leaving out any one field is wrong for the schema where it is wrong for the reader.
TEST(Schema, AgreesWithTheReaderOnWhatIsRequired) {
  const Json good = Manifest(testing::TinyView());
  const Json schema = Schema();
  std::vector<Json::json_pointer> keys;
  CollectKeys(good, Json::json_pointer(), keys);
  int refused = 0;
  for (const auto& key : keys) {
    if (key.parent_pointer() == Json::json_pointer("/options") ||
        key.parent_pointer() == Json::json_pointer("/versions"))
      continue;
    // Required beside another field, which the schema leaves to its text.
    static const std::set<std::string> kBesideAnother{"cam_from_world", "to", "matte_confidence",
                                                      "depth_nearest", "depth_farthest"};
    if (kBesideAnother.contains(key.back())) continue;
    Json bad = good;
    bad[key.parent_pointer()].erase(key.back());
    const bool by_reader = !ParseManifest(bad.dump());
    EXPECT_EQ(!testing::CheckSchema(schema, bad).problems.empty(), by_reader) << key;
    refused += by_reader;
  }
  EXPECT_GT(refused, 150);
}

TEST(Schema, FindsWrongValues) {
  Json bad = Manifest(testing::TinyView());
  bad["tier"] = 5;
  bad["views"][0]["image"]["format"] = "avif";
  bad["object_from_world"]["translation"].push_back(1);
  bad["view_camera"]["focal_px"] = 0;
  bad["options"]["views"] = 72;
  EXPECT_THAT(testing::CheckSchema(Schema(), bad).problems, ::testing::SizeIs(5));
}

// The lines of a hex dump ("00000010: 7269 7665 ...  text") in the first block after `heading`.
std::vector<std::uint8_t> HexBlock(const std::string& document, const std::string& heading) {
  std::istringstream lines(document.substr(std::min(document.find(heading), document.size())));
  std::vector<std::uint8_t> bytes;
  std::string line;
  while (std::getline(lines, line) && line != "```text") {
  }
  while (std::getline(lines, line) && line != "```") {
    const std::size_t begin = line.find(": ") + 2;
    std::string digits = line.substr(begin, line.find("  ", begin) - begin);
    std::erase(digits, ' ');
    EXPECT_EQ(std::stoul(line.substr(0, 8), nullptr, 16), bytes.size()) << line;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// Pixels are compared, not PNG bytes, which are up to the build of the PNG library.
TEST(FormatPage, ItsWorkedExampleIsAWholeFile) {
  const std::vector<std::uint8_t> bytes = HexBlock(DocText("format.md"), "## Worked example");
  ASSERT_GT(bytes.size(), 1000U);
  const auto read = DecodeRview(bytes, {.strict = true});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(EncodeRview(*read).value(), bytes);
  RotatingView want = testing::ExampleView();
  ASSERT_EQ(read->views.size(), 1U);
  EXPECT_EQ(Decode(read->views[0].image, 3).value(), Decode(want.views[0].image, 3).value());
  want.views[0].image = read->views[0].image;
  testing::ExpectSameView(want, *read);
}

}  // namespace
}  // namespace rv
