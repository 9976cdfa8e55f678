// Runs a program as a child and measures what it cost: wall time, processor time, peak memory of its whole
// process tree, and how busy the machine was with other work meanwhile.
#pragma once

#include "base/child_process.h"
#include "base/result.h"

namespace rv {

struct ChildUsage {
  int exit_code = 0;  // 128 + signal when killed by one, 127 when the program could not be started
  double wall_s = 0;
  double cpu_s = 0;  // user + system of the child and the children it waited for
  // The larger of the largest single process (rusage) and the largest sum of proportional set sizes over the
  // tree, sampled several times a second.
  double peak_mb = 0;  // 10^6 bytes
  // Processor time that others took meanwhile, as a share of all that the machine had.
  double others_share = 0;
};

// Runs `command` to its end. Fails as StartChild, but a program that does not exist is exit code 127, and
// with kCancelled after StopChildOnSignals and a signal. The child does not outlive us.
Result<ChildUsage> MeasureChild(const ChildCommand& command);

// From now on SIGINT and SIGTERM end the running child, not this process, and every later MeasureChild
// is refused.
void StopChildOnSignals();

// True when the machine did hardly anything else meanwhile.
inline bool RanAlone(double others_share) { return others_share < 0.05; }

}  // namespace rv
