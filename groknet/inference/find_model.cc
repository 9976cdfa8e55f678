#include "groknet/inference/find_model.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/text.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

std::string MakeOrFetch() {
  return "give one with --model FILE or ROTAVIEW_MODEL, or train one (groknet/training)";
}

Result<fs::path> Named(const fs::path& path, const std::string& by) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return path;
  return Fail(ErrorCode::kNotFound, Text("no model ", path, " (", by, ")"), MakeOrFetch());
}

}  // namespace

Result<fs::path> FindModel(const fs::path& given) {
  if (!given.empty()) return Named(given, "--model");
  const char* const named = std::getenv("ROTAVIEW_MODEL");
  if (named != nullptr && *named != '\0') return Named(named, "ROTAVIEW_MODEL");
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  std::vector<std::string> looked;
  // Installed, then as built: build/PRESET/cli/rotaview.
  for (const char* place : {"../share/rotaview/models", "../../../assets/models"}) {
    const fs::path path = (folder / place / kModelFile).lexically_normal();
    if (fs::is_regular_file(path, ignored)) return path;
    looked.push_back("not at " + path.string());
  }
  return Fail(ErrorCode::kNotFound, Text("no recognition model ", kModelFile, " was found"), MakeOrFetch(),
              std::move(looked));
}

}  // namespace rv
