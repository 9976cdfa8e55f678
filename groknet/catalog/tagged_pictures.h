// Pictures as entries of the product index: tagged, with what they can be found by.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "groknet/catalog/recognition_options.h"
#include "groknet/index/index_entry.h"
#include "groknet/index/index_writer.h"
#include "groknet/recognition/tagger.h"

namespace rv::catalog {

// What pictures show, in the order of their sources: one entry for a photo, one for each view of an .rview
// (with the tags of the whole item). Attributes are those said to people, their most probable values.
struct TaggedPictures {
  IndexModel model;
  std::vector<IndexEntry> entries;
};

// Tags photos, folders of photos and .rview files. Reports progress as stages "decode" and "tags". Fails for the
// first source that cannot be read, with kInvalidArgument for a bad crop, kCancelled, or as Tagger::Tag.
Result<TaggedPictures> TagPictures(const Tagger& tagger,
                                   const std::vector<std::string>& sources,
                                   const RecognitionOptions& options,
                                   const Progress& progress);

}  // namespace rv::catalog
