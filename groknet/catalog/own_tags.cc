#include "groknet/catalog/own_tags.h"

#include <utility>

#include "groknet/index/tag_lines.h"

namespace rv::catalog {
namespace {

void Override(const IndexEntry& said, IndexEntry& entry) {
  if (!said.title.empty()) entry.title = said.title;
  entry.tags.insert(entry.tags.end(), said.tags.begin(), said.tags.end());
  for (const IndexAttribute& attribute : said.attributes)
    std::erase_if(entry.attributes, [&](const IndexAttribute& old) { return old.name == attribute.name; });
  entry.attributes.insert(entry.attributes.begin(), said.attributes.begin(), said.attributes.end());
  if (!said.id.empty()) entry.id = said.id;
}

}  // namespace

Result<OwnTags> OwnTags::Read(const std::filesystem::path& file) {
  OwnTags tags;
  const Status read = ReadTagLines(file, [&](IndexEntry entry) -> Status {
    const std::string path = entry.path;
    tags.by_path_[path] = std::move(entry);
    return {};
  });
  if (!read) return Forward(read);
  return tags;
}

void OwnTags::Apply(IndexEntry& entry) const {
  for (const std::string& path : {std::string(), entry.path})
    if (const auto said = by_path_.find(path); said != by_path_.end()) Override(said->second, entry);
}

}  // namespace rv::catalog
