#include "bench/bench_set.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/natural_order.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Subfolders(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory(error)) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string ReadTrust(const fs::path& set_folder) {
  std::ifstream in(set_folder / "meta.json");
  const nlohmann::json meta = nlohmann::json::parse(in, nullptr, false);
  if (!meta.is_object()) return {};
  const auto truth = meta.find("ground_truth");
  if (truth == meta.end() || !truth->is_object()) return {};
  const auto trust = truth->find("trust");
  return trust != truth->end() && trust->is_string() ? trust->get<std::string>() : std::string();
}

fs::path IfExists(const fs::path& file) { return fs::exists(file) ? file : fs::path(); }

std::vector<BenchSet> SetsOf(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const std::string trust = ReadTrust(folder);
  const auto make = [&](const std::string& part, const fs::path& source, bool video, const fs::path& truth) {
    const std::string full = part.empty() ? name : name + "/" + part;
    return BenchSet{full, source, video, truth, truth.empty() ? std::string() : trust};
  };
  std::vector<BenchSet> sets;
  const fs::path images = folder / "images";
  const bool photos = !FilesInNaturalOrder(images).empty();
  if (photos) sets.push_back(make("", images, false, IfExists(folder / "gt.json")));
  for (const fs::path& part : Subfolders(images))
    sets.push_back(make(part.filename().string(), part, false, {}));
  const std::vector<fs::path> videos = FilesInNaturalOrder(folder / "video");
  for (const fs::path& video : videos) {
    const bool named = photos || videos.size() > 1;
    const std::string part = named ? video.filename().string() : std::string();
    sets.push_back(make(part, video, true, IfExists(folder / "gt_video.json")));
  }
  return sets;
}

}  // namespace

std::vector<fs::path> FilesInNaturalOrder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_regular_file(error) && !entry.path().filename().string().starts_with('.'))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return NaturalLess(a.filename().string(), b.filename().string());
  });
  return files;
}

bool NamesSet(const std::string& name, const BenchSet& set) {
  return name == set.name || set.name.starts_with(name + "/");
}

Result<std::vector<BenchSet>> FindBenchSets(const fs::path& folder) {
  const fs::path root = fs::absolute(folder).lexically_normal();
  // A trailing slash would leave the set without a name.
  std::vector<BenchSet> sets = SetsOf(root.has_filename() ? root : root.parent_path());
  if (sets.empty()) {
    for (const fs::path& sub : Subfolders(folder)) {
      const std::vector<BenchSet> found = SetsOf(fs::absolute(sub));
      sets.insert(sets.end(), found.begin(), found.end());
    }
  }
  if (sets.empty()) {
    return Fail(ErrorCode::kNotFound, "no sweep in " + folder.string(),
                "give a folder with images/ or video/ in it, or one that holds such folders");
  }
  return sets;
}

}  // namespace rv
