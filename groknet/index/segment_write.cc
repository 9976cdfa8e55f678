#include <cstdio>
#include <fstream>

#include "base/atomic_file.h"
#include "base/byte_io.h"
#include "base/text.h"
#include "groknet/index/segment.h"

namespace rv::index {
namespace fs = std::filesystem;
namespace {

// Writes sections one after another and keeps their places and digests.
class SectionWriter {
 public:
  explicit SectionWriter(const fs::path& path) : file_(path, std::ios::binary | std::ios::trunc) {
    const std::vector<char> room(kSegmentHeaderBytes);
    file_.write(room.data(), static_cast<std::streamsize>(room.size()));
  }

  void Begin(Section section) {
    section_ = section;
    sections_[section] = {.offset = at_};
    digest_ = Sha256Stream();
  }
  void Write(std::span<const std::uint8_t> bytes) {
    file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    digest_.Update(bytes);
    at_ += bytes.size();
  }
  void End() {
    sections_[section_].bytes = at_ - sections_[section_].offset;
    sections_[section_].digest = digest_.Finish();
  }

  // The header goes to the start at last. Gives the header's digest.
  Sha256Digest Finish(std::uint64_t entries) {
    ByteWriter header;
    header.Plain("RVSEGMNT");
    header.Number(std::uint32_t{1});
    header.Number(static_cast<std::uint32_t>(kScanBits));
    header.Number(entries);
    for (const SectionRef& section : sections_) {
      header.Number(section.offset);
      header.Number(section.bytes);
      header.Bytes(section.digest);
    }
    const Sha256Digest digest = Sha256(header.bytes());
    header.Bytes(digest);
    file_.seekp(0);
    file_.write(reinterpret_cast<const char*>(header.bytes().data()),
                static_cast<std::streamsize>(header.size()));
    file_.close();
    return digest;
  }
  bool ok() const { return file_.good(); }
  std::uint64_t bytes() const { return at_; }

 private:
  std::ofstream file_;
  std::array<SectionRef, kSectionCount> sections_{};
  Section section_ = kCodes;
  Sha256Stream digest_;
  std::uint64_t at_ = kSegmentHeaderBytes;
};

void WriteEmbeddings(std::span<const StoredEntry> entries, SectionWriter& out) {
  out.Begin(kEmbeddings);
  for (const StoredEntry& stored : entries) {
    ByteWriter row;
    for (const std::uint16_t half : stored.halves) row.Number(half);
    row.Number(ShortDigest(row.bytes()));
    out.Write(row.bytes());
  }
  out.End();
}

// Records, and on the way what the rows say of them.
std::vector<RowInfo> WriteRecords(std::span<const StoredEntry> entries, SectionWriter& out) {
  std::vector<RowInfo> rows;
  rows.reserve(entries.size());
  std::uint64_t offset = 0;
  out.Begin(kRecords);
  for (const StoredEntry& stored : entries) {
    ByteWriter record;
    record.Bytes(EncodeRecord(stored.entry));
    record.Number(ShortDigest(record.bytes()));
    out.Write(record.bytes());
    rows.push_back({.product = ProductKey(stored.entry.id),
                    .record_offset = offset,
                    .record_bytes = static_cast<std::uint32_t>(record.size())});
    offset += record.size();
  }
  out.End();
  return rows;
}

std::map<std::string, std::vector<Posting>> Invert(std::span<const StoredEntry> entries,
                                                   std::vector<RowInfo>& rows) {
  std::map<std::string, std::vector<Posting>> postings;
  for (std::uint32_t row = 0; row < entries.size(); ++row) {
    const IndexEntry& entry = entries[row].entry;
    for (const auto& [term, weight] : TextWeights(entry)) {
      postings[term].push_back({row, static_cast<std::uint8_t>(weight)});
      rows[row].text_weight += weight;
    }
    for (const std::string& term : FilterTerms(entry)) postings[term].push_back({row, 1});
  }
  return postings;
}

void WriteTerms(const std::map<std::string, std::vector<Posting>>& postings, SectionWriter& out) {
  TermTable terms;
  ByteWriter all;
  for (const auto& [text, rows] : postings) {
    ByteWriter bytes;
    EncodePostings(rows, bytes);
    terms.push_back({.text = text,
                     .count = static_cast<std::uint32_t>(rows.size()),
                     .offset = all.size(),
                     .bytes = static_cast<std::uint32_t>(bytes.size()),
                     .digest = ShortDigest(bytes.bytes())});
    all.Bytes(bytes.bytes());
  }
  ByteWriter dictionary;
  EncodeTerms(terms, dictionary);
  out.Begin(kTerms);
  out.Write(dictionary.bytes());
  out.End();
  out.Begin(kPostings);
  out.Write(all.bytes());
  out.End();
}

void WriteCodes(std::span<const StoredEntry> entries, SectionWriter& out) {
  out.Begin(kCodes);
  for (const StoredEntry& stored : entries) out.Write(stored.code);
  out.End();
}

void WriteRows(std::span<const RowInfo> rows, SectionWriter& out) {
  out.Begin(kRows);
  ByteWriter all;
  for (const RowInfo& row : rows) {
    all.Number(row.product);
    all.Number(row.record_offset);
    all.Number(row.record_bytes);
    all.Number(row.text_weight);
  }
  out.Write(all.bytes());
  out.End();
}

}  // namespace

std::string SegmentName(std::uint64_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%08llx.seg", static_cast<unsigned long long>(number));
  return name.data();
}

std::string DeletedName(std::uint64_t number, std::uint64_t generation) {
  std::array<char, 48> name{};
  std::snprintf(name.data(), name.size(), "%08llx.%08llx.del", static_cast<unsigned long long>(number),
                static_cast<unsigned long long>(generation));
  return name.data();
}

Result<SegmentRef> WriteSegment(const fs::path& path, std::span<const StoredEntry> entries) {
  Result<StagedOutput> staged = StagedOutput::File(path);
  if (!staged) return Forward(staged);
  SectionWriter out(staged->path());
  WriteEmbeddings(entries, out);
  std::vector<RowInfo> rows = WriteRecords(entries, out);
  WriteTerms(Invert(entries, rows), out);
  WriteCodes(entries, out);
  WriteRows(rows, out);
  const Sha256Digest header = out.Finish(entries.size());
  if (!out.ok())
    return Fail(ErrorCode::kDevice, Text("cannot write ", path), "free some space or write to another disk");
  const Status committed = staged->Commit();
  if (!committed) return Forward(committed);
  return SegmentRef{.entries = entries.size(), .bytes = out.bytes(), .header = header};
}

}  // namespace rv::index
