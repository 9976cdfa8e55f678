#include "base/event_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rv {
namespace {

using EventJson = nlohmann::ordered_json;

// Never throws on text that is not UTF-8.
std::string EventLine(const EventJson& json) {
  return json.dump(-1, ' ', false, EventJson::error_handler_t::replace);
}

}  // namespace

std::string StageEventJson(std::string_view stage, double fraction) {
  return EventLine({{"event", "stage"}, {"stage", stage}, {"fraction", std::clamp(fraction, 0.0, 1.0)}});
}

std::string ErrorEventJson(const Error& error) {
  EventJson json = {{"event", "error"},
                    {"code", ErrorCodeName(error.code)},
                    {"message", error.message},
                    {"remedy", error.remedy}};
  if (!error.details.empty()) json["details"] = error.details;
  return EventLine(json);
}

}  // namespace rv
