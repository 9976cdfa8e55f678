// Files that appear whole or not at all: written aside in the same folder, flushed to disk, then renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

// What Commit does when the target folder exists already and is not empty.
enum class ExistingFolder { kRefuse, kReplace };

// A file or folder under construction. Write to path(), then Commit(); without it the destructor removes what
// was written, so that a failed or cancelled job leaves nothing behind. Move-only. path() lies in the
// target's folder and keeps its extension (".partial-<pid>-<n>-item.mp4"), since some libraries choose a
// format by it.
class StagedOutput {
 public:
  // Stages a file; creates it empty. Fails with kNotFound when the folder of `target` does not exist, with
  // kInvalidArgument when `target` is a folder or cannot be written.
  static Result<StagedOutput> File(const std::filesystem::path& target);
  // Stages a folder; creates it empty. With kRefuse, fails with kInvalidArgument when `target` exists and is
  // anything but an empty folder.
  static Result<StagedOutput> Folder(const std::filesystem::path& target,
                                     ExistingFolder existing = ExistingFolder::kRefuse);

  StagedOutput(StagedOutput&& other) noexcept;
  StagedOutput& operator=(StagedOutput&& other) noexcept;
  ~StagedOutput();

  const std::filesystem::path& path() const { return staged_; }
  const std::filesystem::path& target() const { return target_; }

  // Flushes every file to disk, renames to the target and flushes its folder. Call once.
  Status Commit();

 private:
  StagedOutput(std::filesystem::path target,
               std::filesystem::path staged,
               bool is_folder,
               ExistingFolder existing);
  void Discard() noexcept;
  Status Rename();

  std::filesystem::path target_;
  std::filesystem::path staged_;  // empty once committed or moved from
  bool is_folder_ = false;
  ExistingFolder existing_ = ExistingFolder::kRefuse;
};

// Replaces or creates `path` with `bytes`, whole or not at all.
Status WriteFileAtomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
Status WriteFileAtomically(const std::filesystem::path& path, std::string_view text);

// All bytes of a regular file. Fails with kNotFound, or kInvalidArgument for folders, pipes and devices and
// for files above max_bytes.
Result<std::vector<std::uint8_t>> ReadFile(const std::filesystem::path& path, std::uint64_t max_bytes);

// An Error for a failed system call on `path`, from the value of errno.
Error SystemError(const std::string& doing, const std::filesystem::path& path, int error_number);

}  // namespace rv
