// Whether two conversions of one input came out as its recipe says.
#pragma once

#include <string>
#include <vector>

#include "bench/campaign/variant.h"

namespace rv::campaign {

constexpr double kMaxMegabytes = 1500;  // of a small variant, all its processes together

struct Conversion {
  int threads = 1;
  int exit_code = 0;
  bool timed_out = false;
  double wall_s = 0;
  double cpu_s = 0;
  double peak_mb = 0;
  std::string out;  // stdout, JSON lines
  std::string err;  // stderr
  std::vector<std::string>
      files;  // what lies in the folder of the output afterwards; right: "item.rview" or nothing
};

struct Outcome {
  std::vector<Conversion> conversions;
  bool same_bytes = true;  // of all .rview files
  // What `rotaview info --strict --json` says of the first; empty when nothing was converted.
  std::string info;
  int info_exit = 0;
};

// One sentence for each fault, none when all is as expected.
std::vector<std::string> FindFaults(const Expected& expected,
                                    const Outcome& outcome,
                                    double max_mb = kMaxMegabytes);

// Tier of the first conversion; 0 when it did not convert.
int TierOf(const Outcome& outcome);

}  // namespace rv::campaign
