// GLB and USDZ files, held against their specifications by readers that share no code with the writers.
#include "publish/mesh/mesh_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "publish/export.h"
#include "tests/publish/mesh/ball_view.h"
#include "tests/publish/shops/zip_check.h"
#include "tests/support/temp_folder.h"

namespace rv::mesh {
namespace {

using rv::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A square of two triangles that stands from y = 2 to y = 3.
TexturedMesh Square() {
  TexturedMesh mesh;
  mesh.points = {{-1, 2, 0}, {1, 2, 0}, {1, 3, 0}, {-1, 3, 0}};
  mesh.normals.assign(4, Eigen::Vector3f::UnitZ());
  mesh.uvs = {{0, 1}, {1, 1}, {1, 0}, {0, 0.25F}};
  mesh.triangles = {{0, 1, 2}, {0, 2, 3}};
  mesh.texture = EncodeJpeg(Image::Make(4, 4, 3, 200), 90);
  return mesh;
}

std::uint32_t Word(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, &bytes.at(at), 4);
  return word;
}

TEST(GlbBytes, HasTheChunksAndBoundsThatItStates) {
  const TexturedMesh mesh = Square();
  const std::vector<std::uint8_t> bytes = GlbBytes(mesh, "A \"square\"");
  EXPECT_EQ(Word(bytes, 0), 0x46546C67U);
  EXPECT_EQ(Word(bytes, 4), 2U);
  EXPECT_EQ(Word(bytes, 8), bytes.size());
  const std::uint32_t text = Word(bytes, 12);
  EXPECT_EQ(text % 4, 0U);
  const auto json = nlohmann::json::parse(bytes.begin() + 20, bytes.begin() + 20 + text);
  const std::size_t binary = 20 + text;
  EXPECT_EQ(Word(bytes, binary + 4), 0x004E4942U);
  EXPECT_EQ(json["buffers"][0]["byteLength"], Word(bytes, binary));
  EXPECT_EQ(json["nodes"][0]["name"], "A \"square\"");
  EXPECT_EQ(json["nodes"][0]["translation"][1], -2.0) << "it stands on the floor";
  EXPECT_THAT(json["asset"]["extras"]["scale"].get<std::string>(), HasSubstr("arbitrary"));
  const auto& primitive = json["meshes"][0]["primitives"][0];
  const auto& position = json["accessors"][primitive["attributes"]["POSITION"].get<int>()];
  EXPECT_EQ(position["max"][1], 3.0);
  const std::size_t at =
      binary + 8 + json["bufferViews"][position["bufferView"].get<int>()]["byteOffset"].get<std::size_t>();
  float y = 0;
  std::memcpy(&y, &bytes.at(at + 2 * 12 + 4), 4);
  EXPECT_EQ(y, 3.0F);
}

TEST(UsdaText, HasAsManyNumbersAsItNeedsAndTheTextureTheRightWayUp) {
  const std::string text = UsdaText(Square(), "texture.jpg");
  EXPECT_EQ(text.rfind("#usda 1.0\n", 0), 0U);
  for (const char* part :
       {"defaultPrim = \"Item\"", "upAxis = \"Y\"", "metersPerUnit", "scale is arbitrary", "@texture.jpg@",
        "faceVertexCounts = [3, 3]", "faceVertexIndices = [0, 1, 2, 0, 2, 3]",
        "point3f[] points = [(-1, 2, 0), (1, 2, 0), (1, 3, 0), (-1, 3, 0)]",
        "primvars:st = [(0, 0), (1, 0), (1, 1), (0, 0.75)]", "xformOp:translate = (0, -2, 0)"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(std::count(text.begin(), text.end(), '{'), std::count(text.begin(), text.end(), '}'));
  EXPECT_EQ(std::count(text.begin(), text.end(), '('), std::count(text.begin(), text.end(), ')'));
}

TEST(Usdz, IsAPackageByItsSpecification) {
  const TempFolder folder;
  const Status written =
      Export(rv::testing::BallView(), "usdz", folder / "ball.usdz", {.max_side_px = 256, .threads = 2}, {});
  ASSERT_TRUE(written) << written.error().message;
  const std::string bytes = ReadAll(folder / "ball.usdz");
  EXPECT_LT(bytes.size(), 10'000'000U);
  const rv::testing::CheckedZip zip = rv::testing::CheckZip(bytes);
  EXPECT_THAT(zip.faults, IsEmpty());
  // The root layer first; only layers and pictures; each asset that the layer names is beside it.
  ASSERT_THAT(zip.names, ElementsAre("item.usda", "texture.jpg"));
  const std::string& layer = zip.files.at("item.usda");
  const std::regex asset("@([^@]*)@");
  for (std::sregex_iterator it(layer.begin(), layer.end(), asset), end; it != end; ++it)
    EXPECT_TRUE(zip.files.contains((*it)[1])) << (*it)[1];
  EXPECT_EQ(zip.files.at("texture.jpg").substr(0, 2), "\xFF\xD8");
}

// Runs Khronos' validator on the file; its report, or null where it is not installed.
nlohmann::json Validate(const std::filesystem::path& glb, const std::filesystem::path& report) {
  const std::string package = ROTAVIEW_GLTF_VALIDATOR;
  if (!std::filesystem::exists(package + "/index.js") || std::system("node --version >/dev/null 2>&1") != 0)
    return {};
  const std::string script =
      "require('" + package + "').validateBytes(new Uint8Array(require('fs').readFileSync('" + glb.string() +
      "'))).then(r => require('fs').writeFileSync('" + report.string() + "', JSON.stringify(r)))";
  EXPECT_EQ(std::system(("node -e \"" + script + "\"").c_str()), 0);
  return nlohmann::json::parse(ReadAll(report));
}

TEST(Glb, KhronosValidatorHasNothingToSay) {
  const TempFolder folder;
  std::string said;
  const Status written =
      Export(rv::testing::BallView(), "glb", folder / "ball.glb", {.max_side_px = 256, .threads = 2}, {},
             [&](const RuleResult& rule) { said = rule.says; });
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_THAT(said, HasSubstr("of 36 views the least 0.9"));
  EXPECT_LT(std::filesystem::file_size(folder / "ball.glb"), 10'000'000U);
  const nlohmann::json report = Validate(folder / "ball.glb", folder / "report.json");
  if (report.is_null()) GTEST_SKIP() << "gltf-validator is not installed: run scripts/setup";
  EXPECT_EQ(report["issues"]["messages"], nlohmann::json::array()) << report["issues"].dump(1);
  EXPECT_EQ(report["info"]["totalTriangleCount"].get<int>() > 500, true);
  EXPECT_LE(report["info"]["resources"][1]["image"]["width"], 256);
}

}  // namespace
}  // namespace rv::mesh
