#include "capture/video/cut_off.h"

#include <unistd.h>

#include <array>
#include <cstring>

namespace rv::video {
namespace {

std::uint64_t BigEndian(const std::uint8_t* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

bool EndsWithinIndex(int fd, std::uint64_t size) {
  constexpr int kMostBoxes = 10'000;
  std::uint64_t at = 0;
  for (int box = 0; box < kMostBoxes && at + 16 <= size; ++box) {
    std::array<std::uint8_t, 16> head{};
    if (pread(fd, head.data(), head.size(), static_cast<off_t>(at)) != static_cast<ssize_t>(head.size()))
      return false;
    std::uint64_t length = BigEndian(head.data(), 4);
    if (length == 1) length = BigEndian(&head[8], 8);
    if (length < 8) return false;  // 0: up to the end of the file
    if (length > size - at) return std::memcmp(&head[4], "moov", 4) == 0;
    at += length;
  }
  return false;
}

Error Explained(Error error, int fd, std::uint64_t size, const std::string& name) {
  const bool vague = error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kInsufficientData;
  if (!vague || !EndsWithinIndex(fd, size)) return error;
  return {.code = ErrorCode::kCorrupt,
          .message = name + " was cut off: it ends within its index",
          .remedy = "copy the clip from the phone again, or record it again"};
}

}  // namespace rv::video
