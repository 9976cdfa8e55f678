// What a job says while it runs, as JSON: one object a line, for programs that watch it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rv {

// {"event":"stage","stage":...,"fraction":...}, the fraction brought into [0, 1].
std::string StageEventJson(std::string_view stage, double fraction);

// {"event":"error","code":...,"message":...,"remedy":...} and, where there are some, "details":[...]. Bytes that are
// not UTF-8 (file names) are replaced.
std::string ErrorEventJson(const Error& error);

}  // namespace rv
