#include "scene/input_record.h"

#include <array>
#include <utility>

namespace rv {
namespace {

constexpr std::array<std::pair<InputState, std::string_view>, 4> kNames{{
    {InputState::kPosed, "posed"},
    {InputState::kUnposed, "unposed"},
    {InputState::kLeftOut, "left_out"},
    {InputState::kUnread, "unread"},
}};

}  // namespace

std::string_view InputStateName(InputState state) {
  for (const auto& [known, name] : kNames)
    if (known == state) return name;
  return {};
}

std::optional<InputState> ParseInputState(std::string_view name) {
  for (const auto& [state, known] : kNames)
    if (known == name) return state;
  return std::nullopt;
}

}  // namespace rv
