#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "base/atomic_file.h"
#include "base/byte_io.h"
#include "base/text.h"
#include "groknet/index/half.h"
#include "groknet/index/segment.h"

namespace rv::index {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{1} << 20;

}  // namespace

tl::unexpected<Error> Segment::Corrupt(const std::string& what) const {
  return Fail(ErrorCode::kCorrupt, Text(path_, " is damaged: ", what),
              "restore the index from a copy or build it again");
}

Segment::~Segment() {
  if (file_ >= 0) ::close(file_);
}

Status Segment::ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(SystemError("cannot read", path_, errno));
    if (got == 0) return Corrupt("it was cut short");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<std::shared_ptr<const Segment>> Segment::Open(const fs::path& path, const SegmentRef& ref) {
  const std::shared_ptr<Segment> segment(new Segment);
  segment->path_ = path;
  segment->file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (segment->file_ < 0) return tl::unexpected(SystemError("cannot open", path, errno));
  if (const Status header = segment->ReadHeader(ref); !header) return Forward(header);
  Result<std::vector<std::uint8_t>> codes = segment->ReadSection(kCodes);
  if (!codes) return Forward(codes);
  segment->codes_ = std::move(*codes);
  if (const Status rows = segment->ReadRows(); !rows) return Forward(rows);
  return std::shared_ptr<const Segment>(segment);
}

Status Segment::ReadHeader(const SegmentRef& ref) {
  struct stat info {};
  if (::fstat(file_, &info) != 0) return tl::unexpected(SystemError("cannot look at", path_, errno));
  if (!S_ISREG(info.st_mode) || static_cast<std::uint64_t>(info.st_size) != ref.bytes)
    return Corrupt("it has another size than the manifest says");
  std::array<std::uint8_t, kSegmentHeaderBytes> bytes{};
  if (const Status read = ReadAt(0, bytes); !read) return Forward(read);
  const auto body = std::span<const std::uint8_t>(bytes).first(bytes.size() - 32);
  ByteReader in(bytes);
  const bool magic = in.Plain(8) == "RVSEGMNT";
  const auto version = in.Number<std::uint32_t>();
  const auto dimensions = in.Number<std::uint32_t>();
  const auto entries = in.Number<std::uint64_t>();
  std::uint64_t left = ref.bytes - std::min(ref.bytes, kSegmentHeaderBytes);
  bool placed = true;
  for (SectionRef& section : sections_) {
    section.offset = in.Number<std::uint64_t>();
    section.bytes = in.Number<std::uint64_t>();
    section.digest = in.Digest();
    placed = placed && section.offset >= kSegmentHeaderBytes && section.offset <= ref.bytes &&
             section.bytes <= ref.bytes - section.offset && section.bytes <= left;
    left -= std::min(left, section.bytes);
  }
  if (!magic || in.Digest() != ref.header || Sha256(body) != ref.header) return Corrupt("its header");
  if (version != 1 || dimensions != kScanBits)
    return Fail(ErrorCode::kUnsupported, Text(path_, " is of a version that this rotaview does not know"),
                "use the rotaview that wrote it");
  if (!placed || left != 0 || entries != ref.entries || entries > ref.bytes / kEmbeddingBytes ||
      sections_[kCodes].bytes != entries * kCodeBytes || sections_[kRows].bytes != entries * kRowBytes ||
      sections_[kEmbeddings].bytes != entries * kEmbeddingBytes)
    return Corrupt("its sections do not fit");
  return {};
}

Result<std::vector<std::uint8_t>> Segment::ReadSection(Section section) const {
  const SectionRef& ref = sections_[section];
  std::vector<std::uint8_t> bytes(ref.bytes);
  if (const Status read = ReadAt(ref.offset, bytes); !read) return Forward(read);
  if (Sha256(bytes) != ref.digest) return Corrupt("a section's digest differs");
  return bytes;
}

Status Segment::ReadRows() {
  const Result<std::vector<std::uint8_t>> bytes = ReadSection(kRows);
  if (!bytes) return Forward(bytes);
  ByteReader in(*bytes);
  rows_.resize(bytes->size() / kRowBytes);
  const std::uint64_t end = sections_[kRecords].bytes;
  for (RowInfo& row : rows_) {
    row.product = in.Number<std::uint64_t>();
    row.record_offset = in.Number<std::uint64_t>();
    row.record_bytes = in.Number<std::uint32_t>();
    row.text_weight = in.Number<std::uint32_t>();
    if (row.record_offset > end || row.record_bytes > end - row.record_offset || row.record_bytes < 8 ||
        row.record_bytes > kMaxRecordBytes)
      return Corrupt("a row points outside its section");
  }
  return {};
}

