// The folder of an index as its writer sees it: who may write, what may lie in it, what can go.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace rv::index {

// Held by the only writer of an index, in this process or another; released when it ends, however it ends.
class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

  // Makes the lock's file where there is none. Fails with kInvalidArgument when another writer holds it, or as the
  // system says.
  Status Take(const std::filesystem::path& path);

 private:
  int file_ = -1;
};

// Makes the folder where there is none. Fails with kInvalidArgument for a path that is no folder, or as the system
// says.
Status MakeFolder(const std::filesystem::path& folder);

// Leftovers of a writer that died before its save are all that may lie in a folder without a manifest: else
// kInvalidArgument.
Status CheckNewFolder(const std::filesystem::path& folder);

// Removes every file of ours that the saved manifest does not name. Failing to remove one costs space only; of a
// damaged index nothing is removed.
void RemoveUnusedFiles(const std::filesystem::path& folder);

}  // namespace rv::index
