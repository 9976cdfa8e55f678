// Measures the spin of a finished asset on its output frames, with poses that COLMAP computes on them.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "bench/colmap_baseline.h"
#include "bench/spin_metrics.h"

namespace rv {

// Reads `asset`, writes its views to `work`, matches each with its ten neighbors on either side (round the
// end of a closed spin) and scores the poses. Fails with kInsufficientData, saying so, when COLMAP does not
// register them all. `options` gives cache and threads.
Result<SpinScores> MeasureSpin(const std::filesystem::path& asset,
                               const ColmapOptions& options,
                               const std::filesystem::path& work);

}  // namespace rv
