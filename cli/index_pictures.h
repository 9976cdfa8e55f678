// Pictures for the `index` commands: tagged, as entries of the index or as queries.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "cli/recognition.h"
#include "groknet/index/index_entry.h"
#include "groknet/index/index_writer.h"

namespace rv::cli {

// What pictures show, in the order of their sources: one entry for a photo, one for each view of an .rview
// (with the tags of the whole item). Attributes are those said to people, their most probable values.
struct TaggedPictures {
  IndexModel model;
  std::vector<IndexEntry> entries;
};

// Tags photos, folders of photos and .rview files. Fails for the first that cannot be read, or as LoadTagger.
Result<TaggedPictures> TagPictures(const std::vector<std::string>& sources,
                                   const RecognitionFlags& flags,
                                   Console& console);

}  // namespace rv::cli
