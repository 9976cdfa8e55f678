// Runs another program: cancellable, with its outputs in files.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

struct ChildCommand {
  std::vector<std::string> arguments;    // [0] is the program, looked up in PATH
  std::filesystem::path stdout_file;     // overwritten; empty: dropped
  std::filesystem::path stderr_file;     // as stdout_file, and may be the same file
  std::vector<std::string> environment;  // "NAME=value", added to ours
};

// Starts `command` in a process group of its own, numbered by the returned process id. The caller waits for
// the child in the thread that started it: the end of that thread ends the child. Fails with kNotFound when
// the program does not exist or a file cannot be written, else kInternal.
Result<pid_t> StartChild(const ChildCommand& command);

// The exit status in a status from waitpid: 128 + signal when the child was killed by one.
int ExitStatus(int wait_status);

// Runs `command` to its end, calling `keep_going` about ten times a second. Returns its exit status. Fails
// as StartChild, and with kCancelled after ending the whole group when `keep_going` returns false.
Result<int> RunChild(const ChildCommand& command, const std::function<bool()>& keep_going);

// Whether `program`, a path or a name in PATH, is an executable file.
bool IsInstalled(const std::string& program);

}  // namespace rv
