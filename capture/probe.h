// What a source says about itself, from its headers alone: nothing is decoded, and limits are checked.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/input/media_probe.h"

namespace rv {

// Opens one file and reads its headers in the decoding process. Fails as CaptureSweep does: kNotFound,
// kCorrupt, kUnsupported (not a clip or photo, encrypted, sound only, over a limit).
Result<MediaProbe> ProbeMedia(const std::filesystem::path& path, const CaptureLimits& limits);

}  // namespace rv
