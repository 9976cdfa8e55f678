// Names of files in archives and folders that come from elsewhere.
#pragma once

#include <string_view>

namespace rv {

// A path that stays inside the folder it is unpacked in: UTF-8, at most 1024 bytes, parts divided by '/',
// none of them empty, "." or "..", no backslash and no control character.
bool IsSafeName(std::string_view name);

}  // namespace rv
