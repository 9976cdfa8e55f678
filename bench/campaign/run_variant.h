// Converts a variant at different numbers of threads, under limits.
#pragma once

#include <vector>

#include "base/result.h"
#include "bench/campaign/check.h"
#include "bench/campaign/variant.h"
#include "bench/child_usage.h"

namespace rv::campaign {

struct RunOptions {
  std::filesystem::path rotaview;
  ChildLimits limits;
  std::vector<int> threads{1, 2};  // one conversion each, all different
};

// Outputs and logs go to `folder`. Fails as MeasureChild, and with kNotFound when the program is not there.
Result<Outcome> RunVariant(const Variant& variant,
                           const RunOptions& options,
                           const std::filesystem::path& folder);

}  // namespace rv::campaign
