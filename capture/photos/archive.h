// A ZIP of photos, read in the decoding process without ever writing an entry to disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/input/sniff.h"

namespace rv::photos {

struct ArchiveEntry {
  std::uint64_t index = 0;
  std::string name;        // as in the archive, folders divided by '/'
  std::uint64_t size = 0;  // unpacked
  input::FileKind kind = input::FileKind::kUnknown;
  std::string unread_format;  // as input::UnreadFormat
  bool unpacks = true;        // false: packed by a method that is not read, or damaged
};

class Archive {
 public:
  // `file` outlives the archive. Several archives, in several processes, may read one file at a time. Fails
  // with kCorrupt when it is not a readable ZIP.
  static Result<Archive> Open(const input::OpenFile& file);
  Archive(Archive&& other) noexcept;
  ~Archive();

  // Entries that are files, in archive order. Refuses the whole archive (kUnsupported) when it is encrypted,
  // over a limit, grows beyond reason, or has names that reach outside.
  Result<std::vector<ArchiveEntry>> List(const CaptureLimits& limits);
  // The unpacked bytes; kCorrupt when they do not unpack to exactly `size` bytes.
  Result<std::vector<std::uint8_t>> Read(std::uint64_t index, std::uint64_t size);

 private:
  struct Handle;
  explicit Archive(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

// Empty when an entry's name is harmless, else what is wrong with it.
std::string UnsafeName(const std::string& name);

}  // namespace rv::photos
