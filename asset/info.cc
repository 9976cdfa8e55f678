#include "asset/info.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "asset/manifest.h"
#include "base/text.h"

namespace rv {
namespace {

// A terminal acts on control characters: text out of a file must not bring any.
std::string Printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  // C1 controls, which are two bytes in UTF-8.
  for (std::size_t i = 0; i + 1 < out.size(); ++i)
    if (static_cast<unsigned char>(out[i]) == 0xC2 && static_cast<unsigned char>(out[i + 1]) < 0xA0)
      out.replace(i, 2, "?");
  return out;
}

template <typename... Args>
std::string Format(const char* format, Args... args) {
  const int size = std::snprintf(nullptr, 0, format, args...);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, args...);
  text.pop_back();
  return text;
}

std::string SizeText(std::uint64_t bytes) {
  if (bytes < 1000) return Text(bytes, " bytes");
  if (bytes < 1'000'000) return Format("%.1f kB", static_cast<double>(bytes) / 1e3);
  return Format("%.1f MB", static_cast<double>(bytes) / 1e6);
}

const char* TierText(Tier tier) {
  switch (tier) {
    case Tier::kFullPath:
      return "full 3D path";
    case Tier::kOrbitPoses:
      return "orbit-constrained poses";
    case Tier::kStabilized2d:
      return "2D subject stabilisation, no poses";
    case Tier::kRawFrames:
      return "evenly picked raw frames, no poses";
  }
  return "unknown";
}

std::string Line(const char* label, const std::string& text) {
  return Format("%-10s  ", label) + text + "\n";
}

std::string ViewsText(const RotatingView& view) {
  std::uint64_t image_bytes = 0;
  std::uint64_t other_bytes = 0;
  std::size_t masks = 0;
  std::size_t depths = 0;
  std::size_t mattes = 0;
  for (const View& stop : view.views) {
    image_bytes += stop.image.bytes.size();
    for (const EncodedImage* other : {&stop.provenance, &stop.blend, &stop.depth, &stop.matte})
      other_bytes += other->bytes.size();
    mattes += !stop.matte.format.empty();
    masks += !stop.provenance.format.empty();
    depths += !stop.depth.format.empty();
  }
  return Format("%zu of %d x %d px, %s; %zu provenance masks, %zu depth pictures and %zu mattes, %s",
                view.views.size(), view.width, view.height, SizeText(image_bytes).c_str(), masks, depths,
                mattes, SizeText(other_bytes).c_str());
}

std::string CoverageText(const CoverageReceipt& coverage) {
  std::string text =
      Format("%.1f degrees%s, %.2f loops, captured %s, a view every %.2f degrees", coverage.arc_deg,
             coverage.closed ? ", closed" : "", coverage.loops,
             coverage.clockwise_capture ? "clockwise" : "counter-clockwise", coverage.spacing_deg);
  return text + Format("; at least %.1f %% of each view is captured", 100 * coverage.min_captured_share);
}

std::string SourcesText(const RotatingView& view) {
  std::uint64_t bytes = 0;
  std::size_t stored = 0;
  std::size_t used = 0;
  for (const SourceFrame& source : view.sources) {
    bytes += source.image.bytes.size();
    stored += !source.image.format.empty();
    used += source.used_in_view;
  }
  const std::string size = bytes > 0 ? " (" + SizeText(bytes) + ")" : "";
  return Format("%zu captured frames, %zu used in views, %zu stored", view.sources.size(), used, stored) +
         size;
}

std::string PosesText(const RotatingView& view) {
  if (!view.reconstruction) return "none at this tier";
  const Reconstruction& reconstruction = *view.reconstruction;
  std::size_t posed = 0;
  for (const PosedFrame& frame : reconstruction.frames) posed += frame.posed;
  std::string text = Format("%zu of %zu frames by %s%s, %zu points", posed, reconstruction.frames.size(),
                            Printable(reconstruction.mapper).c_str(),
                            reconstruction.turntable ? " (turntable)" : "", reconstruction.points.size());
  text += Format(", mean error %.2f px", reconstruction.stats.mean_error_px);
  for (const Camera& camera : reconstruction.cameras)
    text += Format("; %d x %d, focal %.1f px", camera.width, camera.height, camera.focal_px);
  return text;
}

