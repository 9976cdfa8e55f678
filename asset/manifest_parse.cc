#include <unordered_set>

#include "asset/manifest_node.h"
#include "asset/manifest_parts.h"
#include "asset/manifest_poses.h"
#include "asset/rview_zip.h"
#include "base/safe_name.h"
#include "base/text.h"

namespace rv {
namespace asset {
namespace {

constexpr std::size_t kEmbeddingSize = 256;

bool IsHexDigest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class ManifestParser {
 public:
  explicit ManifestParser(const ReadOptions& limits) : limits_(limits) {}

  ParsedManifest Parse(const JsonNode& root) {
    ParseHead(root);
    ParseSources(root);  // first, since views and poses refer to them
    ParseViews(root);
    if (root.Has("orbit")) out_.view.orbit = ParseOrbit(root.Object("orbit"), SourceCount(), limits_);
    if (root.Has("reconstruction")) {
      out_.view.reconstruction = ParseReconstruction(root.Object("reconstruction"), SourceCount(), limits_);
      ParsePoints(root.Object("reconstruction"));
    }
    ParseHotspots(root);
    ParseInputs(root);
    ParseFiles(root);
    return std::move(out_);
  }

 private:
  void ParseHead(const JsonNode& root);
  void ParseViews(const JsonNode& root);
  void ParseSources(const JsonNode& root);
  void ParseHotspots(const JsonNode& root);
  void ParseInputs(const JsonNode& root);
  void ParseFiles(const JsonNode& root);
  void ParsePoints(const JsonNode& reconstruction);
  std::size_t SourceCount() const { return out_.view.sources.size(); }
  void ParseItem(const JsonNode& node);
  std::vector<TagValue> ParseTags(const JsonNode& node);
  View ParseView(const JsonNode& node);
  SourceFrame ParseSource(const JsonNode& node);
  CoverageReceipt ParseCoverage(const JsonNode& node);
  EncodedImage ParsePicture(const JsonNode& node, std::string& file);

  const ReadOptions& limits_;
  ParsedManifest out_;
  std::unordered_set<std::string> used_files_;
};

EncodedImage ManifestParser::ParsePicture(const JsonNode& node, std::string& file) {
  EncodedImage image{.format = node.Text("format"),
                     .width = node.Int("width", 1, limits_.max_side_px),
                     .height = node.Int("height", 1, limits_.max_side_px)};
  if (image.format != "jpeg" && image.format != "png" && image.format != "webp")
    node.RefuseAs(ErrorCode::kUnsupported, "format", "is '" + image.format + "', not jpeg, png or webp");
  if (std::int64_t{image.width} * image.height > limits_.max_picture_pixels)
    node.RefuseAs(ErrorCode::kInvalidArgument, "",
                  Text("has more than ", limits_.max_picture_pixels, " pixels"));
  file = node.Text("file");
  if (node.ok() && !IsSafeName(file)) node.Refuse("file", "is not an allowed name");
  if (node.ok() && !used_files_.insert(file).second) node.Refuse("file", "is used for another picture too");
  return image;
}

void ManifestParser::ParseHead(const JsonNode& root) {
  RotatingView& view = out_.view;
  view.tier = static_cast<Tier>(root.Int("tier", 1, 4));
  view.tier_reason = root.Text("tier_reason");
  view.source_name = root.Object("source").Text("name");
  view.source_kind = root.Object("source").Text("kind");
  ParseItem(root.Object("item"));
  view.width = root.Int("width", 1, limits_.max_side_px);
  view.height = root.Int("height", 1, limits_.max_side_px);
  if (root.Has("view_camera")) view.view_camera = ParseCamera(root.Object("view_camera"), limits_);
  view.coverage = ParseCoverage(root.Object("coverage"));
  view.depth_unit = root.Number("depth_unit", 0);
  view.object_from_world = ParseRigid(root.Object("object_from_world"));
  view.object_from_world_scale = root.Object("object_from_world").Number("scale", 0);
  view.options = root.TextMap("options");
  view.versions = root.TextMap("versions");
}

std::vector<TagValue> ManifestParser::ParseTags(const JsonNode& node) {
  std::vector<TagValue> tags;
  node.Each("tags", limits_.max_files, [&](const JsonNode& tag, std::size_t) {
    tags.push_back({.attribute = tag.Text("attribute"),
                    .value = tag.Text("value"),
                    .probability = tag.Number("probability", 0, 1)});
  });
  return tags;
}

void ManifestParser::ParseItem(const JsonNode& node) {
  RotatingView& view = out_.view;
  view.item_title = node.Text("title");
  view.tags = ParseTags(node);
  if (!node.Has("embedding")) return;
  const JsonNode embedding = node.Object("embedding");
  for (const double value : embedding.Numbers("values", kEmbeddingSize))
    view.embedding.push_back(static_cast<float>(value));
  view.code = embedding.Text("code");
  if (node.ok() && !IsHexDigest(view.code))
    embedding.Refuse("code", "is not 64 lower-case hexadecimal digits");
}

CoverageReceipt ManifestParser::ParseCoverage(const JsonNode& node) {
  CoverageReceipt coverage{.arc_deg = node.Number("arc_deg"),
                           .closed = node.Flag("closed"),
                           .clockwise_capture = node.Flag("clockwise_capture"),
                           .loops = node.Number("loops"),
                           .spacing_deg = node.Number("spacing_deg")};
  coverage.min_captured_share = node.Number("min_captured_share", 0, 1);
  node.Each("gaps", limits_.max_sources, [&](const JsonNode& gap, std::size_t) {
    coverage.gaps.push_back({.from_deg = gap.Number("from_deg"), .to_deg = gap.Number("to_deg")});
  });
  coverage.findings = node.Texts("findings");
  return coverage;
}

void ManifestParser::ParseSources(const JsonNode& root) {
  std::unordered_set<std::string> names;
  root.Each("sources", limits_.max_sources, [&](const JsonNode& node, std::size_t) {
    out_.source_files.emplace_back();
    out_.view.sources.push_back(ParseSource(node));
    if (node.ok() && !names.insert(out_.view.sources.back().name).second)
      node.Refuse("name", "is there twice");
  });
}

SourceFrame ManifestParser::ParseSource(const JsonNode& node) {
  SourceFrame source{.name = node.Text("name"),
                     .width = node.Int("width", 0, limits_.max_side_px),
                     .height = node.Int("height", 0, limits_.max_side_px),
                     .source_index = node.Int("source_index", 0, kMaxInt),
                     .time_s = node.Number("time_s"),
                     .sharpness = node.Number("sharpness"),
                     .used_in_view = node.Flag("used_in_view"),
                     .note = node.Text("note")};
  if (node.ok() && !IsSafeName(source.name)) node.Refuse("name", "is not an allowed name");
  for (std::size_t i = 0; i < kFramePictures.size(); ++i) {
    const FramePicture& picture = kFramePictures[i];
    if (!node.Has(picture.key)) continue;
    source.*picture.image = ParsePicture(node.Object(picture.key), out_.source_files.back()[i]);
  }
  if (node.Has("matte")) source.matte_confidence = node.Number("matte_confidence", 0, 1);
  if (node.Has("depth")) {
    source.depth_nearest = node.Number("depth_nearest", 0);
    source.depth_farthest = node.Number("depth_farthest", 0);
    if (node.ok() && !(source.depth_nearest > 0 && source.depth_nearest <= source.depth_farthest))
      node.Refuse("depth_nearest", "is not above 0 and at most depth_farthest");
  }
  return source;
}

void ManifestParser::ParseViews(const JsonNode& root) {
  root.Each("views", limits_.max_views, [&](const JsonNode& node, std::size_t) {
    out_.view_files.emplace_back();
    out_.view.views.push_back(ParseView(node));
  });
}

View ManifestParser::ParseView(const JsonNode& node) {
  View view{.azimuth_deg = node.Number("azimuth_deg")};
  if (node.Has("cam_from_object")) view.cam_from_object = ParseRigid(node.Object("cam_from_object"));
  for (std::size_t i = 0; i < kViewPictures.size(); ++i) {
    const ViewPicture& picture = kViewPictures[i];
    if (i != kImageRow && !node.Has(picture.key)) continue;
    EncodedImage& image = view.*picture.image;
    image = ParsePicture(node.Object(picture.key), out_.view_files.back()[i]);
    if (picture.of_view_size && (image.width != out_.view.width || image.height != out_.view.height))
      node.Refuse(picture.key, "is not of the size of the asset's views");
  }
  std::unordered_set<int> labels;
  node.Each("sources", 255, [&](const JsonNode& source, std::size_t) {
    view.sources.push_back(
        {.frame = ParseFrame(source, SourceCount()), .label = source.Int("label", 1, 255)});
    if (source.ok() && !labels.insert(view.sources.back().label).second)
      source.Refuse("label", "is there twice");
  });
  if (node.Has("tags")) view.tags = ParseTags(node);
  return view;
}

void ManifestParser::ParsePoints(const JsonNode& node) {
  if (!node.Has("points")) return;
  const JsonNode points = node.Object("points");
  out_.points_file = points.Text("file");
  out_.point_count = static_cast<std::uint64_t>(points.Integer("count", 0, kMaxInt64));
  out_.observation_count = static_cast<std::uint64_t>(points.Integer("observations", 0, kMaxInt64));
  if (node.ok() && !IsSafeName(out_.points_file)) points.Refuse("file", "is not an allowed name");
  if (node.ok() && !used_files_.insert(out_.points_file).second)
    points.Refuse("file", "is used for something else");
}

void ManifestParser::ParseHotspots(const JsonNode& root) {
  if (!root.Has("hotspots")) return;
  root.Each("hotspots", limits_.max_hotspots, [&](const JsonNode& node, std::size_t) {
    Hotspot hotspot{.position = ParseVector(node, "position"),
                    .normal = ParseVector(node, "normal"),
                    .text = node.Text("text")};
    if (node.ok() && std::abs(hotspot.normal.norm() - 1) > 1e-6) node.Refuse("normal", "is not of length 1");
    if (node.Has("cam_from_object")) hotspot.cam_from_object = ParseRigid(node.Object("cam_from_object"));
    out_.view.hotspots.push_back(std::move(hotspot));
  });
}

void ManifestParser::ParseInputs(const JsonNode& root) {
  if (!root.Has("inputs")) return;  // format 1.1 has none
  root.Each("inputs", limits_.max_inputs, [&](const JsonNode& node, std::size_t) {
    InputRecord input{.name = node.Text("name"), .reason = node.Text("reason")};
    if (node.Has("from")) {
      input.frames = FrameSpan{node.Int("from", 0, kMaxInt), node.Int("to", 0, kMaxInt)};
      if (node.ok() && input.frames->to < input.frames->from) node.Refuse("to", "is before from");
    }
    const std::optional<InputState> state = ParseInputState(node.Text("state"));
    if (node.ok() && !state) node.Refuse("state", "is not posed, unposed, left_out or unread");
    input.state = state.value_or(InputState::kLeftOut);
    out_.view.inputs.push_back(std::move(input));
  });
}

void ManifestParser::ParseFiles(const JsonNode& root) {
  std::unordered_set<std::string> names;
  root.Each("files", limits_.max_files, [&](const JsonNode& node, std::size_t) {
    FileRecord file{.name = node.Text("name"),
                    .size = static_cast<std::uint64_t>(node.Integer("bytes", 0, kMaxInt64)),
                    .sha256 = node.Text("sha256")};
    if (node.ok() && (!IsSafeName(file.name) || file.name == kManifestName))
      node.Refuse("name", "is not an allowed name");
    if (node.ok() && !names.insert(file.name).second) node.Refuse("name", "is there twice");
    if (node.ok() && !IsHexDigest(file.sha256))
      node.Refuse("sha256", "is not 64 lower-case hexadecimal digits");
    out_.files.push_back(std::move(file));
  });
}

// Before anything else: a later major version may differ in all the rest.
void CheckVersion(const JsonNode& root) {
  if (root.Text("format") != "rview") root.Refuse("format", "is not 'rview'");
  const JsonNode version = root.Object("version");
  const int major = version.Int("major", 1, kMaxInt);
  version.Int("minor", 0, kMaxInt);
  if (!root.ok() || major <= kRviewMajor) return;
  root.RefuseAs(ErrorCode::kUnsupported, "version",
                Text("is ", major, "; this program reads version ", kRviewMajor));
}

}  // namespace

Result<ParsedManifest> ParseManifestText(std::string_view json, const ReadOptions& limits) {
  if (json.size() > limits.max_manifest_bytes)
    return Fail(ErrorCode::kInvalidArgument, Text("manifest.json has ", json.size(), " bytes; at most ",
                                                  limits.max_manifest_bytes, " are read"));
  const Result<JsonDocument> document = JsonDocument::Parse(json);
  if (!document) return Forward(document);
  std::optional<Error> problem;
  const JsonNode root(document->root(), "", problem);
  CheckVersion(root);
  if (problem && problem->code == ErrorCode::kUnsupported) problem->remedy = "use a newer rotaview";
  if (problem) return tl::unexpected(*problem);
  ParsedManifest parsed = ManifestParser(limits).Parse(root);
  if (problem) return tl::unexpected(*problem);
  return parsed;
}

}  // namespace asset

Result<RotatingView> ParseManifest(std::string_view json, const ReadOptions& limits) {
  Result<asset::ParsedManifest> parsed = asset::ParseManifestText(json, limits);
  if (!parsed) return Forward(parsed);
  return std::move(parsed->view);
}

}  // namespace rv
