// Finds the sweeps of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

// One thing to convert: a folder of photos or a video.
struct BenchSet {
  std::string name;  // the set's folder; "folder/part" where one set's folder holds several
  std::filesystem::path source;
  bool video = false;
  std::filesystem::path truth;  // gt.json, for a video gt_video.json; empty: no ground truth
  std::string trust;            // of the truth, from meta.json: "metric", "exact", "computed", "none", ...
};

// The sets under `folder`, by name: each folder with `images/` (photos; its subfolders are sets of their own)
// or `video/` (each file is a set). `folder` may be such a folder itself, or hold several. Other folders are
// passed over. Fails with kNotFound when there is no set.
Result<std::vector<BenchSet>> FindBenchSets(const std::filesystem::path& folder);

// Whether `name`, as given to --only, means `set`: its name or the folder part of it.
bool NamesSet(const std::string& name, const BenchSet& set);

// Regular, visible files of a folder in natural order of their names (2 before 10).
std::vector<std::filesystem::path> FilesInNaturalOrder(const std::filesystem::path& folder);

}  // namespace rv
