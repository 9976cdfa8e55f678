// A folder for the files of one call; it goes with the object, whatever way the call ends.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace rv {

class TemporaryFolder {
 public:
  // Makes a new empty folder, readable by this user only, under the system's folder for temporary files.
  static Result<TemporaryFolder> Make();

  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace rv
