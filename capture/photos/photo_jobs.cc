#include "capture/photos/photo_jobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "capture/input/sniff.h"
#include "capture/photos/archive.h"
#include "capture/sandbox/sandbox.h"

namespace rv::photos {
namespace {

// Photos of one decoding process: few enough that open files stay few.
constexpr std::size_t kBatch = 16;
// More processes at a time would hold too many large pictures.
constexpr int kMostProcesses = 4;

// A photo ready for the child: its open file, or its place in a ZIP.
struct OpenPhoto {
  const PhotoSource* source = nullptr;
  std::optional<input::OpenFile> file;
};

Result<std::vector<std::uint8_t>> ReadBytes(const OpenPhoto& photo) {
  if (!photo.file) {
    Result<Archive> archive = Archive::Open(*photo.source->zip);
    if (!archive) return Forward(archive);
    return archive->Read(photo.source->zip_index, photo.source->size);
  }
  std::vector<std::uint8_t> bytes(photo.file->size());
  if (!input::ReadExactly(photo.file->fd(), 0, bytes))
    return Fail(ErrorCode::kNotFound, "it cannot be read", "check the disk and copy the photo again");
  return bytes;
}

void DecodeOne(const OpenPhoto& photo,
               std::uint32_t index,
               std::size_t total,
               const CaptureLimits& limits,
               sandbox::RecordSink& sink) {
  const Result<std::vector<std::uint8_t>> bytes = ReadBytes(photo);
  if (!bytes) return SendUnreadable(sink, index, bytes.error());
  const Result<still::Still> still = still::DecodeStill(*bytes, limits);
  if (!still) return SendUnreadable(sink, index, still.error());
  SendPhoto(sink, index, *still, total);
}

DecodedPhoto Unreadable(Error error) { return {.readable = false, .error = std::move(error)}; }

// One range of sources in one process after another, until each has its result.
class BatchDecoder {
 public:
  BatchDecoder(const std::vector<PhotoSource>& sources,
               const CaptureLimits& limits,
               std::vector<DecodedPhoto>& out,
               std::atomic<int>& finished,
               const std::function<Status()>& tick)
      : sources_(sources), limits_(limits), out_(out), finished_(finished), tick_(tick) {}

  Status Run(std::size_t begin, std::size_t end) {
    std::vector<OpenPhoto> photos;
    for (std::size_t i = begin; i < end; ++i) photos.push_back(Open(i));
    next_ = begin;
    while (next_ < end) {
      const std::size_t before = next_;
      if (const Status status = RunOnce(photos, begin, end); !status) return Forward(status);
      if (next_ == before)
        Store(next_, Unreadable({ErrorCode::kCorrupt, "the decoder stopped before it", {}, {}}));
    }
    return {};
  }

 private:
  OpenPhoto Open(std::size_t i) {
    OpenPhoto photo{.source = &sources_[i]};
    if (photo.source->path.empty()) return photo;
    Result<input::OpenFile> file = input::OpenFile::Open(photo.source->path, limits_.max_bytes);
    if (file) photo.file = std::move(*file);
    if (!file) open_errors_.push_back({i, file.error()});
    return photo;
  }

  void Store(std::size_t i, DecodedPhoto photo) {
    out_[i] = std::move(photo);
    next_ = i + 1;
    ++finished_;
  }

  // Sources whose file vanished between listing and decoding.
  bool StoreUnopened() {
    for (const auto& [i, error] : open_errors_)
      if (i == next_) {
        Store(i, Unreadable(error));
        return true;
      }
    return false;
  }