// A few look-ups go through all rows; sorting them pays off for more.
std::vector<std::uint32_t> Segment::RowsOf(std::uint64_t product) const {
  constexpr int kFewLookups = 8;
  const auto key = [&](std::uint32_t row) { return rows_[row].product; };
  const std::scoped_lock lock(lazy_);
  if (++lookups_ <= kFewLookups) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t row = 0; row < rows_.size(); ++row)
      if (key(row) == product) found.push_back(row);
    return found;
  }
  if (by_product_.size() != rows_.size()) {
    by_product_.resize(rows_.size());
    std::iota(by_product_.begin(), by_product_.end(), 0u);
    std::ranges::stable_sort(by_product_, {}, key);
  }
  lookups_ = kFewLookups;
  const auto found = std::ranges::equal_range(by_product_, product, {}, key);
  return {found.begin(), found.end()};
}

Result<std::vector<std::uint16_t>> Segment::ReadHalves(std::size_t row) const {
  std::array<std::uint8_t, kEmbeddingBytes> bytes{};
  if (const Status read = ReadAt(sections_[kEmbeddings].offset + row * kEmbeddingBytes, bytes); !read)
    return Forward(read);
  ByteReader in(bytes);
  std::vector<std::uint16_t> halves(kScanBits);
  for (std::uint16_t& half : halves) half = in.Number<std::uint16_t>();
  if (in.Number<std::uint64_t>() != ShortDigest(std::span(bytes).first(kScanBits * 2)))
    return Corrupt(Text("the embedding of row ", row));
  return halves;
}

Status Segment::ReadEmbedding(std::size_t row, std::span<float> embedding) const {
  const Result<std::vector<std::uint16_t>> halves = ReadHalves(row);
  if (!halves) return Forward(halves);
  DecodeHalf(*halves, embedding);
  return {};
}

Result<IndexEntry> Segment::ReadRecord(std::size_t row) const {
  const RowInfo& info = rows_[row];
  std::vector<std::uint8_t> bytes(info.record_bytes);
  if (const Status read = ReadAt(sections_[kRecords].offset + info.record_offset, bytes); !read)
    return Forward(read);
  const auto record = std::span<const std::uint8_t>(bytes).first(bytes.size() - 8);
  ByteReader digest(std::span<const std::uint8_t>(bytes).last(8));
  if (digest.Number<std::uint64_t>() != ShortDigest(record)) return Corrupt(Text("the record of row ", row));
  Result<IndexEntry> entry = DecodeRecord(record);
  if (!entry || ProductKey(entry->id) != info.product) return Corrupt(Text("the record of row ", row));
  return entry;
}

Result<StoredEntry> Segment::ReadStored(std::size_t row) const {
  Result<IndexEntry> entry = ReadRecord(row);
  if (!entry) return Forward(entry);
  Result<std::vector<std::uint16_t>> halves = ReadHalves(row);
  if (!halves) return Forward(halves);
  StoredEntry stored{.entry = std::move(*entry), .code = {}, .halves = std::move(*halves)};
  std::ranges::copy(codes().subspan(row * kCodeBytes, kCodeBytes), stored.code.begin());
  return stored;
}

Result<const TermTable*> Segment::Terms() const {
  const std::scoped_lock lock(lazy_);
  if (!terms_) {
    const Result<std::vector<std::uint8_t>> bytes = ReadSection(kTerms);
    if (!bytes) return Forward(bytes);
    Result<TermTable> terms = DecodeTerms(*bytes, sections_[kPostings].bytes);
    if (!terms) return Corrupt(terms.error().message);
    terms_ = std::move(*terms);
  }
  return &*terms_;
}

Result<std::vector<Posting>> Segment::ReadPostings(const Term& term) const {
  std::vector<std::uint8_t> bytes(term.bytes);
  if (const Status read = ReadAt(sections_[kPostings].offset + term.offset, bytes); !read)
    return Forward(read);
  if (ShortDigest(bytes) != term.digest) return Corrupt("the rows of a term");
  Result<std::vector<Posting>> postings = DecodePostings(bytes, term.count, size());
  if (!postings) return Corrupt(postings.error().message);
  return postings;
}

// In pieces: the embeddings of a large segment need not fit the memory.
Status Segment::VerifySection(Section section) const {
  const SectionRef& ref = sections_[section];
  std::vector<std::uint8_t> piece(std::size_t{1} << 20);
  Sha256Stream digest;
  for (std::uint64_t at = 0; at < ref.bytes;) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), ref.bytes - at));
    if (const Status read = ReadAt(ref.offset + at, part); !read) return Forward(read);
    digest.Update(part);
    at += part.size();
  }
  if (digest.Finish() != ref.digest) return Corrupt("a section's digest differs");
  return {};
}

Status Segment::Verify() const {
  for (int section = 0; section < kSectionCount; ++section)
    if (const Status sound = VerifySection(static_cast<Section>(section)); !sound) return Forward(sound);
  for (std::size_t row = 0; row < size(); ++row) {
    const Result<StoredEntry> stored = ReadStored(row);
    if (!stored) return Forward(stored);
  }
  const Result<const TermTable*> terms = Terms();
  if (!terms) return Forward(terms);
  for (const Term& term : **terms) {
    const Result<std::vector<Posting>> postings = ReadPostings(term);
    if (!postings) return Forward(postings);
  }
  return {};
}

}  // namespace rv::index
