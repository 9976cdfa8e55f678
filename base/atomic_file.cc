#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace rv {
namespace fs = std::filesystem;

Error SystemError(const std::string& doing, const fs::path& path, int error_number) {
  Error error{.message = doing + " " + path.string() + ": " + std::generic_category().message(error_number)};
  switch (error_number) {
    case ENOENT:
      error.code = ErrorCode::kNotFound;
      error.remedy = "check the path; folders are not created";
      break;
    case ENOSPC:
    case EDQUOT:
      error.code = ErrorCode::kDevice;
      error.remedy = "free some space or write to another disk";
      break;
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      error.code = ErrorCode::kDevice;
      break;
    default:
      error.code = ErrorCode::kInvalidArgument;
      error.remedy = "choose a path that you may read and write";
  }
  return error;
}

namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Status Sync(const fs::path& path, bool is_folder) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0)));
  if (file.get() < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  // Some file systems cannot flush a folder and say EINVAL; there is nothing more to be done on them.
  if (::fsync(file.get()) != 0 && errno != EINVAL)
    return tl::unexpected(SystemError("cannot flush", path, errno));
  return {};
}

Status SyncTree(const fs::path& root) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    if (it->is_symlink(error)) continue;
    const bool is_folder = it->is_directory(error);
    if (const Status status = Sync(it->path(), is_folder); !status) return Forward(status);
  }
  if (error) return tl::unexpected(SystemError("cannot list", root, error.value()));
  return Sync(root, true);
}

fs::path Parent(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

// A trailing slash would leave an empty file name.
fs::path WithoutTrailingSlash(const fs::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

// A name beside the target, unique in this process, not longer than file systems allow, with its extension.
fs::path PartialName(const fs::path& target) {
  static std::atomic<unsigned> counter{0};
  constexpr std::size_t kMaxTail = 180;
  std::string tail = target.filename().string();
  if (tail.size() > kMaxTail) tail.erase(0, tail.size() - kMaxTail);
  return Parent(target) / Text(".partial-", ::getpid(), "-", counter++, "-", tail);
}

Status WriteAll(const fs::path& path, std::span<const std::uint8_t> bytes) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (file.get() < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return tl::unexpected(SystemError("cannot write", path, errno));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

StagedOutput::StagedOutput(fs::path target, fs::path staged, bool is_folder, ExistingFolder existing)
    : target_(std::move(target)), staged_(std::move(staged)), is_folder_(is_folder), existing_(existing) {}

StagedOutput::StagedOutput(StagedOutput&& other) noexcept
    : target_(std::move(other.target_)),
      staged_(std::exchange(other.staged_, {})),
      is_folder_(other.is_folder_),
      existing_(other.existing_) {}

StagedOutput& StagedOutput::operator=(StagedOutput&& other) noexcept {
  if (this != &other) {
    Discard();
    target_ = std::move(other.target_);
    staged_ = std::exchange(other.staged_, {});
    is_folder_ = other.is_folder_;
    existing_ = other.existing_;
  }
  return *this;
}

StagedOutput::~StagedOutput() { Discard(); }

void StagedOutput::Discard() noexcept {
  if (staged_.empty()) return;
  std::error_code ignored;  // nothing better can be done in a destructor
  fs::remove_all(staged_, ignored);
  staged_.clear();
}

Result<StagedOutput> StagedOutput::File(const fs::path& target) {
  if (!target.has_filename())
    return Fail(ErrorCode::kInvalidArgument, "not a file name: '" + target.string() + "'");
  std::error_code error;
  if (fs::is_directory(target, error))
    return Fail(ErrorCode::kInvalidArgument, target.string() + " is a folder", "name a file in it");
  fs::path staged = PartialName(target);
  const FileDescriptor file(::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) return tl::unexpected(SystemError("cannot create a file beside", target, errno));
  return StagedOutput(target, std::move(staged), false, ExistingFolder::kRefuse);
}

Result<StagedOutput> StagedOutput::Folder(const fs::path& target_path, ExistingFolder existing) {
  const fs::path target = WithoutTrailingSlash(target_path);
  const std::string name = target.filename().string();
  if (name.empty() || name == "." || name == "..")
    return Fail(ErrorCode::kInvalidArgument, "not a folder name: '" + target_path.string() + "'",
                "name a new folder");
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_directory(target, error))
    return Fail(ErrorCode::kInvalidArgument, target.string() + " is not a folder", "choose another path");
  if (existing == ExistingFolder::kRefuse && fs::is_directory(target, error) && !fs::is_empty(target, error))
    return Fail(ErrorCode::kInvalidArgument, target.string() + " is not empty",
                "name a new folder or empty this one");
  fs::path staged = PartialName(target);
  if (::mkdir(staged.c_str(), 0777) != 0)
    return tl::unexpected(SystemError("cannot create a folder beside", target, errno));
  return StagedOutput(target, std::move(staged), true, existing);
}

Status StagedOutput::Rename() {
  if (::rename(staged_.c_str(), target_.c_str()) == 0) return {};
  const bool occupied = errno == ENOTEMPTY || errno == EEXIST;
  if (!is_folder_ || existing_ == ExistingFolder::kRefuse || !occupied)
    return tl::unexpected(SystemError("cannot move the result to", target_, errno));
  // Exchange first, so that no moment passes without a whole folder at the target; the old one is then
  // removed.
  if (::renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0)
    return tl::unexpected(SystemError("cannot replace", target_, errno));
  std::error_code ignored;  // the result is in place; what stays of the old folder is hidden
  fs::remove_all(staged_, ignored);
  return {};
}

Status StagedOutput::Commit() {
  if (staged_.empty())
    return Fail(ErrorCode::kInternal, "an output was committed twice: " + target_.string());
  if (const Status status = is_folder_ ? SyncTree(staged_) : Sync(staged_, false); !status)
    return Forward(status);
  if (const Status status = Rename(); !status) return Forward(status);
  staged_.clear();
  return Sync(Parent(target_), true);
}

Status WriteFileAtomically(const fs::path& path, std::span<const std::uint8_t> bytes) {
  Result<StagedOutput> staged = StagedOutput::File(path);
  if (!staged) return Forward(staged);
  if (const Status status = WriteAll(staged->path(), bytes); !status) return Forward(status);
  return staged->Commit();
}

Status WriteFileAtomically(const fs::path& path, std::string_view text) {
  return WriteFileAtomically(path,
                             std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<std::vector<std::uint8_t>> ReadFile(const fs::path& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return tl::unexpected(SystemError("cannot look at", path, errno));
  if (!S_ISREG(info.st_mode)) return Fail(ErrorCode::kInvalidArgument, path.string() + " is not a file");
  if (static_cast<std::uint64_t>(info.st_size) > max_bytes)
    return Fail(ErrorCode::kInvalidArgument,
                Text(path, " has ", info.st_size, " bytes; at most ", max_bytes, " are read"));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(info.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(SystemError("cannot read", path, errno));
    if (got == 0) break;  // it shrank meanwhile
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace rv
