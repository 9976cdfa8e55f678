// The ffmpeg and ffprobe commands, and bytes of files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/campaign/random.h"

namespace rv::campaign {

using Bytes = std::vector<std::uint8_t>;

// Runs a tool whose output nobody reads. Fails with its last words.
Status RunTool(const std::vector<std::string>& arguments, const std::filesystem::path& log);

// Arguments of ffmpeg as words; a path may hold spaces, so it is a word of its own.
class FfmpegCall {
 public:
  explicit FfmpegCall(std::filesystem::path log) : log_(std::move(log)) {}
  FfmpegCall& Words(std::string_view words);  // split at spaces
  FfmpegCall& Word(const std::string& word);
  FfmpegCall& Input(const std::filesystem::path& path);
  Status Write(const std::filesystem::path& path);

 private:
  std::filesystem::path log_;
  std::vector<std::string> words_;
};

// Frames of the video track `track` that ffprobe shows.
Result<int> CountFrames(const std::filesystem::path& clip,
                        const std::filesystem::path& log,
                        std::string_view track = "v:0");

Bytes ReadBytes(const std::filesystem::path& path);
Status WriteBytes(const std::filesystem::path& path, const Bytes& bytes);
Bytes ToBytes(std::string_view text);
Bytes RandomBytes(Random& random, std::size_t count);
// Cut to `share` of its length, at least one byte.
void CutOff(Bytes& bytes, double share);
// Overwrites `runs` runs of up to `longest` bytes, in the given part of the file.
void Overwrite(Random& random, int runs, int longest, double from, double to, Bytes& bytes);

}  // namespace rv::campaign
