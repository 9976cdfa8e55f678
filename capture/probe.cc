#include "capture/probe.h"

#include "capture/input/sniff.h"
#include "capture/photos/photo_probe.h"
#include "capture/sandbox/sandbox.h"
#include "capture/video/video_jobs.h"

namespace rv {
namespace {

Result<MediaProbe> ProbeVideo(const input::OpenFile& file,
                              const std::string& name,
                              const CaptureLimits& limits) {
  const video::VideoSource source{.fd = file.fd(), .size = file.size(), .name = name, .limits = limits};
  const sandbox::SandboxJob job{
      .run = [&](sandbox::RecordSink& sink) { return video::ProbeJob(source, sink); },
      .keep_fds = {file.fd()}};
  MediaProbe out;
  const auto handler = [&](std::uint32_t, std::span<const std::uint8_t> record) -> Status {
    Result<MediaProbe> probe = video::ReadProbe(record);
    if (!probe) return Forward(probe);
    out = std::move(*probe);
    return {};
  };
  const Result<sandbox::SandboxEnd> end = sandbox::RunSandboxed(job, limits, handler, {});
  if (!end) return Forward(end);
  if (end->crashed || out.width <= 0)
    return Fail(ErrorCode::kCorrupt, name + " is damaged: its reader was stopped", "record the clip again");
  return out;
}

}  // namespace

Result<MediaProbe> ProbeMedia(const std::filesystem::path& path, const CaptureLimits& limits) {
  if (const Status valid = limits.Validate(); !valid) return Forward(valid);
  const Result<input::OpenFile> file = input::OpenFile::Open(path, limits.max_bytes);
  if (!file) return Forward(file);
  const std::string name = path.filename().string();
  if (file->kind() == input::FileKind::kVideo) return ProbeVideo(*file, name, limits);
  if (!input::IsPhoto(file->kind()))
    return Fail(ErrorCode::kUnsupported, name + " is neither a clip nor a photo",
                "give the clip as it came from the phone");
  const Result<still::StillSize> size = photos::ProbeStillFile(*file, name, limits);
  if (!size) return Forward(size);
  MediaProbe out{.container = std::string(input::FileKindName(file->kind())), .bytes = file->size()};
  out.width = size->width;
  out.height = size->height;
  return out;
}

}  // namespace rv
