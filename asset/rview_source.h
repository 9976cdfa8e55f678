// Random access to the bytes of an archive, in memory or on disk. Used by the `.rview` reader alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace rv::asset {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  virtual std::uint64_t size() const = 0;
  // Fills all of `out`; kCorrupt where the range leaves the file or the disk cannot read it.
  virtual Status Read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;

  Result<std::vector<std::uint8_t>> Read(std::uint64_t offset, std::uint64_t size) const;
};

// Looks at `bytes`, which must outlive it.
std::unique_ptr<ByteSource> MakeMemorySource(std::span<const std::uint8_t> bytes);
// kNotFound, or kInvalidArgument for what is not a regular file.
Result<std::unique_ptr<ByteSource>> OpenFileSource(const std::filesystem::path& path);

// Passes `size` bytes from `offset` on to `take` in pieces of at most 1 MiB.
Status ForEachPiece(const ByteSource& source,
                    std::uint64_t offset,
                    std::uint64_t size,
                    const std::function<void(std::span<const std::uint8_t>)>& take);

}  // namespace rv::asset
