// Runs a program as a child and measures what it cost: wall time, processor time, peak memory of its whole
// process tree, and how busy the machine was with other work meanwhile.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

struct ChildCommand {
  std::vector<std::string> argv;                   // argv[0] is looked up in PATH
  std::filesystem::path stdout_file;               // overwritten; empty: dropped
  std::filesystem::path stderr_file;               // as above
  std::map<std::string, std::string> environment;  // added to ours
};

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

// Waits for the end. Fails with kInternal when no process can be made, kNotFound when a file cannot be opened
// and kCancelled after StopChildOnSignals and a signal. The child does not outlive us.
Result<ChildUsage> RunChild(const ChildCommand& command);

// From now on SIGINT and SIGTERM end the running child, not this process, and every later RunChild is
// refused.
void StopChildOnSignals();

// True when it measured on a machine that did nothing else to speak of.
inline bool RanAlone(double others_share) { return others_share < 0.05; }

}  // namespace rv
