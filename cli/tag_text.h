// Tags as `rotaview tag` prints them for people.
#pragma once

#include <string>

#include "groknet/recognition/tags.h"

namespace rv::cli {

// Several lines: what it is, the attributes that apply, the colors measured.
std::string TagTable(const std::string& heading, const ItemTags& tags);

}  // namespace rv::cli
