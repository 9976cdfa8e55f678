#include "publish/mesh/mesh_files.h"

#include <bit>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/byte_io.h"

namespace rv::mesh {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFloat = 5126, kUnsignedInt = 5125;
constexpr int kArrayBuffer = 34962, kElementArrayBuffer = 34963;
constexpr const char* kScaleRemark =
    "scale is arbitrary: no length of the item was measured, so a unit is not a metre";

struct Box {
  Eigen::Vector3f low, high;
};

Box BoxOf(const std::vector<Eigen::Vector3f>& points) {
  Box box{points.front(), points.front()};
  for (const Eigen::Vector3f& point : points) {
    box.low = box.low.cwiseMin(point);
    box.high = box.high.cwiseMax(point);
  }
  return box;
}

// From the object frame to where the item stands on the floor.
Eigen::Vector3f OntoFloor(const Box& box) { return {0, -box.low.y(), 0}; }

// The binary chunk and what describes its parts.
class Buffer {
 public:
  template <typename Vector>
  int Vectors(const std::vector<Vector>& values) {
    const int view = Begin(kArrayBuffer);
    for (const Vector& value : values)
      for (Eigen::Index i = 0; i < value.size(); ++i) bytes_.Number(std::bit_cast<std::uint32_t>(value[i]));
    End();
    return Accessor(view, kFloat, values.size(), Vector::SizeAtCompileTime == 3 ? "VEC3" : "VEC2");
  }
  int Triangles(const std::vector<Triangle>& triangles) {
    const int view = Begin(kElementArrayBuffer);
    for (const Triangle& triangle : triangles)
      for (const std::uint32_t corner : triangle) bytes_.Number(corner);
    End();
    return Accessor(view, kUnsignedInt, 3 * triangles.size(), "SCALAR");
  }
  int Picture(const EncodedImage& picture) {
    const int view = Begin(0);
    bytes_.Bytes(picture.bytes);
    End();
    return view;
  }

  Json views = Json::array(), accessors = Json::array();
  std::vector<std::uint8_t> Take() { return bytes_.Take(); }

 private:
  int Begin(int target) {
    Json view = {{"buffer", 0}, {"byteOffset", bytes_.size()}};
    if (target != 0) view["target"] = target;
    views.push_back(std::move(view));
    return static_cast<int>(views.size()) - 1;
  }
  void End() {
    views.back()["byteLength"] = bytes_.size() - views.back()["byteOffset"].get<std::size_t>();
    while (bytes_.size() % 4 != 0) bytes_.Number(std::uint8_t{0});
  }
  int Accessor(int view, int type, std::size_t count, const char* shape) {
    accessors.push_back({{"bufferView", view}, {"componentType", type}, {"count", count}, {"type", shape}});
    return static_cast<int>(accessors.size()) - 1;
  }
  ByteWriter bytes_;
};

Json Numbers(const Eigen::Vector3f& v) { return Json::array({v.x(), v.y(), v.z()}); }

// Shortest text that reads back to the same float.
void PutFloat(std::string& out, float value) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

template <typename Vector>
void PutVectors(std::string& out, const std::vector<Vector>& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += i == 0 ? "(" : ", (";
    for (Eigen::Index k = 0; k < values[i].size(); ++k) {
      if (k > 0) out += ", ";
      PutFloat(out, values[i][k]);
    }
    out += ')';
  }
  out += ']';
}

}  // namespace

std::vector<std::uint8_t> GlbBytes(const TexturedMesh& mesh, const std::string& name) {
  const Box box = BoxOf(mesh.points);
  Buffer buffer;
  const int positions = buffer.Vectors(mesh.points);
  buffer.accessors.back()["min"] = Numbers(box.low);
  buffer.accessors.back()["max"] = Numbers(box.high);
  const int normals = buffer.Vectors(mesh.normals);
  const int uvs = buffer.Vectors(mesh.uvs);
  const int indices = buffer.Triangles(mesh.triangles);
  const int picture = buffer.Picture(mesh.texture);
  std::vector<std::uint8_t> binary = buffer.Take();
  Json json;
  json["asset"] = {{"version", "2.0"}, {"generator", "rotaview"}, {"extras", {{"scale", kScaleRemark}}}};
  json["scene"] = 0;
  json["scenes"] = {{{"nodes", {0}}}};
  json["nodes"] = {{{"name", name}, {"mesh", 0}, {"translation", Numbers(OntoFloor(box))}}};
  json["meshes"] = {{{"primitives",
                      {{{"attributes", {{"POSITION", positions}, {"NORMAL", normals}, {"TEXCOORD_0", uvs}}},
                        {"indices", indices},
                        {"material", 0}}}}}};
  json["materials"] = {
      {{"name", "captured"},
       {"pbrMetallicRoughness",
        {{"baseColorTexture", {{"index", 0}}}, {"metallicFactor", 0}, {"roughnessFactor", 1}}}}};
  json["textures"] = {{{"sampler", 0}, {"source", 0}}};
  json["samplers"] = {{{"magFilter", 9729}, {"minFilter", 9987}, {"wrapS", 33071}, {"wrapT", 33071}}};
  json["images"] = {{{"bufferView", picture}, {"mimeType", "image/jpeg"}}};
  json["accessors"] = buffer.accessors;
  json["bufferViews"] = buffer.views;
  json["buffers"] = {{{"byteLength", binary.size()}}};
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 3) / 4 * 4, ' ');
  ByteWriter out;
  out.Plain("glTF").U32(2).U32(12 + 8 + text.size() + 8 + binary.size());
  out.U32(text.size()).Plain("JSON").Plain(text);
  out.U32(binary.size()).U32(0x004E4942).Bytes(binary);
  return out.Take();
}

