#include "groknet/index/index_manifest.h"

#include <bit>
#include <cmath>
#include <limits>

#include "base/atomic_file.h"
#include "base/byte_io.h"
#include "base/text.h"

namespace rv::index {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxManifestBytes = std::uint64_t{64} << 20;
constexpr std::size_t kMaxModelBytes = 256;

tl::unexpected<Error> Damaged(const fs::path& path, const std::string& what) {
  return Fail(ErrorCode::kCorrupt, Text(path, " is damaged: ", what),
              "restore the index from a copy or build it again");
}

// A folder with segments but no manifest lost it: that is damage, not an empty place.
bool HoldsSegments(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".seg" && !it->path().filename().string().starts_with(".")) return true;
  return false;
}

SegmentRef ReadRef(ByteReader& in) {
  SegmentRef ref;
  ref.number = in.Number<std::uint64_t>();
  ref.entries = in.Number<std::uint64_t>();
  ref.bytes = in.Number<std::uint64_t>();
  ref.header = in.Digest();
  ref.deleted = in.Number<std::uint64_t>();
  ref.deleted_generation = in.Number<std::uint64_t>();
  ref.deleted_digest = in.Digest();
  return ref;
}

bool Plausible(const IndexManifest& manifest) {
  std::uint64_t entries = 0;
  for (const SegmentRef& ref : manifest.segments) {
    if (ref.entries > std::numeric_limits<std::uint32_t>::max() || ref.number >= manifest.next_segment ||
        ref.deleted > ref.entries || (ref.deleted > 0) != (ref.deleted_generation > 0))
      return false;
    entries += ref.entries;
  }
  return entries <= std::numeric_limits<std::uint32_t>::max() && std::isfinite(manifest.exact_cosine) &&
         std::isfinite(manifest.similar_cosine);
}

}  // namespace

Status WriteManifest(const fs::path& folder, const IndexManifest& manifest) {
  ByteWriter out;
  out.Plain("RVINDEX\n");
  out.Number(std::uint32_t{1});
  out.Number(static_cast<std::uint32_t>(kScanBits));
  out.Number(manifest.generation);
  out.Number(manifest.next_segment);
  out.Real(manifest.exact_cosine);
  out.Real(manifest.similar_cosine);
  out.Text(manifest.model);
  out.Number(static_cast<std::uint32_t>(manifest.segments.size()));
  for (const SegmentRef& ref : manifest.segments) {
    out.Number(ref.number);
    out.Number(ref.entries);
    out.Number(ref.bytes);
    out.Bytes(ref.header);
    out.Number(ref.deleted);
    out.Number(ref.deleted_generation);
    out.Bytes(ref.deleted_digest);
  }
  out.Bytes(Sha256(out.bytes()));
  return WriteFileAtomically(folder / kManifestName, out.bytes());
}

Result<IndexManifest> ReadManifest(const fs::path& folder) {
  const fs::path path = folder / kManifestName;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    if (HoldsSegments(folder)) return Damaged(folder, "its manifest is gone");
    return Fail(ErrorCode::kNotFound, Text("there is no index at ", folder),
                "make one with rotaview index add");
  }
  const Result<std::vector<std::uint8_t>> bytes = ReadFile(path, kMaxManifestBytes);
  if (!bytes) return Forward(bytes);
  if (bytes->size() < 32) return Damaged(path, "it was cut short");
  const auto body = std::span<const std::uint8_t>(*bytes).first(bytes->size() - 32);
  if (ByteReader(std::span<const std::uint8_t>(*bytes).last(32)).Digest() != Sha256(body))
    return Damaged(path, "its digest differs");
  ByteReader in(body);
  const bool magic = in.Plain(8) == "RVINDEX\n";
  const auto version = in.Number<std::uint32_t>();
  const auto dimensions = in.Number<std::uint32_t>();
  if (!magic) return Damaged(path, "it is no manifest of an index");
  if (version != 1 || dimensions != kScanBits)
    return Fail(ErrorCode::kUnsupported, Text(path, " is of a version that this rotaview does not know"),
                "use the rotaview that wrote it");
  IndexManifest manifest;
  manifest.generation = in.Number<std::uint64_t>();
  manifest.next_segment = in.Number<std::uint64_t>();
  manifest.exact_cosine = in.Real();
  manifest.similar_cosine = in.Real();
  manifest.model = in.Text();
  const auto count = in.Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) manifest.segments.push_back(ReadRef(in));
  if (!in.AtEnd() || manifest.model.size() > kMaxModelBytes || !Plausible(manifest))
    return Damaged(path, "its fields do not fit");
  return manifest;
}

