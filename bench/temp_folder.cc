#include "bench/temp_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace rv {

TempFolder::TempFolder(std::filesystem::path path, bool keep) : path_(std::move(path)), keep_(keep) {}

TempFolder::TempFolder(TempFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), keep_(other.keep_) {}

TempFolder& TempFolder::operator=(TempFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(keep_, other.keep_);
  return *this;
}

TempFolder::~TempFolder() {
  std::error_code ignored;  // a destructor has nobody to tell; the system clears its temporary folder
  if (!path_.empty() && !keep_) std::filesystem::remove_all(path_, ignored);
}

Result<TempFolder> TempFolder::Make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string pattern = (error ? std::filesystem::path(".") : parent) / "rotaview-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return Fail(ErrorCode::kNotFound, "cannot make " + pattern + ": " + std::strerror(errno));
  }
  return TempFolder(pattern, false);
}

Result<TempFolder> TempFolder::Kept(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Fail(ErrorCode::kNotFound, "cannot make " + path.string() + ": " + error.message());
  return TempFolder(std::filesystem::absolute(path), true);
}

}  // namespace rv
