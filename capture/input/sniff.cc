#include "capture/input/sniff.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace rv::input {
namespace {

bool Has(std::span<const std::uint8_t> head, std::size_t at, std::string_view magic) {
  return head.size() >= at + magic.size() && memcmp(head.data() + at, magic.data(), magic.size()) == 0;
}

bool HasAny(std::span<const std::uint8_t> head,
            std::size_t at,
            std::initializer_list<std::string_view> magics) {
  for (const std::string_view magic : magics)
    if (Has(head, at, magic)) return true;
  return false;
}

// ISO media: the major brand, then the compatible ones, say whether it is a still. A sequence brand alone
// ("msf1") may be either; with a still's brand beside it the primary picture is read.
FileKind SniffIsoMedia(std::span<const std::uint8_t> head) {
  for (std::size_t at = 8; at + 4 <= head.size() && at < 40; at += at == 8 ? 8 : 4)
    if (HasAny(head, at, {"heic", "heix", "heim", "heis", "mif1", "avif"})) return FileKind::kHeif;
  return FileKind::kVideo;
}

using namespace std::string_view_literals;

// A format that is known by its first bytes, but not read.
struct Format {
  std::size_t at;
  std::string_view magic;
  FileKind kind;
  std::string_view name;
};
constexpr Format kUnread[] = {
    {0, "GIF87a"sv, FileKind::kOtherPicture, "GIF"},
    {0, "GIF89a"sv, FileKind::kOtherPicture, "GIF"},
    {0, "BM"sv, FileKind::kOtherPicture, "BMP"},
    {0, "8BPS"sv, FileKind::kOtherPicture, "Photoshop"},
    {0, "\0\0\x01\0"sv, FileKind::kOtherPicture, "icon"},
    {0, "\xFF\x0A"sv, FileKind::kOtherPicture, "JPEG XL"},
    {0, "\0\0\0\x0CJXL "sv, FileKind::kOtherPicture, "JPEG XL"},
    {0, "\0\0\0\x0CjP  "sv, FileKind::kOtherPicture, "JPEG 2000"},
    {0, "FUJIFILMCCD-RAW"sv, FileKind::kOtherPicture, "raw photo"},
    {4, "ftypcrx "sv, FileKind::kOtherPicture, "raw photo"},
    {0, "IIU\0"sv, FileKind::kOtherPicture, "raw photo"},
    {0, "IIRO"sv, FileKind::kOtherPicture, "raw photo"},
    {8, "CR\x02"sv, FileKind::kOtherPicture, "raw photo"},
    {0, "%PDF"sv, FileKind::kOtherPicture, "PDF"},
    {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, FileKind::kOtherVideo, "WMV"},
    {0, "FLV\x01"sv, FileKind::kOtherVideo, "FLV"},
    {0, "OggS"sv, FileKind::kOtherVideo, "Ogg"},
    {0, ".RMF"sv, FileKind::kOtherVideo, "RealMedia"},
    {0, "\x06\x0E\x2B\x34"sv, FileKind::kOtherVideo, "MXF"},
    {0, "Rar!"sv, FileKind::kOtherArchive, "RAR"},
    {0, "7z\xBC\xAF\x27\x1C"sv, FileKind::kOtherArchive, "7z"},
    {0, "\x1F\x8B"sv, FileKind::kOtherArchive, "gzip"},
};

const Format* FindUnread(std::span<const std::uint8_t> head) {
  for (const Format& format : kUnread)
    if (Has(head, format.at, format.magic)) return &format;
  return nullptr;
}

// The sync byte of each packet: MPEG-TS, and with times before packets (M2TS). A text may have a letter there each time,
// but nothing beside letters.
bool IsTransportStream(std::span<const std::uint8_t> head) {
  if (std::none_of(head.begin(), head.end(), [](std::uint8_t byte) { return byte < '\t' || byte > '~'; }))
    return false;
  const auto synced = [&](std::size_t first, std::size_t packet) {
    std::size_t seen = 0;
    for (std::size_t at = first; at < head.size(); at += packet, ++seen)
      if (head[at] != 'G') return false;
    return seen >= 2;
  };
  return synced(0, 188) || synced(4, 192);
}

}  // namespace

