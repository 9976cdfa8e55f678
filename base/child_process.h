// Runs another program to its end, cancellable, with its output in a file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

struct ChildProcess {
  std::vector<std::string> arguments;    // [0] is the program, looked up in PATH
  std::filesystem::path log;             // receives stdout and stderr; overwritten
  std::vector<std::string> environment;  // "NAME=value", added to ours
};

// Runs `child` in a process group of its own and calls `keep_going` about ten times a second until it ends.
// Returns its exit status (128 + signal when it was killed by one). Fails with kCancelled after ending the
// whole group when `keep_going` returns false, kNotFound when the program does not exist, else kInternal.
Result<int> RunChild(const ChildProcess& child, const std::function<bool()>& keep_going);

// Whether `program` is an executable file in PATH.
bool IsInstalled(const std::string& program);

}  // namespace rv
