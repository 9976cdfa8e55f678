// One callback carries progress out of a stage and cancellation into it.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace rv {

// Called from the thread that runs the stage, never concurrently. `stage` is a short stable name ("decode",
// "features", "mapping", "views", ...), `fraction` is in [0, 1] within that stage. Returns false to stop.
using Progress = std::function<bool(std::string_view stage, double fraction)>;

// An empty callback means "go on".
inline bool Report(const Progress& progress, std::string_view stage, double fraction) {
  return !progress || progress(stage, fraction);
}

inline tl::unexpected<Error> Cancelled() {
  return Fail(ErrorCode::kCancelled, "cancelled", "run the command again to start over");
}

}  // namespace rv