FileKind Sniff(std::span<const std::uint8_t> head) {
  if (head.empty()) return FileKind::kEmpty;
  if (Has(head, 0, "\xFF\xD8\xFF"sv)) return FileKind::kJpeg;
  if (Has(head, 0, "\x89PNG\r\n\x1A\n"sv)) return FileKind::kPng;
  if (Has(head, 0, "RIFF") && Has(head, 8, "WEBP")) return FileKind::kWebp;
  if (Has(head, 0, "RIFF") && Has(head, 8, "AVI ")) return FileKind::kVideo;
  if (const Format* format = FindUnread(head)) return format->kind;
  if (HasAny(head, 0, {"II*\0"sv, "MM\0*"sv})) return FileKind::kTiff;
  if (HasAny(head, 0, {"PK\x03\x04", "PK\x05\x06"})) return FileKind::kZip;
  if (Has(head, 0, "\x1A\x45\xDF\xA3"sv)) return FileKind::kVideo;
  if (Has(head, 4, "ftyp")) return SniffIsoMedia(head);
  if (HasAny(head, 4, {"moov", "mdat", "wide", "free", "skip", "pnot"})) return FileKind::kVideo;
  if (IsTransportStream(head)) return FileKind::kVideo;
  if (HasAny(head, 0, {"\0\0\x01\xBA"sv})) return FileKind::kVideo;
  return FileKind::kUnknown;
}

bool IsPhoto(FileKind kind) {
  return kind == FileKind::kJpeg || kind == FileKind::kPng || kind == FileKind::kWebp ||
         kind == FileKind::kHeif || kind == FileKind::kTiff;
}

std::string_view FileKindName(FileKind kind) {
  switch (kind) {
    case FileKind::kEmpty:
      return "empty file";
    case FileKind::kUnknown:
      return "unknown file";
    case FileKind::kJpeg:
      return "JPEG";
    case FileKind::kPng:
      return "PNG";
    case FileKind::kWebp:
      return "WebP";
    case FileKind::kHeif:
      return "HEIC";
    case FileKind::kTiff:
      return "TIFF";
    case FileKind::kOtherPicture:
      return "picture of another format";
    case FileKind::kVideo:
      return "video";
    case FileKind::kOtherVideo:
      return "video of another format";
    case FileKind::kZip:
      return "ZIP";
    case FileKind::kOtherArchive:
      return "archive of another format";
  }
  return "unknown file";
}

std::string_view UnreadFormat(std::span<const std::uint8_t> head) {
  const Format* format = FindUnread(head);
  return format != nullptr ? format->name : std::string_view();
}

bool NamedLikePhoto(std::string_view name) {
  std::string suffix(name.substr(std::min(name.rfind('.'), name.size())));
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kSuffixes[] = {".jpg",  ".jpeg", ".png",  ".webp", ".heic", ".heif",
                                            ".avif", ".tif",  ".tiff", ".gif",  ".bmp"};
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), suffix) != std::end(kSuffixes);
}

std::string_view UnreadRemedy(FileKind kind) {
  switch (kind) {
    case FileKind::kOtherVideo:
      return "convert it to MP4 (H.264 or HEVC)";
    case FileKind::kOtherArchive:
      return "pack the photos as ZIP, or give a plain folder";
    case FileKind::kOtherPicture:
      return "convert it to JPEG";
    default:
      return "give the clip or the photos as they came from the phone";
  }
}

Result<OpenFile> OpenFile::Open(const std::filesystem::path& path, std::uint64_t max_bytes) {
  const std::string name = path.filename().string();
  const int raw = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (raw < 0)
    return Fail(ErrorCode::kNotFound, name + " cannot be opened: " + strerror(errno),
                "check the name and that the file may be read");
  OpenFile file;
  file.fd_ = raw > 2 ? raw : fcntl(raw, F_DUPFD_CLOEXEC, 3);
  if (raw <= 2) close(raw);
  struct stat info {};
  if (file.fd_ < 0 || fstat(file.fd_, &info) != 0)
    return Fail(ErrorCode::kNotFound, name + " cannot be opened: " + strerror(errno), "try again");
  if (!S_ISREG(info.st_mode))
    return Fail(ErrorCode::kUnsupported, name + " is not an ordinary file",
                "give a clip, a folder of photos or a ZIP");
  file.size_ = static_cast<std::uint64_t>(info.st_size);
  if (file.size_ == 0)
    return Fail(ErrorCode::kCorrupt, name + " is empty (0 bytes)", "copy the file from the phone again");
  if (file.size_ > max_bytes)
    return Fail(ErrorCode::kUnsupported,
                Text(name, " has ", file.size_ >> 20, " MB, more than the limit of ", max_bytes >> 20, " MB"),
                "use a shorter clip or a lower resolution");
  std::array<std::uint8_t, kSniffBytes> head{};
  const std::size_t want = std::min<std::uint64_t>(head.size(), file.size_);
  if (!ReadExactly(file.fd_, 0, {head.data(), want}))
    return Fail(ErrorCode::kNotFound, name + " cannot be read", "check the disk and copy the file again");
  file.kind_ = Sniff({head.data(), want});
  file.unread_format_ = UnreadFormat({head.data(), want});
  return file;
}

OpenFile::~OpenFile() {
  if (fd_ >= 0) close(fd_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      kind_(other.kind_),
      unread_format_(other.unread_format_) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  std::swap(kind_, other.kind_);
  std::swap(unread_format_, other.unread_format_);
  return *this;
}

bool ReadExactly(int fd, std::uint64_t offset, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace rv::input
