#include "base/temp_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace rv {

Result<TempFolder> TempFolder::Make(std::string_view prefix) {
  std::error_code failure;
  const std::filesystem::path root = std::filesystem::temp_directory_path(failure);
  if (failure) {
    return Fail(ErrorCode::kInternal, Text("no folder for temporary files: ", failure.message()),
                "set TMPDIR to a folder that can be written to");
  }
  std::string name = Text(root / prefix, "-XXXXXX");
  if (mkdtemp(name.data()) == nullptr) {
    return Fail(ErrorCode::kInternal, Text("cannot make a folder in ", root, ": ", std::strerror(errno)),
                "free some space there, or set TMPDIR to another folder");
  }
  return TempFolder(name, false);
}

Result<TempFolder> TempFolder::Kept(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return Fail(ErrorCode::kNotFound, Text("cannot make ", path, ": ", failure.message()));
  return TempFolder(std::filesystem::absolute(path), true);
}

TempFolder::TempFolder(TempFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), keep_(other.keep_) {}

TempFolder& TempFolder::operator=(TempFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(keep_, other.keep_);
  return *this;
}

TempFolder::~TempFolder() {
  std::error_code ignored;  // a destructor cannot report; the system clears its temporary folder
  if (!path_.empty() && !keep_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace rv
