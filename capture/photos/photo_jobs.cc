#include "capture/photos/photo_jobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>

#include "capture/input/sniff.h"
#include "capture/pixels/encode.h"
#include "capture/pixels/luma.h"
#include "capture/sandbox/sandbox.h"
#include "capture/sandbox/wire.h"

namespace rv::photos {
namespace {

enum PhotoRecord : std::uint32_t {
  kRecordPhoto = 2,
  kRecordUnreadable = 3,
  kRecordEntry = 4,
  kRecordSize = 5
};

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
    Result<Archive> archive = Archive::Open(photo.source->zip_fd);
    if (!archive) return Forward(archive);
    return archive->Read(photo.source->zip_index, photo.source->size);
  }
  std::vector<std::uint8_t> bytes(photo.file->size());
  if (!input::ReadExactly(photo.file->fd(), 0, bytes))
    return Fail(ErrorCode::kNotFound, "it cannot be read", "check the disk and copy the photo again");
  return bytes;
}

void PutMetadata(sandbox::WireWriter& w, const still::StillMetadata& m) {
  w.Put<std::int32_t>(m.orientation).Put(m.focal_px.value_or(0.0)).PutText(m.focal_note);
  w.PutText(m.make).PutText(m.model).Put(m.capture_time_s);
}

still::StillMetadata GetMetadata(sandbox::WireReader& r) {
  still::StillMetadata m;
  m.orientation = r.Get<std::int32_t>();
  const auto focal = r.Get<double>();
  if (focal > 0 && std::isfinite(focal)) m.focal_px = focal;
  m.focal_note = r.GetText();
  m.make = r.GetText();
  m.model = r.GetText();
  m.capture_time_s = r.Get<double>();
  if (!std::isfinite(m.capture_time_s)) m.capture_time_s = 0;
  return m;
}

void SendBad(sandbox::RecordSink& sink, std::uint32_t index, const Error& e) {
  sandbox::WireWriter w;
  w.Put(index).Put<std::int32_t>(static_cast<int>(e.code)).PutText(e.message).PutText(e.remedy);
  sink.Send(kRecordUnreadable, w.bytes());
}

void DecodeOne(const OpenPhoto& photo,
               std::uint32_t index,
               std::size_t total,
               const CaptureLimits& limits,
               sandbox::RecordSink& sink) {
  const Result<std::vector<std::uint8_t>> bytes = ReadBytes(photo);
  if (!bytes) return SendBad(sink, index, bytes.error());
  const Result<still::Still> still = still::DecodeStill(*bytes, limits);
  if (!still) return SendBad(sink, index, still.error());
  const std::uint64_t pixels = static_cast<std::uint64_t>(still->rgb.width) * still->rgb.height;
  sandbox::WireWriter w;
  w.Put(index);
  pixels::PutEncoded(w, pixels::WriteJpeg(still->rgb, pixels::JpegQualityFor(pixels * total)));
  w.PutBool(!still->matte.empty());
  if (!still->matte.empty()) pixels::PutEncoded(w, pixels::WritePng(still->matte));
  pixels::PutImage(w, pixels::ShrinkRgb(still->rgb));
  PutMetadata(w, still->metadata);
  w.Put<std::uint32_t>(static_cast<std::uint32_t>(still->remarks.size()));
  for (const std::string& remark : still->remarks) w.PutText(remark);
  sink.Send(kRecordPhoto, w.bytes());
}

