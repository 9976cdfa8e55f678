// Tags as JSON: one object a line, as `rotaview tag --json` prints them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "groknet/recognition/tags.h"

namespace rv {

// One line: path, attributes (the most probable five values of each that applies), vertical, unknown,
// embedding, code; further facts after them. `view` is the number of a view in an .rview. Bytes of the path that
// are not UTF-8 are replaced.
std::string TagsJson(const std::string& path, const ViewTags& tags, std::optional<std::size_t> view = {});
// The same of a whole item, with "item": true, its title (or "no_type", why it has none) and how far the views disagree.
std::string TagsJson(const std::string& path, const ItemTags& tags);

}  // namespace rv