// "15 given: 12 posed, 1 unposed, 2 unread"; frames of a clip count one by one.
std::string InputsText(const std::vector<InputRecord>& inputs) {
  std::map<InputState, std::int64_t> counts;
  std::int64_t total = 0;
  for (const InputRecord& input : inputs) {
    const std::int64_t count = input.frames ? std::int64_t{input.frames->to} - input.frames->from + 1 : 1;
    counts[input.state] += count;
    total += count;
  }
  std::string text = Text(total, " given:");
  for (const auto& [state, count] : counts) {
    std::string name(InputStateName(state));
    std::replace(name.begin(), name.end(), '_', ' ');
    text += Text(text.ends_with(':') ? " " : ", ", count, " ", name);
  }
  return text;
}

std::string MapText(const std::map<std::string, std::string>& map) {
  std::string text;
  for (const auto& [key, value] : map) text += (text.empty() ? "" : ", ") + key + " " + value;
  return Printable(text);
}

nlohmann::ordered_json FindingJson(const RviewFinding& finding) {
  nlohmann::ordered_json out = {{"severity", SeverityName(finding.severity)}};
  if (finding.severity == Severity::kError) out["code"] = ErrorCodeName(finding.code);
  out["where"] = finding.where;
  out["message"] = finding.message;
  return out;
}

}  // namespace

std::string DescribeRview(const RotatingView& view) {
  std::string text;
  if (!view.item_title.empty()) text += Line("item", Printable(view.item_title));
  text += Line("tier", Format("%d: %s", static_cast<int>(view.tier), TierText(view.tier)));
  if (!view.tier_reason.empty()) text += Line("why", Printable(view.tier_reason));
  text += Line("made from", Printable(view.source_name) + " (" + Printable(view.source_kind) + ")");
  text += Line("views", ViewsText(view));
  text += Line("coverage", CoverageText(view.coverage));
  for (const auto& gap : view.coverage.gaps)
    text += Line("gap", Format("from %.1f to %.1f degrees", gap.from_deg, gap.to_deg));
  for (const std::string& finding : view.coverage.findings) text += Line("finding", Printable(finding));
  text += Line("frames", SourcesText(view));
  if (!view.inputs.empty()) text += Line("inputs", InputsText(view.inputs));
  for (const InputRecord& input : view.inputs)
    if (input.state == InputState::kUnread && !input.frames)
      text += Line("unread", Printable(input.name) + ": " + Printable(input.reason));
  text += Line("poses", PosesText(view));
  for (const TagValue& tag : view.tags)
    text += Line("tag", Printable(tag.attribute) + ": " + Printable(tag.value) +
                            Format(" (%.0f %%)", 100 * tag.probability));
  if (!view.versions.empty()) text += Line("made by", MapText(view.versions));
  return text;
}

std::string DescribeFindings(const RviewFindings& findings) {
  std::string text;
  for (const RviewFinding& finding : findings.items) {
    const std::string where = finding.where.empty() ? "" : Printable(finding.where) + ": ";
    text += Text(SeverityName(finding.severity), ": ", where, Printable(finding.message), "\n");
  }
  return text;
}

std::string DescribeRviewJson(const RotatingView& view, const RviewFindings& findings) {
  return DescribeManifestJson(ManifestJson(view), findings);
}

std::string DescribeManifestJson(const std::string& manifest, const RviewFindings& findings) {
  using Json = nlohmann::ordered_json;
  Json out = {{"event", "result"}, {"ok", findings.ok()}, {"manifest", Json::parse(manifest)}};
  // Beside the manifest, too: what became of each input is what a marketplace asks first.
  if (out["manifest"].contains("inputs")) out["inputs"] = out["manifest"]["inputs"];
  out["findings"] = Json::array();
  for (const RviewFinding& finding : findings.items) out["findings"].push_back(FindingJson(finding));
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rv
