#include <cmath>
#include <nlohmann/json.hpp>

#include "convert/convert.h"

namespace rv {
namespace {

using Json = nlohmann::ordered_json;

double Milliseconds(double seconds) { return std::round(seconds * 1000) / 1000; }

Json SecondsJson(const StageSeconds& seconds, double export_seconds) {
  return {{"decode", Milliseconds(seconds.decode)},     {"features", Milliseconds(seconds.features)},
          {"matching", Milliseconds(seconds.matching)}, {"mapping", Milliseconds(seconds.mapping)},
          {"subject", Milliseconds(seconds.subject)},   {"views", Milliseconds(seconds.views)},
          {"tags", Milliseconds(seconds.tags)},         {"package", Milliseconds(seconds.package)},
          {"total", Milliseconds(seconds.total)},       {"export", Milliseconds(export_seconds)}};
}

}  // namespace

std::string ConvertSummaryJson(const ConvertResult& result,
                               const std::filesystem::path& out,
                               double export_seconds,
                               const std::string& event) {
  Json json = Json::object();
  if (!event.empty()) json["event"] = event;
  json["output"] = out.string();
  json["tier"] = static_cast<int>(result.view.tier);
  json["tier_reason"] = result.view.tier_reason;
  json["views"] = result.view.views.size();
  json["frames"] = result.frames;
  json["posed"] = result.posed;
  json["fetched"] = result.fetched;
  json["arc_deg"] = result.view.coverage.arc_deg;
  json["closed"] = result.view.coverage.closed;
  json["title"] = result.view.item_title;
  json["seconds"] = SecondsJson(result.seconds, export_seconds);
  json["findings"] = result.view.coverage.findings;
  json["warnings"] = result.warnings;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rv
