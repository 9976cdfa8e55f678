// What a file is, judged by its first bytes. Names and extensions are never trusted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rv::input {

enum class FileKind {
  kEmpty,
  kUnknown,
  kJpeg,
  kPng,
  kWebp,
  kHeif,  // HEIC, AVIF: a still in an ISO media file
  kTiff,
  kOtherPicture,  // GIF, BMP, JPEG XL, raw: recognized, not read
  kVideo,         // MP4, MOV, Matroska, WebM, AVI, MPEG-TS
  kOtherVideo,    // WMV, FLV, Ogg: recognized, not read
  kZip,
  kOtherArchive,  // RAR, 7z, gzip: recognized, not read
};

inline constexpr std::size_t kSniffBytes = 400;  // three packets of a transport stream

// `head` holds the first kSniffBytes of the file, or all of a shorter one.
FileKind Sniff(std::span<const std::uint8_t> head);
// True for the kinds that the still decoder reads.
bool IsPhoto(FileKind kind);
// "JPEG", "PNG", "video", ...
std::string_view FileKindName(FileKind kind);
// Name of a format that is recognized, but not read: "WMV", "JPEG XL", "RAR"; empty for all others.
std::string_view UnreadFormat(std::span<const std::uint8_t> head);
// Whether a name ends as those of photos do: what such a file holds was meant to be one.
bool NamedLikePhoto(std::string_view name);
// What to do about a file that is not read, by its kind; for people.
std::string_view UnreadRemedy(FileKind kind);

// A regular file opened for reading; closes itself. Never a standard stream's number.
class OpenFile {
 public:
  // Fails with kNotFound when there is no such file or it may not be read, kUnsupported when it is not a
  // regular file or larger than max_bytes, kCorrupt when it is empty.
  static Result<OpenFile> Open(const std::filesystem::path& path, std::uint64_t max_bytes);
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;
  int fd() const { return fd_; }
  std::uint64_t size() const { return size_; }
  FileKind kind() const { return kind_; }
  // As UnreadFormat.
  std::string_view unread_format() const { return unread_format_; }

 private:
  OpenFile() = default;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  FileKind kind_ = FileKind::kUnknown;
  std::string_view unread_format_;
};

// Fills `out` from `offset` on; false when the file ends before or reading fails.
bool ReadExactly(int fd, std::uint64_t offset, std::span<std::uint8_t> out);

}  // namespace rv::input
