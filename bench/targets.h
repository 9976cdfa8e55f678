// The figures that the project promises, checked against measured rows.
#pragma once

#include <string>
#include <vector>

#include "bench/bench_row.h"

namespace rv {

struct TargetReport {
  std::vector<std::string> missed;      // one sentence each: set, figure, measured, wanted
  std::vector<std::string> unmeasured;  // promised, but no row tells: set not run, no COLMAP beside it, ...
  // no promise, but worth knowing: behind COLMAP with its principal point refined
  std::vector<std::string> notes;
};

TargetReport CheckTargets(const std::vector<BenchRow>& rows);

}  // namespace rv