  Status RunOnce(const std::vector<OpenPhoto>& photos, std::size_t begin, std::size_t end) {
    if (StoreUnopened()) return {};
    sandbox::SandboxJob job{.prepare = still::PrepareStillDecoders};
    std::size_t stop = next_;
    while (stop < end && (photos[stop - begin].file || photos[stop - begin].source->path.empty())) ++stop;
    for (std::size_t i = next_; i < stop; ++i)
      job.keep_fds.push_back(photos[i - begin].file ? photos[i - begin].file->fd()
                                                    : photos[i - begin].source->zip->fd());
    const std::size_t first = next_;
    job.run = [&, first, stop](sandbox::RecordSink& sink) -> Status {
      for (std::size_t i = first; i < stop; ++i)
        DecodeOne(photos[i - begin], static_cast<std::uint32_t>(i), sources_.size(), limits_, sink);
      return {};
    };
    const auto handler = [&](std::uint32_t type, std::span<const std::uint8_t> record) {
      return Handle(type, record);
    };
    const Result<sandbox::SandboxEnd> done = sandbox::RunSandboxed(job, limits_, handler, tick_);
    if (!done && (done.error().code == ErrorCode::kCancelled || done.error().code == ErrorCode::kDevice))
      return Forward(done);
    if (next_ >= stop) return {};
    if (!done) Store(next_, Unreadable(done.error()));
    if (done && done->crashed) Store(next_, Crashed(*done));
    return {};
  }

  static DecodedPhoto Crashed(const sandbox::SandboxEnd& end) {
    if (end.out_of_memory)
      return Unreadable(
          {ErrorCode::kUnsupported, "it needs more memory to decode than is allowed", "make it smaller", {}});
    return Unreadable({ErrorCode::kCorrupt,
                       "it is damaged: the decoder was stopped (" + end.how + ")",
                       "copy the photo again",
                       {}});
  }

  Status Handle(std::uint32_t type, std::span<const std::uint8_t> record) {
    sandbox::WireReader r(record);
    const auto index = r.Get<std::uint32_t>();
    // Results come in order; anything else comes from a compromised child.
    if (!r.good() || index != next_ || index >= sources_.size())
      return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "copy the photo again");
    if (type == kRecordPhoto) {
      Result<DecodedPhoto> photo = ReadPhoto(r);
      if (!photo) return Forward(photo);
      Store(index, std::move(*photo));
    } else if (type == kRecordUnreadable) {
      Store(index, Unreadable(ReadUnreadable(r)));
    }
    return {};
  }

  const std::vector<PhotoSource>& sources_;
  const CaptureLimits& limits_;
  std::vector<DecodedPhoto>& out_;
  std::atomic<int>& finished_;
  const std::function<Status()>& tick_;
  std::size_t next_ = 0;
  std::vector<std::pair<std::size_t, Error>> open_errors_;
};

}  // namespace

Result<std::vector<DecodedPhoto>> DecodePhotos(const std::vector<PhotoSource>& sources,
                                               const CaptureLimits& limits,
                                               int threads,
                                               const Progress& progress) {
  std::vector<DecodedPhoto> out(sources.size());
  std::atomic<int> finished{0};
  std::atomic<int> working{0};
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> next_batch{0};
  std::mutex mutex;
  Status outcome;
  const std::function<Status()> tick = [&]() -> Status {
    if (stop) return Cancelled();
    return {};
  };
  const int processes = std::clamp(threads, 1, kMostProcesses);
  const std::size_t per_process = (sources.size() + processes - 1) / processes;
  const std::size_t batch = std::clamp<std::size_t>(per_process, 1, kBatch);
  const auto work = [&] {
    for (std::size_t begin = batch * next_batch++; begin < sources.size() && !stop;
         begin = batch * next_batch++) {
      BatchDecoder decoder(sources, limits, out, finished, tick);
      const Status status = decoder.Run(begin, std::min(begin + batch, sources.size()));
      if (status) continue;
      const std::lock_guard lock(mutex);
      if (outcome) outcome = Forward(status);
      stop = true;
    }
    --working;
  };
  std::vector<std::jthread> pool;
  working = processes;
  for (int i = 0; i < processes; ++i) pool.emplace_back(work);
  bool cancelled = false;
  while (working > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const double fraction =
        static_cast<double>(finished) / static_cast<double>(std::max<std::size_t>(1, sources.size()));
    if (!cancelled && !Report(progress, "decode", fraction)) cancelled = stop = true;
  }
  pool.clear();
  if (cancelled) return Cancelled();
  if (!outcome) return Forward(outcome);
  return out;
}

}  // namespace rv::photos
