#include "capture/probe.h"

#include "capture/photo_jobs.h"
#include "capture/sandbox.h"
#include "capture/sniff.h"
#include "capture/video_jobs.h"

namespace rv {
namespace {

Result<MediaProbe> ProbeVideo(const internal::OpenFile& file,
                              const std::string& name,
                              const CaptureLimits& limits) {
  using namespace internal;
  const VideoSource source{.fd = file.fd(), .size = file.size(), .name = name, .limits = limits};
  const SandboxJob job{.run = [&](RecordSink& sink) { return ProbeJob(source, sink); },
                       .keep_fds = {file.fd()}};
  MediaProbe out;
  const auto handler = [&](std::uint32_t, std::span<const std::uint8_t> record) -> Status {
    Result<MediaProbe> probe = ReadProbe(record);
    if (!probe) return Forward(probe);
    out = std::move(*probe);
    return {};
  };
  const Result<SandboxEnd> end = RunSandboxed(job, limits, handler, {});
  if (!end) return Forward(end);
  if (end->crashed || out.width <= 0)
    return Fail(ErrorCode::kCorrupt, name + " is damaged: its reader was stopped", "record the clip again");
  return out;
}

}  // namespace

Result<MediaProbe> ProbeMedia(const std::filesystem::path& path, const CaptureLimits& limits) {
  if (const Status valid = limits.Validate(); !valid) return Forward(valid);
  const Result<internal::OpenFile> file = internal::OpenFile::Open(path, limits.max_bytes);
  if (!file) return Forward(file);
  const std::string name = path.filename().string();
  if (file->kind() == internal::FileKind::kVideo) return ProbeVideo(*file, name, limits);
  if (!internal::IsPhoto(file->kind()))
    return Fail(ErrorCode::kUnsupported, name + " is neither a clip nor a photo",
                "give the clip as it came from the phone");
  const Result<internal::StillHeader> header = internal::ProbeStillFile(*file, name, limits);
  if (!header) return Forward(header);
  MediaProbe out{.container = std::string(internal::FileKindName(file->kind())), .bytes = file->size()};
  out.width = header->size.width;
  out.height = header->size.height;
  return out;
}

}  // namespace rv
