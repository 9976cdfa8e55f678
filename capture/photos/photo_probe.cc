#include "capture/photos/photo_probe.h"

#include "base/text.h"
#include "capture/sandbox/sandbox.h"
#include "capture/sandbox/wire.h"

namespace rv::photos {
namespace {

constexpr std::uint32_t kEntryRecord = 4;
constexpr std::uint32_t kSizeRecord = 5;

}  // namespace

Result<std::vector<ArchiveEntry>> ListArchive(const input::OpenFile& file, const CaptureLimits& limits) {
  const sandbox::SandboxJob job{.run = [&](sandbox::RecordSink& sink) -> Status {
                                  Result<Archive> archive = Archive::Open(file);
                                  if (!archive) return Forward(archive);
                                  const Result<std::vector<ArchiveEntry>> entries = archive->List(limits);
                                  if (!entries) return Forward(entries);
                                  for (const ArchiveEntry& e : *entries) {
                                    sandbox::WireWriter w;
                                    w.Put(e.index)
                                        .Put(e.size)
                                        .Put<std::int32_t>(static_cast<int>(e.kind))
                                        .PutText(e.name)
                                        .PutText(e.unread_format)
                                        .PutBool(e.unpacks);
                                    sink.Send(kEntryRecord, w.bytes());
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
    e.unread_format = r.GetText().substr(0, 40);
    e.unpacks = r.GetBool();
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

Result<still::StillSize> ProbeStillFile(const input::OpenFile& file,
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
    sink.Send(kSizeRecord, w.bytes());
    return {};
  };
  still::StillSize out;
  const auto handler = [&](std::uint32_t, std::span<const std::uint8_t> record) -> Status {
    sandbox::WireReader r(record);
    out.width = r.Get<std::int32_t>();
    out.height = r.Get<std::int32_t>();
    return {};
  };
  const Result<sandbox::SandboxEnd> end = sandbox::RunSandboxed(job, limits, handler, {});
  if (!end) return Forward(end);
  if (end->crashed || out.width <= 0)
    return Fail(ErrorCode::kCorrupt, name + " is damaged: its reader was stopped", "copy the photo again");
  return out;
}

}  // namespace rv::photos
