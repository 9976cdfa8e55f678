#include "cli/time_left.h"

#include <algorithm>

namespace rv::cli {
namespace {

struct StageWeight {
  std::string_view stage;
  double weight;
};

// Rounded from conversions of hand-held clips of 10 to 30 seconds; they add up to 1.
constexpr StageWeight kStages[] = {{"decode", 0.10},  {"features", 0.20}, {"matching", 0.17},
                                   {"mapping", 0.30}, {"subject", 0.16},  {"views", 0.04},
                                   {"tags", 0.01},    {"package", 0.02}};

}  // namespace

std::optional<double> OverallShare(std::string_view stage, double fraction) {
  double before = 0;
  for (const auto& [name, weight] : kStages) {
    if (name == stage) return before + weight * std::clamp(fraction, 0.0, 1.0);
    before += weight;
  }
  return std::nullopt;
}

std::optional<double> SecondsLeft(double elapsed_s, double share) {
  if (elapsed_s < 1 || share < 0.03) return std::nullopt;
  return elapsed_s * (1 - share) / share;
}

}  // namespace rv::cli
