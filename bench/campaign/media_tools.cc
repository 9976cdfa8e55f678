#include "bench/campaign/media_tools.h"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/child_process.h"
#include "base/text.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

std::string LastWords(const fs::path& log) {
  const Bytes bytes = ReadBytes(log);
  const std::size_t from = bytes.size() > 300 ? bytes.size() - 300 : 0;
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end()};
}

}  // namespace

Status RunTool(const std::vector<std::string>& arguments, const fs::path& log) {
  // Not RunChild: it looks ten times a second, and most calls take less than that.
  const Result<pid_t> pid = StartChild({.arguments = arguments, .stdout_file = log, .stderr_file = log});
  if (!pid) return Forward(pid);
  int status = 0;
  while (waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (ExitStatus(status) == 0) return {};
  return Fail(ErrorCode::kUnsupported,
              Text(arguments[0], " ended with ", ExitStatus(status), ": ", LastWords(log)));
}

FfmpegCall& FfmpegCall::Words(std::string_view words) {
  std::istringstream in{std::string(words)};
  for (std::string word; in >> word;) words_.push_back(word);
  return *this;
}

FfmpegCall& FfmpegCall::Word(const std::string& word) {
  words_.push_back(word);
  return *this;
}

FfmpegCall& FfmpegCall::Input(const fs::path& path) { return Words("-i").Word(path.string()); }

Status FfmpegCall::Write(const fs::path& path) {
  // One thread and no date or random number in the file: the same bytes on each run.
  std::vector<std::string> all{"ffmpeg", "-nostdin", "-v", "error", "-y"};
  all.insert(all.end(), words_.begin(), words_.end());
  all.insert(all.end(), {"-threads", "1", "-fflags", "+bitexact", path.string()});
  return RunTool(all, log_);
}

Result<int> CountFrames(const fs::path& clip, const fs::path& log, std::string_view track) {
  const Status ran =
      RunTool({"ffprobe", "-v", "error", "-count_frames", "-select_streams", std::string(track),
               "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", clip.string()},
              log);
  if (!ran) return Forward(ran);
  const std::string text = LastWords(log);
  int count = 0;
  // A program of a transport stream repeats the line.
  if (std::from_chars(text.data(), text.data() + text.size(), count).ec != std::errc())
    return Fail(ErrorCode::kUnsupported, "ffprobe counts no frames: " + text);
  return count;
}

Bytes ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Status WriteBytes(const fs::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (file.flush()) return {};
  return Fail(ErrorCode::kNotFound, "cannot write " + path.string());
}

Bytes ToBytes(std::string_view text) { return {text.begin(), text.end()}; }

Bytes RandomBytes(Random& random, std::size_t count) {
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.Next());
  return bytes;
}

void CutOff(Bytes& bytes, double share) {
  const auto left = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
  bytes.resize(std::clamp<std::size_t>(left, 1, bytes.size()));
}

void Overwrite(Random& random, int runs, int longest, double from, double to, Bytes& bytes) {
  for (int i = 0; i < runs; ++i) {
    const auto at = static_cast<std::size_t>(random.Share(from, to) * static_cast<double>(bytes.size()));
    const auto end = std::min(bytes.size(), at + static_cast<std::size_t>(random.Between(1, longest)));
    for (std::size_t k = at; k < end; ++k) bytes[k] = static_cast<std::uint8_t>(random.Next());
  }
}

}  // namespace rv::campaign
