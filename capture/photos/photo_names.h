// Names of photos in a sweep, from whatever names their files have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rv::photos {

// The name that the asset's format can hold: a byte that it cannot (no UTF-8, a control character, '/' or
// '\') becomes '%' and two hexadecimal digits, "caf\xE9.jpg" -> "caf%E9.jpg"; a name of more than 255 bytes
// loses the end of its stem. Any other name is returned as it is.
std::string CleanName(std::string_view raw);

// CleanName of each, all different: the second one of a kind gets "~2" before its extension, and so on. A
// name that needs no cleaning keeps it, whatever the others are.
std::vector<std::string> UniqueNames(const std::vector<std::string>& raw);

}  // namespace rv::photos
