// A clip to a Sweep: look at it in small, select, extract.
#pragma once

#include <string>

#include "capture/capture.h"
#include "capture/input/sniff.h"

namespace rv::capture {

// `name` is the file's. Pose priors are added by the caller. The file stays open as long as CaptureResult::clip.
Result<CaptureResult> CaptureVideo(input::OpenFile file,
                                   const std::string& name,
                                   const CaptureOptions& options,
                                   const Progress& progress);

}  // namespace rv::capture