Result<DecodedPhoto> ReadPhoto(sandbox::WireReader& r) {
  DecodedPhoto out{.readable = true};
  Result<EncodedImage> image = pixels::GetEncoded(r, "jpeg");
  if (!image) return Forward(image);
  out.image = std::move(*image);
  if (r.GetBool()) {
    Result<EncodedImage> matte = pixels::GetEncoded(r, "png");
    if (!matte) return Forward(matte);
    out.matte = std::move(*matte);
  }
  Result<Image> luma = pixels::GetLuma(r);
  if (!luma) return Forward(luma);
  out.luma = std::move(*luma);
  out.metadata = GetMetadata(r);
  const auto remarks = r.Get<std::uint32_t>();
  for (std::uint32_t i = 0; i < remarks && r.good(); ++i) out.remarks.push_back(r.GetText());
  if (!r.done()) return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "copy the photo again");
  return out;
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
      const Status status = RunOnce(photos, begin, end);
      if (!status) return Forward(status);
      if (next_ == before)
        Settle(next_, Unreadable({ErrorCode::kCorrupt, "the decoder stopped before it", {}, {}}));
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

  void Settle(std::size_t i, DecodedPhoto photo) {
    out_[i] = std::move(photo);
    next_ = i + 1;
    ++finished_;
  }

  // Sources whose file vanished between listing and decoding.
  bool SettleUnopened() {
    for (const auto& [i, error] : open_errors_)
      if (i == next_) {
        Settle(i, Unreadable(error));
        return true;
      }
    return false;
  }

  Status RunOnce(const std::vector<OpenPhoto>& photos, std::size_t begin, std::size_t end) {
    if (SettleUnopened()) return {};
    sandbox::SandboxJob job{.prepare = still::PrepareStillDecoders};
    std::size_t stop = next_;
    while (stop < end && (photos[stop - begin].file || photos[stop - begin].source->path.empty())) ++stop;
    for (std::size_t i = next_; i < stop; ++i)
      job.keep_fds.push_back(photos[i - begin].file ? photos[i - begin].file->fd()
                                                    : photos[i - begin].source->zip_fd);
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
    if (!done) Settle(next_, Unreadable(done.error()));
    if (done && done->crashed) Settle(next_, Crashed(*done));
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
    // Results come in order; anything else is a child that lies.
    if (!r.good() || index != next_ || index >= sources_.size())
      return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "copy the photo again");
    if (type == kRecordPhoto) {
      Result<DecodedPhoto> photo = ReadPhoto(r);
      if (!photo) return Forward(photo);
      Settle(index, std::move(*photo));
    } else if (type == kRecordUnreadable) {
      const int code = r.Get<std::int32_t>();
      Error e{ErrorCode::kCorrupt, r.GetText(), r.GetText(), {}};
      if (code >= 0 && code <= static_cast<int>(ErrorCode::kCancelled)) e.code = static_cast<ErrorCode>(code);
      Settle(index, Unreadable(std::move(e)));
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

Result<std::vector<ArchiveEntry>> ListArchive(const input::OpenFile& file, const CaptureLimits& limits) {
  const sandbox::SandboxJob job{
      .run = [&](sandbox::RecordSink& sink) -> Status {
        Result<Archive> archive = Archive::Open(file.fd());
        if (!archive) return Forward(archive);
        const Result<std::vector<ArchiveEntry>> entries = archive->List(limits);
        if (!entries) return Forward(entries);
        for (const ArchiveEntry& e : *entries) {
          sandbox::WireWriter w;
          w.Put(e.index).Put(e.size).Put<std::int32_t>(static_cast<int>(e.kind)).PutText(e.name);
          sink.Send(kRecordEntry, w.bytes());
        }
        return {};
      },
      .keep_fds = {file.fd()}};
  std::vector<ArchiveEntry> out;
  const auto handler = [&](std::uint32_t, std::span<const std::uint8_t> record) -> Status {
    sandbox::WireReader r(record);
    ArchiveEntry e{.index = r.Get<std::uint64_t>(), .size = r.Get<std::uint64_t>()};
    e.kind = static_cast<input::FileKind>(r.Get<std::int32_t>());
    e.name = r.GetText();
    if (!r.done() || e.size > limits.max_bytes || !UnsafeName(e.name).empty() ||
        out.size() >= static_cast<std::size_t>(limits.max_files))
      return Fail(ErrorCode::kCorrupt, "the ZIP is damaged", "pack the photos again");
    out.push_back(std::move(e));
    return {};
  };
  const Result<sandbox::SandboxEnd> end = sandbox::RunSandboxed(job, limits, handler, {});
  if (!end) return Forward(end);
  if (end->crashed)
    return Fail(ErrorCode::kCorrupt, "the ZIP cannot be read: the reader was stopped (" + end->how + ")",
                "pack the photos again");
  return out;
}

Result<StillHeader> ProbeStillFile(const input::OpenFile& file,
                                   const std::string& name,
                                   const CaptureLimits& limits) {
  sandbox::SandboxJob job{.prepare = still::PrepareStillDecoders, .keep_fds = {file.fd()}};
  job.run = [&](sandbox::RecordSink& sink) -> Status {
    std::vector<std::uint8_t> bytes(file.size());
    if (!input::ReadExactly(file.fd(), 0, bytes))
      return Fail(ErrorCode::kNotFound, name + " cannot be read", "try again");
    const Result<still::StillSize> size = still::ProbeStill(bytes, limits);
    if (!size) return Fail(size.error().code, name + ": " + size.error().message, size.error().remedy);
    sandbox::WireWriter w;
    w.Put<std::int32_t>(size->width).Put<std::int32_t>(size->height);
    sink.Send(kRecordSize, w.bytes());
    return {};
  };
  StillHeader out;
  const auto handler = [&](std::uint32_t, std::span<const std::uint8_t> record) -> Status {
    sandbox::WireReader r(record);
    out.size.width = r.Get<std::int32_t>();
    out.size.height = r.Get<std::int32_t>();
    return {};
  };
  const Result<sandbox::SandboxEnd> end = sandbox::RunSandboxed(job, limits, handler, {});
  if (!end) return Forward(end);
  if (end->crashed || out.size.width <= 0)
    return Fail(ErrorCode::kCorrupt, name + " is damaged: its reader was stopped", "copy the photo again");
  return out;
}

}  // namespace rv::photos
