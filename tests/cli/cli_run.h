// Runs the built `rotaview` program as a person would.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/temp_folder.h"

namespace rv {

// What a run of the program left.
struct CliResult {
  int exit_code = -1;  // 128 + signal when killed by one
  std::string out;
  std::string err;

  // stdout, one JSON object a line; throws where a line is none.
  std::vector<nlohmann::json> Events() const;
};

// A folder of the test's own, gone with it, and runs whose working directory it is; their TMPDIR is elsewhere
// and must be empty when the test ends.
class CliFixture {
 public:
  CliFixture();
  ~CliFixture();
  CliFixture(const CliFixture&) = delete;
  CliFixture& operator=(const CliFixture&) = delete;

  const std::filesystem::path& folder() const { return folder_.path(); }
  // Everything in the folder, hidden files too, sorted; the captured output is kept elsewhere.
  std::vector<std::string> Files() const;

  pid_t Start(const std::vector<std::string>& arguments);
  CliResult Wait(pid_t pid);
  // What the running program has printed on stdout so far.
  std::string OutputOf(pid_t pid) const;
  CliResult Run(const std::vector<std::string>& arguments) { return Wait(Start(arguments)); }

 private:
  TempFolder folder_;
  TempFolder logs_;
};

// The committed sample clip.
std::filesystem::path DemoClip();

// Writes `count` small photos of a patterned disc that turns a little from one to the next.
void WriteTurningPhotos(const std::filesystem::path& folder, int count);

std::string ReadText(const std::filesystem::path& path);

}  // namespace rv