Result<Sha256Digest> WriteDeleted(const fs::path& path, const RowSet& deleted, std::uint64_t entries) {
  ByteWriter out;
  out.Plain("RVDELETE");
  out.Number(entries);
  for (const std::uint64_t word : deleted) out.Number(word);
  const Status written = WriteFileAtomically(path, out.bytes());
  if (!written) return Forward(written);
  return Sha256(out.bytes());
}

Result<RowSet> ReadDeleted(const fs::path& path, const SegmentRef& ref) {
  const std::size_t words = (ref.entries + 63) / 64;
  const Result<std::vector<std::uint8_t>> bytes = ReadFile(path, std::uint64_t{1} << 30);
  if (!bytes) return Forward(bytes);
  if (Sha256(*bytes) != ref.deleted_digest) return Damaged(path, "its digest differs");
  ByteReader in(*bytes);
  const bool head = in.Plain(8) == "RVDELETE" && in.Number<std::uint64_t>() == ref.entries;
  if (!head || in.left() != words * 8) return Damaged(path, "its fields do not fit");
  RowSet deleted(words);
  std::uint64_t count = 0;
  for (std::uint64_t& word : deleted) {
    word = in.Number<std::uint64_t>();
    count += static_cast<std::uint64_t>(std::popcount(word));
  }
  const bool beyond = ref.entries % 64 != 0 && (deleted.back() >> (ref.entries % 64)) != 0;
  if (count != ref.deleted || beyond) return Damaged(path, "its rows do not fit");
  return deleted;
}

namespace {

Result<LiveSegment> OpenLive(const fs::path& folder, const SegmentRef& ref) {
  LiveSegment live{.ref = ref};
  Result<std::shared_ptr<const Segment>> segment = Segment::Open(folder / SegmentName(ref.number), ref);
  if (!segment) return Forward(segment);
  live.segment = std::move(*segment);
  if (ref.deleted == 0) return live;
  Result<RowSet> deleted = ReadDeleted(folder / DeletedName(ref.number, ref.deleted_generation), ref);
  if (!deleted) return Forward(deleted);
  live.deleted = std::move(*deleted);
  return live;
}

Result<OpenedIndex> OpenOnce(const fs::path& folder) {
  Result<IndexManifest> manifest = ReadManifest(folder);
  if (!manifest) return Forward(manifest);
  OpenedIndex opened{.manifest = std::move(*manifest), .segments = {}};
  for (const SegmentRef& ref : opened.manifest.segments) {
    Result<LiveSegment> live = OpenLive(folder, ref);
    if (!live) {
      if (live.error().code == ErrorCode::kNotFound) return Damaged(folder, live.error().message);
      return Forward(live);
    }
    opened.segments.push_back(std::move(*live));
  }
  return opened;
}

}  // namespace

Result<OpenedIndex> OpenIndex(const fs::path& folder) {
  // A writer removes the files of an older save once a newer one is in place: then the newer one is there to
  // read.
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    const Result<IndexManifest> before = ReadManifest(folder);
    if (!before) return Forward(before);
    Result<OpenedIndex> opened = OpenOnce(folder);
    if (opened || i == kTries) return opened;
    const Result<IndexManifest> after = ReadManifest(folder);
    if (!after || after->generation == before->generation) return opened;
  }
}

}  // namespace rv::index
