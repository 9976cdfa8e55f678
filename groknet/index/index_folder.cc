#include "groknet/index/index_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/atomic_file.h"
#include "base/text.h"
#include "groknet/index/index_manifest.h"

namespace rv::index {
namespace fs = std::filesystem;

WriterLock::~WriterLock() {
  if (file_ >= 0) ::close(file_);
}

Status WriterLock::Take(const fs::path& path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return tl::unexpected(SystemError("cannot lock", path, errno));
  return Fail(ErrorCode::kInvalidArgument, Text("another writer is changing the index ", path.parent_path()),
              "wait until it is done, then try again");
}

Status MakeFolder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
    return tl::unexpected(SystemError("cannot create", folder, errno));
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return {};
  return Fail(ErrorCode::kInvalidArgument, Text(folder, " is not a folder"), "an index is a folder");
}

Status CheckNewFolder(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (name != kLockName && !name.starts_with(".partial-"))
      return Fail(ErrorCode::kInvalidArgument, Text(folder, " holds other things than an index: ", name),
                  "name a new or an empty folder");
  }
  if (error) return tl::unexpected(SystemError("cannot list", folder, error.value()));
  return {};
}

void RemoveUnusedFiles(const fs::path& folder) {
  const Result<IndexManifest> saved = ReadManifest(folder);
  if (!saved) return;  // damaged meanwhile
  std::set<std::string> used;
  for (const SegmentRef& ref : saved->segments) {
    used.insert(SegmentName(ref.number));
    if (ref.deleted > 0) used.insert(DeletedName(ref.number, ref.deleted_generation));
  }
  std::error_code error;
  std::vector<fs::path> unused;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::path& path = it->path();
    const bool ours = path.extension() == ".seg" || path.extension() == ".del";
    const std::string name = path.filename();
    if (name.starts_with(".partial-") || (ours && !used.contains(name))) unused.push_back(path);
  }
  for (const fs::path& path : unused) fs::remove(path, error);
}

}  // namespace rv::index
