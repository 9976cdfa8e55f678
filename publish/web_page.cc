// One self-contained page: the <rotating-view> script, a description, and the views as base64, coarse ring
// first, each in an element of its own so that a page still arriving can draw. The first is an <img>: it
// shows at once, without script, and in print. The page's policy allows that one script by its digest and no
// request at all.
#include <cmath>
#include <functional>
#include <map>
#include <span>

#include "base/check.h"
#include "base/digest.h"
#include "base/text.h"
#include "publish/formats.h"
#include "publish/output.h"
#include "publish/spin_description.h"
#include "publish/view_pictures.h"
#include "publish/web_assets.h"
#include "scene/spin_order.h"

namespace rv::publish {
namespace {

std::string Base64(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const unsigned group =
        bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    text += kDigits[group >> 18];
    text += kDigits[group >> 12 & 63];
    text += left > 1 ? kDigits[group >> 6 & 63] : '=';
    text += left > 2 ? kDigits[group & 63] : '=';
  }
  return text;
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// JSON that cannot end the script element it stands in.
std::string EscapeJson(const nlohmann::ordered_json& json) {
  std::string escaped;
  for (const char c : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
    if (c == '<')
      escaped += "\\u003c";
    else
      escaped += c;
  return escaped;
}

std::string Note(const RotatingView& view) {
  const std::string views = Text(view.views.size(), " views");
  if (view.coverage.closed) return views + ", all the way round";
  if (view.coverage.arc_deg < 1) return views;
  return Text(views, ", ", std::lround(view.coverage.arc_deg), "\xC2\xB0 of the way round");
}

// The view that a page shows first: the element starts open arcs in their middle.
std::size_t FirstShown(const nlohmann::ordered_json& spin) {
  const auto& frames = spin["frames"];
  const auto azimuth = [&](std::size_t i) { return frames[i]["azimuth_deg"].get<double>(); };
  if (spin["closed"].get<bool>()) return 0;
  const double middle = (azimuth(0) + azimuth(frames.size() - 1)) / 2;
  std::size_t best = 0;
  for (std::size_t i = 1; i < frames.size(); ++i)
    if (std::abs(azimuth(i) - middle) < std::abs(azimuth(best) - middle) - 1e-9) best = i;
  return best;
}

nlohmann::ordered_json Numbers(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

// What the remarks' places need: the camera of each view, as the manifest of an .rview has it.
void AddHotspots(const RotatingView& view, nlohmann::ordered_json& spin) {
  if (view.hotspots.empty() || !view.view_camera) return;
  const Camera& camera = *view.view_camera;
  spin["camera"] = {{"width", camera.width},
                    {"height", camera.height},
                    {"focal_px", camera.focal_px},
                    {"cx_px", camera.cx_px},
                    {"cy_px", camera.cy_px}};
  for (const Hotspot& spot : view.hotspots)
    spin["hotspots"].push_back(
        {{"position", Numbers(spot.position)}, {"normal", Numbers(spot.normal)}, {"text", spot.text}});
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    if (!view.views[i].cam_from_object) continue;
    const Eigen::Quaterniond& q = view.views[i].cam_from_object->rotation;
    spin["frames"][i]["cam"] = {{"rotation", {{"w", q.w()}, {"x", q.x()}, {"y", q.y()}, {"z", q.z()}}},
                                {"translation", Numbers(view.views[i].cam_from_object->translation)}};
  }
}

// What the page is told of the spin beyond its pictures.
nlohmann::ordered_json DescribePage(const RotatingView& view,
                                    const std::vector<EncodedImage>& pictures,
                                    const ExportOptions& options) {
  nlohmann::ordered_json spin = DescribeSpin(view, pictures, options);
  for (const CoverageReceipt::Gap& gap : view.coverage.gaps)
    spin["gaps"].push_back({{"from_deg", gap.from_deg}, {"to_deg", gap.to_deg}});
  AddHotspots(view, spin);
  return spin;
}

std::string FramesHtml(const RotatingView& view,
                       const std::vector<EncodedImage>& pictures,
                       const ExportOptions& options) {
  const nlohmann::ordered_json spin = DescribePage(view, pictures, options);
  const std::size_t first = FirstShown(spin);
  const auto data = [&](std::size_t i) { return Base64(pictures[i].bytes); };
  const auto type = [&](std::size_t i) { return "image/" + pictures[i].format; };
  std::string html = "<script type=\"application/json\" data-spin>" + EscapeJson(spin) + "</script>\n";
  html += Text("<img data-frame=\"", first, "\" alt=\"", EscapeHtml(SpinTitle(view, options)),
               "\" src=\"data:", type(first), ";base64,", data(first), "\">\n");
  for (const std::size_t i : CoarseToFineOrder(pictures.size())) {
    if (i == first) continue;
    html += Text("<script type=\"text/plain\" data-frame=\"", i, "\" data-type=\"", type(i), "\">", data(i),
                 "</script>\n");
  }
  return html;
}

// Replaces each {{NAME}} by its value; a value is not searched for names again.
std::string Filled(std::string_view page, const std::map<std::string, std::string, std::less<>>& values) {
  std::string filled;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t open = std::min(page.find("{{", at), page.size());
    filled += page.substr(at, open - at);
    if (open == page.size()) break;
    const std::size_t close = page.find("}}", open);
    RV_CHECK(close != page.npos);
    const auto value = values.find(page.substr(open + 2, close - open - 2));
    RV_CHECK(value != values.end());
    filled += value->second;
    at = close + 2;
  }
  return filled;
}

}  // namespace

Status WriteWebPage(const RotatingView& view,
                    const std::filesystem::path& out,
                    const ExportOptions& options,
                    const Progress& progress) {
  const auto pictures = EncodedViews(view, options.picture_format, options, progress);
  if (!pictures) return Forward(pictures);
  std::string script(kRotatingViewScript);
  if (!view.hotspots.empty()) script += kRotatingViewDepthScript;
  const std::span<const std::uint8_t> script_bytes(reinterpret_cast<const std::uint8_t*>(script.data()),
                                                   script.size());
  const std::string title = SpinTitle(view, options);
  const std::string page = Filled(kSpinPage, {{"SCRIPT", script},
                                              {"SCRIPT_HASH", Base64(Sha256(script_bytes))},
                                              {"TITLE", EscapeHtml(title)},
                                              {"LABEL", EscapeHtml(title + ", a view that can be turned")},
                                              {"NOTE", EscapeHtml(Note(view))},
                                              {"WIDTH", std::to_string(pictures->front().width)},
                                              {"HEIGHT", std::to_string(pictures->front().height)},
                                              {"FRAMES", FramesHtml(view, *pictures, options)}});
  return WriteOutput(out, page);
}

}  // namespace rv::publish
