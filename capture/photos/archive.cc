#include "capture/photos/archive.h"

#include <errno.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace rv::photos {
namespace {

constexpr const char* kRemedy = "give the photos in a plain folder, or pack them again";

tl::unexpected<Error> BadZip() {
  return Fail(ErrorCode::kCorrupt, "the ZIP is damaged or was cut off",
              "copy it again, or pack the photos again");
}

// A ratio only means something beyond the first megabyte: tiny files compress by very large ratios.
bool GrowsTooMuch(const zip_stat_t& entry, const CaptureLimits& limits) {
  constexpr double kFree = 1 << 20;
  return static_cast<double>(entry.size) >
         kFree + limits.max_zip_ratio * static_cast<double>(entry.comp_size);
}

// Some packers of Windows divide folders by backslashes.
std::string WithSlashes(const zip_stat_t& entry) {
  std::string name = (entry.valid & ZIP_STAT_NAME) != 0 ? entry.name : "";
  std::replace(name.begin(), name.end(), '\\', '/');
  return name;
}

Status CheckEntry(const zip_stat_t& entry, const std::string& name, const CaptureLimits& limits) {
  constexpr std::uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if ((entry.valid & kNeeded) != kNeeded) return BadZip();
  if (const std::string why = UnsafeName(name); !why.empty())
    return Fail(ErrorCode::kUnsupported, "the ZIP is refused: an entry's name " + why, kRemedy);
  if ((entry.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && entry.encryption_method != ZIP_EM_NONE)
    return Fail(ErrorCode::kUnsupported, "the ZIP is encrypted", "give it without a password");
  if (entry.size > limits.max_bytes || GrowsTooMuch(entry, limits))
    return Fail(
        ErrorCode::kUnsupported,
        Text("the ZIP is refused: ", name, " would unpack to ", entry.size >> 20, " MB, which no photo does"),
        kRemedy);
  return {};
}

// libzip's view of the open file. Reads name their own offset: decoding processes share the descriptor, and with
// it the offset that read() and lseek() would move under each other.
class PositionedReader {
 public:
  PositionedReader(int fd, std::uint64_t size) : fd_(fd), size_(size) { zip_error_init(&error_); }

  static zip_int64_t Serve(void* opaque, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    auto* reader = static_cast<PositionedReader*>(opaque);
    switch (command) {
      case ZIP_SOURCE_OPEN:
        reader->at_ = 0;
        return 0;
      case ZIP_SOURCE_READ:
        return reader->Read({static_cast<std::uint8_t*>(data), length});
      case ZIP_SOURCE_CLOSE:
        return 0;
      case ZIP_SOURCE_STAT:
        return reader->Stat(static_cast<zip_stat_t*>(data));
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&reader->error_, data, length);
      case ZIP_SOURCE_FREE:
        delete reader;
        return 0;
      case ZIP_SOURCE_SEEK:
        return reader->Seek(data, length);
      case ZIP_SOURCE_TELL:
        return static_cast<zip_int64_t>(reader->at_);
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
      default:
        zip_error_set(&reader->error_, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
  }

 private:
  zip_int64_t Read(std::span<std::uint8_t> out) {
    const std::span<std::uint8_t> part = out.first(std::min<std::uint64_t>(out.size(), size_ - at_));
    if (!input::ReadExactly(fd_, at_, part)) {
      zip_error_set(&error_, ZIP_ER_READ, errno);
      return -1;
    }
    at_ += part.size();
    return static_cast<zip_int64_t>(part.size());
  }
  zip_int64_t Seek(void* data, zip_uint64_t length) {
    const zip_int64_t offset = zip_source_seek_compute_offset(at_, size_, data, length, &error_);
    if (offset < 0) return -1;
    at_ = static_cast<std::uint64_t>(offset);
    return 0;
  }
  zip_int64_t Stat(zip_stat_t* out) const {
    zip_stat_init(out);
    out->size = size_;
    out->valid = ZIP_STAT_SIZE;
    return sizeof(*out);
  }

  int fd_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
  zip_error_t error_;
};

}  // namespace

struct Archive::Handle {
  zip_t* zip = nullptr;
  ~Handle() {
    if (zip != nullptr) zip_discard(zip);
  }
};

Archive::Archive(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Archive::Archive(Archive&& other) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::Open(const input::OpenFile& file) {
  auto handle = std::make_unique<Handle>();
  zip_error_t error;
  zip_error_init(&error);
  auto reader = std::make_unique<PositionedReader>(file.fd(), file.size());
  zip_source_t* source = zip_source_function_create(&PositionedReader::Serve, reader.get(), &error);
  if (source == nullptr) return BadZip();
  reader.release();  // freed by the source, with ZIP_SOURCE_FREE
  handle->zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (handle->zip == nullptr) {
    zip_source_free(source);
    return BadZip();
  }
  return Archive(std::move(handle));
}

Result<std::vector<ArchiveEntry>> Archive::List(const CaptureLimits& limits) {
  const zip_int64_t count = zip_get_num_entries(handle_->zip, 0);
  if (count > limits.max_files)
    return Fail(ErrorCode::kUnsupported,
                Text("the ZIP has ", count, " entries, more than the limit of ", limits.max_files), kRemedy);
  std::vector<ArchiveEntry> out;
  std::uint64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t entry;
    zip_stat_init(&entry);
    if (zip_stat_index(handle_->zip, i, ZIP_FL_ENC_RAW, &entry) != 0) return BadZip();
    const std::string name = WithSlashes(entry);
    if (const Status ok = CheckEntry(entry, name, limits); !ok) return Forward(ok);
    total += entry.size;
    if (total > limits.max_bytes)
      return Fail(ErrorCode::kUnsupported,
                  Text("the ZIP would unpack to more than ", limits.max_bytes >> 20, " MB"), kRemedy);
    if (name.back() == '/') continue;
    std::array<std::uint8_t, input::kSniffBytes> head{};
    zip_int64_t got = 0;
    if (zip_file_t* file = zip_fopen_index(handle_->zip, i, 0)) {
      got = std::max<zip_int64_t>(0, zip_fread(file, head.data(), head.size()));
      zip_fclose(file);
    }
    const std::span<const std::uint8_t> begin(head.data(), static_cast<std::size_t>(got));
    out.push_back({.index = static_cast<std::uint64_t>(i),
                   .name = name,
                   .size = entry.size,
                   .kind = input::Sniff(begin),
                   .unread_format = std::string(input::UnreadFormat(begin)),
                   .unpacks = got > 0 || entry.size == 0});
  }
  return out;
}

Result<std::vector<std::uint8_t>> Archive::Read(std::uint64_t index, std::uint64_t size) {
  const auto damaged = [] {
    return Fail(ErrorCode::kCorrupt, "damaged in the ZIP", "pack the photos again");
  };
  zip_file_t* file = zip_fopen_index(handle_->zip, index, 0);
  if (file == nullptr) return damaged();
  std::vector<std::uint8_t> out(size);
  std::uint64_t at = 0;
  zip_int64_t got = 0;
  while (at < size && (got = zip_fread(file, out.data() + at, size - at)) > 0)
    at += static_cast<std::uint64_t>(got);
  // A byte beyond the announced size means that it is wrong; reading to the end also checks the CRC.
  std::uint8_t extra = 0;
  const bool more = at == size && zip_fread(file, &extra, 1) != 0;
  const bool bad = zip_fclose(file) != 0;
  if (at != size || more || bad) return damaged();
  return out;
}

std::string UnsafeName(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.size() > 1024) return "is too long";
  if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) return "is an absolute path";
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) return "has control characters";
    if (c == '\\') return "has a backslash";
  }
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.compare(begin, end - begin, "..") == 0) return "reaches outside (\"..\")";
    begin = end + 1;
  }
  return {};
}

}  // namespace rv::photos
