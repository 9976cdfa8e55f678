// Tags as `rotaview tag` prints them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "groknet/recognition/tags.h"

namespace rv::cli {

// One line: path, attributes (the most probable five values of each that applies), vertical, unknown,
// embedding, code; further facts after them. `view` is the number of a view in an .rview.
std::string TagLine(const std::string& path, const ViewTags& tags, std::optional<std::size_t> view = {});
// The same of a whole item, with "item": true, its title and how far the views disagree.
std::string TagLine(const std::string& path, const ItemTags& tags);

// Several lines for people: what it is, the attributes that apply, the colors measured.
std::string TagTable(const std::string& heading, const ItemTags& tags);

}  // namespace rv::cli
