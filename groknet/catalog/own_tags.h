// Titles, tags and attributes that a seller gives, which go before what the model says.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "groknet/index/index_entry.h"

namespace rv::catalog {

// What a seller says of each photo by its path, or of all of them under the empty path.
class OwnTags {
 public:
  // Reads lines of JSON (groknet/index/tag_lines.h). Fails as ReadTagLines.
  static Result<OwnTags> Read(const std::filesystem::path& file);

  // Puts what was said of all photos, then what was said of this one, over the entry: its title and id where one was
  // given, tags beside those there, attributes instead of those of the same name.
  void Apply(IndexEntry& entry) const;

 private:
  std::map<std::string, IndexEntry> by_path_;
};

}  // namespace rv::catalog
