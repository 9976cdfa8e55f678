// A folder for the files of one call, removed with all that is in it when the object ends.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace rv {

// Move-only.
class TempFolder {
 public:
  // A new empty folder PREFIX-XXXXXX, readable by this user only, in the system's folder for temporary
  // files. Fails with kInternal.
  static Result<TempFolder> Make(std::string_view prefix = "rotaview");
  // `path` itself, created where missing and never removed. Fails with kNotFound.
  static Result<TempFolder> Kept(const std::filesystem::path& path);

  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&& other) noexcept;
  ~TempFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  TempFolder(std::filesystem::path path, bool keep) : path_(std::move(path)), keep_(keep) {}
  std::filesystem::path path_;
  bool keep_ = false;
};

}  // namespace rv