std::string UsdaText(const TexturedMesh& mesh, const std::string& texture_file) {
  const Box box = BoxOf(mesh.points);
  std::vector<Eigen::Vector2f> st;  // their (0, 0) is the bottom left corner
  for (const Eigen::Vector2f& uv : mesh.uvs) st.emplace_back(uv.x(), 1 - uv.y());
  std::string out = "#usda 1.0\n(\n    defaultPrim = \"Item\"\n    doc = \"";
  out += kScaleRemark;
  out +=
      "\"\n    metersPerUnit = 1\n    upAxis = \"Y\"\n)\n\ndef Xform \"Item\" (\n    kind = "
      "\"component\"\n)\n{\n";
  out += "    double3 xformOp:translate = ";
  std::string move;
  PutVectors(move, std::vector<Eigen::Vector3f>{OntoFloor(box)});
  out += move.substr(1, move.size() - 2);
  out += "\n    uniform token[] xformOpOrder = [\"xformOp:translate\"]\n\n";
  out += "    def Mesh \"Surface\" (\n        prepend apiSchemas = [\"MaterialBindingAPI\"]\n    )\n    {\n";
  out += "        float3[] extent = ";
  PutVectors(out, std::vector<Eigen::Vector3f>{box.low, box.high});
  out += "\n        int[] faceVertexCounts = [";
  for (std::size_t i = 0; i < mesh.triangles.size(); ++i) out += i == 0 ? "3" : ", 3";
  out += "]\n        int[] faceVertexIndices = [";
  for (std::size_t i = 0; i < mesh.triangles.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k)
      out += (i + k == 0 ? "" : ", ") + std::to_string(mesh.triangles[i][k]);
  out += "]\n        rel material:binding = </Item/Captured>\n        normal3f[] normals = ";
  PutVectors(out, mesh.normals);
  out += " (\n            interpolation = \"vertex\"\n        )\n        point3f[] points = ";
  PutVectors(out, mesh.points);
  out += "\n        texCoord2f[] primvars:st = ";
  PutVectors(out, st);
  out +=
      " (\n            interpolation = \"vertex\"\n        )\n        uniform token subdivisionScheme = "
      "\"none\"\n    }\n\n";
  out +=
      "    def Material \"Captured\"\n    {\n"
      "        token outputs:surface.connect = </Item/Captured/Surface.outputs:surface>\n\n"
      "        def Shader \"Surface\"\n        {\n"
      "            uniform token info:id = \"UsdPreviewSurface\"\n"
      "            color3f inputs:diffuseColor.connect = </Item/Captured/Texture.outputs:rgb>\n"
      "            float inputs:metallic = 0\n            float inputs:roughness = 1\n"
      "            token outputs:surface\n        }\n\n"
      "        def Shader \"Texture\"\n        {\n"
      "            uniform token info:id = \"UsdUVTexture\"\n"
      "            asset inputs:file = @" +
      texture_file +
      "@\n            token inputs:sourceColorSpace = \"sRGB\"\n"
      "            float2 inputs:st.connect = </Item/Captured/Place.outputs:result>\n"
      "            token inputs:wrapS = \"clamp\"\n            token inputs:wrapT = \"clamp\"\n"
      "            float3 outputs:rgb\n        }\n\n"
      "        def Shader \"Place\"\n        {\n"
      "            uniform token info:id = \"UsdPrimvarReader_float2\"\n"
      "            string inputs:varname = \"st\"\n            float2 outputs:result\n        }\n    }\n}\n";
  return out;
}

}  // namespace rv::mesh
