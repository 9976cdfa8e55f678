// How far a job is and how long it will still take, from the stages it reports.
#pragma once

#include <optional>
#include <string_view>

namespace rv::cli {

// The share of a conversion done, in [0, 1], when `stage` is done to `fraction`; stages weigh what they take
// on a typical clip. Empty for a stage that is no part of a conversion.
std::optional<double> OverallShare(std::string_view stage, double fraction);

// Seconds still to go after `elapsed_s` with `share` done; empty while that is a guess (the first seconds,
// the first few percent).
std::optional<double> SecondsLeft(double elapsed_s, double share);

}  // namespace rv::cli
