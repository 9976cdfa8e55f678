// The account of inputs in a manifest against what was given.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/campaign/variant.h"

namespace rv::campaign {

struct InputLine {
  std::string name;
  std::string state;
  std::string reason;
  std::optional<int> from, to;  // of a clip's frames
};

// `inputs` of a manifest; empty where there are none.
std::vector<InputLine> ReadInputs(const nlohmann::json& manifest);

// Adds a sentence for each file that is missing, not given, named twice or of another fate, and for each gap,
// overlap and wrong number of a clip's frames.
void CheckInputs(const Expected& expected,
                 const std::vector<InputLine>& lines,
                 std::vector<std::string>& faults);

}  // namespace rv::campaign
