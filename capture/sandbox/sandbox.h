// Runs a job on untrusted bytes in a child process of its own: no network, no exec, no opening of files,
// bounded memory and CPU. The child talks back through a pipe of length-checked records. What kills the child
// (a crash in a decoder, a limit) is a value here, never a crash of the caller.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/input/limits.h"

namespace rv::sandbox {

// The child's end of the pipe. Send may be called from several threads of the child.
class RecordSink {
 public:
  explicit RecordSink(int fd) : fd_(fd) {}
  // Blocks until the parent took it; ends the child when the parent is gone.
  void Send(std::uint32_t type, std::span<const std::uint8_t> payload);

 private:
  int fd_;
  std::mutex mutex_;
};

struct SandboxJob {
  // Runs in the child before the filter is in place: set-up of libraries that load plug-ins. May be empty.
  std::function<void()> prepare;
  // Runs in the child under the filter. Failing sends the Error to the parent.
  std::function<Status(RecordSink&)> run;
  // Open files the child keeps; all others are closed in it.
  std::vector<int> keep_fds;
};

// Handles one record in the parent; a failure kills the child and is returned. Type numbers are the caller's,
// below 0xFFFF0000.
using RecordHandler = std::function<Status(std::uint32_t type, std::span<const std::uint8_t> payload)>;

struct SandboxEnd {
  bool crashed = false;        // the child died before its job returned
  bool out_of_memory = false;  // an allocation failed in the child
  std::string how;             // "signal 11 (Segmentation fault)", "no sign of life for 120 s", ...
};

// `tick` is called about five times a second and may fail to cancel. Fails with what the handler, the tick or
// the job failed with, with kDevice when the sandbox cannot be set up; a crash is not a failure (see
// SandboxEnd). Safe to call in a process with other threads: the child uses only what survives a fork
// (malloc, its own threads, and libraries that the parent does not share with it).
Result<SandboxEnd> RunSandboxed(const SandboxJob& job,
                                const CaptureLimits& limits,
                                const RecordHandler& handler,
                                const std::function<Status()>& tick);

// Called in the child: allow-list of system calls, everything else fails with EPERM. False when the kernel
// refuses.
bool EnterSyscallFilter();

}  // namespace rv::sandbox
