#include "capture/capture.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/text.h"
#include "capture/capture_photos.h"
#include "capture/capture_video.h"
#include "capture/input/sniff.h"
#include "capture/photos/folder.h"
#include "capture/pose_priors.h"

namespace rv {
namespace fs = std::filesystem;
namespace {

// The last part of the path that names something: "bike" for "bike/".
std::string NameOf(const fs::path& source) {
  const fs::path clean = fs::absolute(source).lexically_normal();
  return (clean.filename().empty() ? clean.parent_path() : clean).filename().string();
}

Result<CaptureResult> CaptureFile(const fs::path& source,
                                  const std::string& name,
                                  const CaptureOptions& options,
                                  const Progress& progress) {
  Result<input::OpenFile> file = input::OpenFile::Open(source, options.limits.max_bytes);
  if (!file) return Forward(file);
  if (file->kind() == input::FileKind::kVideo)
    return capture::CaptureVideo(std::move(*file), name, options, progress);
  if (file->kind() == input::FileKind::kZip) return capture::CapturePhotoZip(*file, name, options, progress);
  if (input::IsPhoto(file->kind())) return capture::CaptureSinglePhoto(source, options, progress);
  const std::string remedy(input::UnreadRemedy(file->kind()));
  if (!file->unread_format().empty())
    return Fail(ErrorCode::kUnsupported,
                Text(name, " is not supported: its format is ", file->unread_format()), remedy);
  return Fail(ErrorCode::kUnsupported,
              name + " is neither a clip nor a photo nor a ZIP, whatever its name says", remedy);
}

Result<CaptureResult> CaptureFolder(const fs::path& source,
                                    const std::string& name,
                                    const CaptureOptions& options,
                                    const Progress& progress,
                                    fs::path& priors) {
  const Result<photos::FolderContents> folder = photos::ReadFolder(source, options.limits);
  if (!folder) return Forward(folder);
  if (priors.empty()) priors = folder->transforms;
  if (!folder->video) return capture::CapturePhotoFolder(*folder, name, options, progress);
  Result<CaptureResult> result =
      CaptureFile(*folder->video, folder->video->filename().string(), options, progress);
  if (!result) return result;
  Sweep& sweep = result->sweep;
  sweep.warnings.insert(sweep.warnings.begin(), folder->warnings.begin(), folder->warnings.end());
  sweep.rejected.insert(sweep.rejected.end(), folder->rejected.begin(), folder->rejected.end());
  return result;
}

}  // namespace

Status CaptureOptions::Validate() const {
  if (max_frames < 2 || max_frames > 2000)
    return Fail(ErrorCode::kInvalidArgument,
                Text("max_frames is ", max_frames, ", but must be from 2 to 2000"), "leave it out");
  if (threads < 0)
    return Fail(ErrorCode::kInvalidArgument, Text("threads is ", threads, ", but must not be negative"),
                "use 0 for all");
  for (const int number : keep_frames)
    if (number < 0)
      return Fail(ErrorCode::kInvalidArgument,
                  Text("keep_frames has ", number, ", but frames are numbered from 0"),
                  "correct the list of frames to keep");
  return limits.Validate();
}

Result<CaptureResult> CaptureTimed(const fs::path& source,
                                   const CaptureOptions& options,
                                   const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  std::error_code error;
  const fs::file_status status = fs::status(source, error);
  if (!fs::exists(status))
    return Fail(ErrorCode::kNotFound, source.string() + " does not exist", "check the name");
  if (!Report(progress, "decode", 0)) return Cancelled();
  const std::string name = NameOf(source);
  fs::path priors = options.pose_priors;
  Result<CaptureResult> result = fs::is_directory(status)
                                     ? CaptureFolder(source, name, options, progress, priors)
                                     : CaptureFile(source, name, options, progress);
  if (!result) return Forward(result);
  if (!priors.empty())
    if (const Status applied = capture::ApplyPosePriors(priors, result->sweep); !applied)
      return Forward(applied);
  if (!Report(progress, "decode", 1)) return Cancelled();
  return result;
}

Result<Sweep> CaptureSweep(const fs::path& source, const CaptureOptions& options, const Progress& progress) {
  Result<CaptureResult> result = CaptureTimed(source, options, progress);
  if (!result) return Forward(result);
  return std::move(result->sweep);
}

Result<std::vector<int>> ReadKeepFrames(const fs::path& path) {
  std::ifstream file(path);
  if (!file) return Fail(ErrorCode::kNotFound, path.string() + " cannot be read", "check the name");
  std::vector<int> out;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const std::size_t end = line.find_last_not_of(" \t\r") + 1;
    int value = 0;
    const auto [at, error] = std::from_chars(line.data() + begin, line.data() + end, value);
    if (error != std::errc() || at != line.data() + end || value < 0)
      return Fail(
          ErrorCode::kInvalidArgument,
          Text(path.filename(), " line ", number, ": \"",
               line.substr(begin, std::min<std::size_t>(end - begin, 40)), "\" is not a frame number"),
          "write one number from 0 a line");
    out.push_back(value);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace rv
