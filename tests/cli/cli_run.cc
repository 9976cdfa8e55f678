#include "tests/cli/cli_run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <numbers>
#include <sstream>

#include "scene/image.h"

namespace rv {

namespace fs = std::filesystem;

std::vector<nlohmann::json> CliResult::Events() const {
  std::vector<nlohmann::json> events;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  return events;
}

CliFixture::CliFixture()
    : folder_(TempFolder::Make("rotaview-test").value()), logs_(TempFolder::Make("rotaview-test").value()) {
  fs::create_directory(logs_.path() / "tmp");
}

CliFixture::~CliFixture() {
  EXPECT_TRUE(fs::is_empty(logs_.path() / "tmp")) << "temporary files were left behind";
}

std::vector<std::string> CliFixture::Files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder()))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

pid_t CliFixture::Start(const std::vector<std::string>& arguments) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const fs::path out = logs_.path() / (std::to_string(getpid()) + ".out"),
                 err = logs_.path() / (std::to_string(getpid()) + ".err");
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  setenv("TMPDIR", (logs_.path() / "tmp").c_str(), 1);
  std::vector<char*> pointers = {const_cast<char*>(ROTAVIEW_PROGRAM)};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  if (chdir(folder().c_str()) == 0) execv(ROTAVIEW_PROGRAM, pointers.data());
  _exit(127);
}

std::string CliFixture::OutputOf(pid_t pid) const {
  return ReadText(logs_.path() / (std::to_string(pid) + ".out"));
}

CliResult CliFixture::Wait(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  CliResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = OutputOf(pid);
  result.err = ReadText(logs_.path() / (std::to_string(pid) + ".err"));
  return result;
}

fs::path DemoClip() { return fs::path(ROTAVIEW_ROOT) / "assets/demo/demo.mp4"; }

void WriteTurningPhotos(const fs::path& folder, int count) {
  constexpr int kWidth = 240, kHeight = 180;
  fs::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    Image image = Image::Make(kWidth, kHeight, 3, 235);
    const double turn = 2 * std::numbers::pi * i / count;
    for (int y = 20; y < kHeight - 20; ++y) {
      for (int x = 60; x < kWidth - 60; ++x) {
        // A standing cylinder with a pattern round it.
        const double across = (x - kWidth / 2.0) / 60;
        const double angle = std::asin(std::clamp(across, -1.0, 1.0)) + turn;
        const double wave = std::sin(5 * angle) * std::cos(y / 9.0 + 2 * std::sin(3 * angle));
        std::uint8_t* pixel = image.at(x, y);
        pixel[0] = static_cast<std::uint8_t>(120 + 100 * wave);
        pixel[1] = static_cast<std::uint8_t>(90 + 60 * std::sin(7 * angle + y / 13.0));
        pixel[2] = static_cast<std::uint8_t>(70 + 40 * wave);
      }
    }
    char name[32];
    std::snprintf(name, sizeof(name), "photo%d.jpg", i + 1);
    const EncodedImage encoded = EncodeJpeg(image, 92);
    std::ofstream(folder / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(encoded.bytes.data()),
               static_cast<std::streamsize>(encoded.bytes.size()));
  }
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rv
