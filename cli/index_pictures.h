// Pictures for the `index` commands: tagged, as entries of the index or as queries.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/console.h"
#include "groknet/index/index_entry.h"
#include "groknet/index/index_writer.h"
#include "scene/result.h"

namespace rv::cli {

// What the pictures of one source show, in its order: one entry for a photo, one for each view of an .rview.
struct TaggedPictures {
  IndexModel model;
  std::vector<IndexEntry> entries;
};

// Tags photos, folders of photos or .rview files with the model of this installation.
Result<TaggedPictures> TagPictures(const std::vector<std::filesystem::path>& sources, Console& console);

}  // namespace rv::cli
