#include "base/temp_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace rv {

Result<TemporaryFolder> TemporaryFolder::Make() {
  std::error_code failure;
  const std::filesystem::path root = std::filesystem::temp_directory_path(failure);
  if (failure) {
    return Fail(ErrorCode::kInternal, "no folder for temporary files: " + failure.message(),
                "set TMPDIR to a folder that can be written to");
  }
  std::string name = (root / "rotaview-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    return Fail(ErrorCode::kInternal,
                "cannot make a folder in " + root.string() + ": " + std::strerror(errno),
                "free some space there, or set TMPDIR to another folder");
  }
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace rv
