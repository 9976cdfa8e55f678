// A folder that lasts as long as its value.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace rv {

// Move-only; the destructor removes the folder with all in it unless it was made to stay.
class TempFolder {
 public:
  // A fresh folder in the system's temporary folder.
  static Result<TempFolder> Make();
  // `path` itself, created where missing, never removed.
  static Result<TempFolder> Kept(const std::filesystem::path& path);

  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&& other) noexcept;
  ~TempFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  TempFolder(std::filesystem::path path, bool keep);
  std::filesystem::path path_;
  bool keep_ = false;
};

}  // namespace rv
