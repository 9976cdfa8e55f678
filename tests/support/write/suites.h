// Named sets of synthetic sweeps with fixed seeds: what the benches and the end-to-end tests run on.
#pragma once

#include <string>
#include <vector>

#include "tests/support/write/sweep_writer.h"

namespace rv {

// "walkrounds12", "turntables", "wall", "formats", "hevc30", "4k60", "demo".
std::vector<std::string> SuiteNames();
// The sets of a suite; empty for an unknown name.
std::vector<SweepSet> MakeSuite(const std::string& name);

}  // namespace rv
