// Where an export goes: a file or a folder that appears whole or not at all (base/atomic_file.h), and never
// over an asset or over other people's files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.h"
#include "base/result.h"

namespace rv::publish {

// Stages a file. Besides the errors of StagedOutput::File, fails with kInvalidArgument for a name that ends
// in .rview: an export is no asset.
Result<StagedOutput> StageFile(const std::filesystem::path& target);
Status WriteOutput(const std::filesystem::path& target, std::string_view text);

// A folder under construction. It carries a small file, `.rotaview-export`, that lists what was put in, so
// that a later export can tell an old one (replaced) from a folder with other people's files (refused).
class OutputFolder {
 public:
  // As StageFile; kInvalidArgument when `target` is a file or holds anything that is not listed.
  static Result<OutputFolder> Create(const std::filesystem::path& target);

  // Writes a file; kCorrupt when `name` is unsafe or was written before.
  Status Write(const std::string& name, std::span<const std::uint8_t> bytes);
  Status Write(const std::string& name, std::string_view text);
  Status Commit();

 private:
  explicit OutputFolder(StagedOutput staged) : staged_(std::move(staged)) {}
  StagedOutput staged_;
  std::vector<std::string> names_;
};

// True for a relative name of '/'-separated parts that stays inside the folder it is put in.
bool IsSafeRelativeName(std::string_view name);

}  // namespace rv::publish
