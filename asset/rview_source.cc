#include "asset/rview_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/atomic_file.h"

namespace rv::asset {
namespace {

tl::unexpected<Error> PastTheEnd() {
  return Fail(ErrorCode::kCorrupt, "the file ends too early", "copy or convert it again");
}

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Status Read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return PastTheEnd();
    std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
    return {};
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::uint64_t size, std::filesystem::path path)
      : fd_(fd), size_(size), path_(std::move(path)) {}
  ~FileSource() override { ::close(fd_); }
  std::uint64_t size() const override { return size_; }
  Status Read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset > size_ || out.size() > size_ - offset) return PastTheEnd();
    while (!out.empty()) {
      const ssize_t got = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return tl::unexpected(SystemError("cannot read", path_, errno));
      if (got == 0) return PastTheEnd();  // it shrank meanwhile
      offset += static_cast<std::uint64_t>(got);
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
  }

 private:
  int fd_;
  std::uint64_t size_;
  std::filesystem::path path_;
};

}  // namespace

Result<std::vector<std::uint8_t>> ByteSource::Read(std::uint64_t offset, std::uint64_t length) const {
  if (offset > size() || length > size() - offset) return PastTheEnd();
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(length));
  if (const Status status = Read(offset, std::span(bytes)); !status) return Forward(status);
  return bytes;
}

std::unique_ptr<ByteSource> MakeMemorySource(std::span<const std::uint8_t> bytes) {
  return std::make_unique<MemorySource>(bytes);
}

Result<std::unique_ptr<ByteSource>> OpenFileSource(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return Fail(ErrorCode::kInvalidArgument, path.string() + " is not a file", "name an .rview file");
  }
  return std::unique_ptr<ByteSource>(new FileSource(fd, static_cast<std::uint64_t>(info.st_size), path));
}

Status ForEachPiece(const ByteSource& source,
                    std::uint64_t offset,
                    std::uint64_t size,
                    const std::function<void(std::span<const std::uint8_t>)>& take) {
  constexpr std::uint64_t kPiece = 1 << 20;
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min(size, kPiece)));
  while (size > 0) {
    const std::span<std::uint8_t> piece =
        std::span(buffer).first(static_cast<std::size_t>(std::min(size, kPiece)));
    if (const Status status = source.Read(offset, piece); !status) return Forward(status);
    take(piece);
    offset += piece.size();
    size -= piece.size();
  }
  return {};
}

}  // namespace rv::asset
