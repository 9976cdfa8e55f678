// Runs a program as a child and measures what it cost: wall time, processor time, peak memory of its whole
// process tree, and how busy the machine was with other work meanwhile.
#pragma once

#include <cstdint>

#include "base/child_process.h"
#include "base/result.h"

namespace rv {

// What a child may take; 0: no limit.
struct ChildLimits {
  double wall_s = 0;                // then its whole process group is killed
  std::uint64_t cpu_s = 0;          // of each process (RLIMIT_CPU): SIGXCPU
  std::uint64_t address_bytes = 0;  // of each process (RLIMIT_AS): allocations fail
};

struct ChildUsage {
  int exit_code = 0;       // 128 + signal when killed by one, 127 when the program could not be started
  bool timed_out = false;  // killed for ChildLimits::wall_s
  double wall_s = 0;
  double cpu_s = 0;  // user + system of the child and the children it waited for
  // The larger of the largest single process (rusage) and the largest sum of proportional set sizes over the
  // tree, sampled several times a second.
  double peak_mb = 0;  // 10^6 bytes
  // Processor time that others took meanwhile, as a share of all that the machine had.
  double others_share = 0;
};

// Runs `command` to its end. Fails as StartChild, but a program that does not exist is exit code 127, and
// with kCancelled after StopChildOnSignals and a signal. The child does not outlive us. May be
// called from up to 64 threads at a time. Only soft limits are
// set, so that a child may lower or raise those of its own children.
Result<ChildUsage> MeasureChild(const ChildCommand& command, const ChildLimits& limits = {});

// From now on SIGINT and SIGTERM end the running children, not this process, and every later MeasureChild
// is refused.
void StopChildOnSignals();

// True when the machine did hardly anything else meanwhile.
inline bool RanAlone(double others_share) { return others_share < 0.05; }

}  // namespace rv
