#include "groknet/index/index_writer.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "groknet/index/index_folder.h"
#include "groknet/index/index_manifest.h"

namespace rv {
namespace fs = std::filesystem;
namespace {

// Entries gathered in memory before they are written as a segment: about 120 MB.
constexpr std::size_t kFlushEntries = 131'072;
// A save merges segments on its own only up to this many entries, about 30 MB, so that it stays quick.
constexpr std::uint64_t kMergeEntries = 32'768;
// This many neighbors of one size class (powers of it) are merged into one.
constexpr std::uint64_t kMergeFactor = 8;

std::uint64_t SizeClass(std::uint64_t entries) {
  std::uint64_t size_class = 0;
  for (; entries >= kMergeFactor; entries /= kMergeFactor) ++size_class;
  return size_class;
}

}  // namespace

struct IndexWriter::State {
  fs::path folder;
  index::WriterLock lock;
  index::IndexManifest manifest;
  std::vector<index::LiveSegment> segments;  // the last save's and those written since
  std::vector<index::StoredEntry> pending;
  std::vector<bool> pending_gone;
  std::unordered_map<std::string, std::vector<std::size_t>> pending_of;  // id -> places in `pending`
  std::unordered_set<std::string> replaced;  // ids added with kReplaceProduct since the last save

  Status Create(const IndexModel& model);
  Status Adopt(const IndexModel& model);
  Result<std::size_t> Remove(const std::string& id, const std::string* path);
  void MarkDeleted(index::LiveSegment& live, std::uint32_t row);
  Result<index::LiveSegment> WriteNew(std::span<const index::StoredEntry> entries);
  Status Flush();
  Result<std::vector<index::LiveSegment>> Rewrite(std::span<const index::LiveSegment> old);
  Status MergeSmall();
  Status SaveDeleted();
};

Status IndexWriter::State::Create(const IndexModel& model) {
  if (const Status fresh = index::CheckNewFolder(folder); !fresh) return Forward(fresh);
  manifest = {
      .model = model.name, .exact_cosine = model.exact_cosine, .similar_cosine = model.similar_cosine};
  // Saved at once: from now on a folder with segments but no manifest is known to be damaged.
  return index::WriteManifest(folder, manifest);
}

Status IndexWriter::State::Adopt(const IndexModel& model) {
  if (model.name.empty() || model.name == manifest.model) return {};
  if (!manifest.model.empty())
    return Fail(ErrorCode::kInvalidArgument,
                Text("the index ", folder, " was made with ", manifest.model, ", not ", model.name),
                "build a new index: embeddings of different models cannot be compared");
  manifest.model = model.name;
  manifest.exact_cosine = model.exact_cosine;
  manifest.similar_cosine = model.similar_cosine;
  return {};
}

Result<IndexWriter> IndexWriter::Open(const fs::path& folder, const IndexModel& model) {
  auto state = std::make_unique<State>();
  state->folder = folder;
  if (const Status there = index::MakeFolder(folder); !there) return Forward(there);
  std::error_code error;
  const bool is_new = !fs::exists(folder / index::kManifestName, error);
  // Nothing is put into a folder that holds other things.
  if (is_new) {
    const Result<index::IndexManifest> missing = index::ReadManifest(folder);
    if (!missing && missing.error().code == ErrorCode::kCorrupt) return Forward(missing);
    if (const Status fresh = index::CheckNewFolder(folder); !fresh) return Forward(fresh);
  }
  if (const Status locked = state->lock.Take(folder / index::kLockName); !locked) return Forward(locked);
  if (!fs::exists(folder / index::kManifestName, error)) {
    if (const Status created = state->Create(model); !created) return Forward(created);
    return IndexWriter(std::move(state));
  }
  Result<index::OpenedIndex> opened = index::OpenIndex(folder);
  if (!opened) return Forward(opened);
  state->manifest = std::move(opened->manifest);
  state->segments = std::move(opened->segments);
  if (const Status adopted = state->Adopt(model); !adopted) return Forward(adopted);
  index::RemoveUnusedFiles(folder);
  return IndexWriter(std::move(state));
}

IndexWriter::IndexWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexWriter::IndexWriter(IndexWriter&&) noexcept = default;
IndexWriter& IndexWriter::operator=(IndexWriter&&) noexcept = default;
// Segments written since the last save are in nobody's manifest and go.
IndexWriter::~IndexWriter() {
  if (state_ != nullptr) index::RemoveUnusedFiles(state_->folder);
}

void IndexWriter::State::MarkDeleted(index::LiveSegment& live, std::uint32_t row) {
  if (live.deleted.empty()) live.deleted.resize((live.ref.entries + 63) / 64);
  live.deleted[row / 64] |= std::uint64_t{1} << (row % 64);
  ++live.ref.deleted;
  live.changed = true;
}

// Deletes what is there under an id; with a path, only its picture.
Result<std::size_t> IndexWriter::State::Remove(const std::string& id, const std::string* path) {
  std::size_t removed = 0;
  const std::uint64_t key = index::ProductKey(id);
  for (index::LiveSegment& live : segments) {
    for (const std::uint32_t row : live.segment->RowsOf(key)) {
      if (live.IsDeleted(row)) continue;
      const Result<IndexEntry> entry = live.segment->ReadRecord(row);
      if (!entry) return Forward(entry);
      if (entry->id != id || (path != nullptr && entry->path != *path)) continue;
      MarkDeleted(live, row);
      ++removed;
    }
  }
  const auto waiting = pending_of.find(id);
  if (waiting == pending_of.end()) return removed;
  for (const std::size_t place : waiting->second) {
    if (pending_gone[place] || (path != nullptr && pending[place].entry.path != *path)) continue;
    pending_gone[place] = true;
    ++removed;
  }
  return removed;
}

Status IndexWriter::Add(IndexEntry entry, AddMode mode) {
  State& state = *state_;
  Result<index::StoredEntry> stored = index::PrepareEntry(std::move(entry));
  if (!stored) return Forward(stored);
  const std::string& id = stored->entry.id;
  const bool replace = mode == AddMode::kReplaceProduct && state.replaced.insert(id).second;
  if (replace || !stored->entry.path.empty()) {
    const Result<std::size_t> removed = state.Remove(id, replace ? nullptr : &stored->entry.path);
    if (!removed) return Forward(removed);
  }
  state.pending_of[id].push_back(state.pending.size());
  state.pending.push_back(std::move(*stored));
  state.pending_gone.push_back(false);
  return state.pending.size() >= kFlushEntries ? state.Flush() : Status();
}

Result<std::size_t> IndexWriter::Delete(const std::string& id) {
  state_->replaced.erase(id);
  return state_->Remove(id, nullptr);
}

Result<index::LiveSegment> IndexWriter::State::WriteNew(std::span<const index::StoredEntry> entries) {
  const std::uint64_t number = manifest.next_segment++;
  const fs::path path = folder / index::SegmentName(number);
  Result<index::SegmentRef> ref = index::WriteSegment(path, entries);
  if (!ref) return Forward(ref);
  ref->number = number;
  Result<std::shared_ptr<const index::Segment>> segment = index::Segment::Open(path, *ref);
  if (!segment) return Forward(segment);
  return index::LiveSegment{.segment = std::move(*segment), .deleted = {}, .ref = *ref};
}

Status IndexWriter::State::Flush() {
  std::vector<index::StoredEntry> staying;
  for (std::size_t i = 0; i < pending.size(); ++i)
    if (!pending_gone[i]) staying.push_back(std::move(pending[i]));
  pending.clear();
  pending_gone.clear();
  pending_of.clear();
  if (staying.empty()) return {};
  Result<index::LiveSegment> live = WriteNew(staying);
  if (!live) return Forward(live);
  segments.push_back(std::move(*live));
  return {};
}

// The entries of some neighbors, without the deleted ones, as new segments in the same order.
Result<std::vector<index::LiveSegment>> IndexWriter::State::Rewrite(std::span<const index::LiveSegment> old) {
  std::vector<index::LiveSegment> written;
  std::vector<index::StoredEntry> entries;
  const auto flush = [&]() -> Status {
    Result<index::LiveSegment> live = WriteNew(entries);
    if (!live) return Forward(live);
    written.push_back(std::move(*live));
    entries.clear();
    return {};
  };
  for (const index::LiveSegment& live : old) {
    for (std::size_t row = 0; row < live.segment->size(); ++row) {
      if (live.IsDeleted(row)) continue;
      Result<index::StoredEntry> stored = live.segment->ReadStored(row);
      if (!stored) return Forward(stored);
      entries.push_back(std::move(*stored));
      if (entries.size() < kFlushEntries) continue;
      if (const Status flushed = flush(); !flushed) return Forward(flushed);
    }
  }
  if (entries.empty()) return written;
  if (const Status flushed = flush(); !flushed) return Forward(flushed);
  return written;
}

// Newest first: as long as enough of the last segments are of the last one's class or smaller, they become
// one.
Status IndexWriter::State::MergeSmall() {
  for (;;) {
    std::erase_if(segments, [](const index::LiveSegment& live) { return live.alive() == 0; });
    if (segments.empty()) return {};
    const std::uint64_t size_class = SizeClass(segments.back().alive());
    std::size_t count = 0;
    std::uint64_t entries = 0;
    while (count < segments.size()) {
      const index::LiveSegment& live = segments[segments.size() - 1 - count];
      if (SizeClass(live.alive()) > size_class || entries + live.alive() > kMergeEntries) break;
      entries += live.alive();
      ++count;
    }
    if (count < kMergeFactor) return {};
    const std::size_t first = segments.size() - count;
    Result<std::vector<index::LiveSegment>> merged = Rewrite(std::span(segments).subspan(first));
    if (!merged) return Forward(merged);
    segments.resize(first);
    std::ranges::move(*merged, std::back_inserter(segments));
  }
}

Status IndexWriter::Compact() {
  State& state = *state_;
  if (const Status flushed = state.Flush(); !flushed) return Forward(flushed);
  Result<std::vector<index::LiveSegment>> all = state.Rewrite(state.segments);
  if (!all) return Forward(all);
  state.segments = std::move(*all);
  return {};
}

Status IndexWriter::State::SaveDeleted() {
  for (index::LiveSegment& live : segments) {
    if (!live.changed) continue;
    const fs::path path = folder / index::DeletedName(live.ref.number, manifest.generation + 1);
    const Result<Sha256Digest> digest = index::WriteDeleted(path, live.deleted, live.ref.entries);
    if (!digest) return Forward(digest);
    live.ref.deleted_generation = manifest.generation + 1;
    live.ref.deleted_digest = *digest;
    live.changed = false;
  }
  return {};
}

Status IndexWriter::Commit() {
  State& state = *state_;
  if (const Status flushed = state.Flush(); !flushed) return Forward(flushed);
  if (const Status merged = state.MergeSmall(); !merged) return Forward(merged);
  std::uint64_t entries = 0;
  for (const index::LiveSegment& live : state.segments) entries += live.ref.entries;
  if (entries > std::numeric_limits<std::uint32_t>::max())
    return Fail(ErrorCode::kUnsupported, "an index holds at most 4,294,967,295 pictures",
                "use several indexes");
  if (const Status saved = state.SaveDeleted(); !saved) return Forward(saved);
  index::IndexManifest next = state.manifest;
  next.generation += 1;
  next.segments.clear();
  for (const index::LiveSegment& live : state.segments) next.segments.push_back(live.ref);
  if (const Status written = index::WriteManifest(state.folder, next); !written) return Forward(written);
  state.manifest = std::move(next);
  state.replaced.clear();
  index::RemoveUnusedFiles(state.folder);
  return {};
}

}  // namespace rv
