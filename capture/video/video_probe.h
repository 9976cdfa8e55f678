// Headers of an opened container as a MediaProbe, and the pieces of them that need care.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/input/media_probe.h"

struct AVFormatContext;

namespace rv::video {

// `track` is the picture track's index or negative when there is none. Fails with kUnsupported.
Result<MediaProbe> ProbeFormat(const AVFormatContext* format,
                               int track,
                               const std::string& name,
                               const CaptureLimits& limits);

// EXIF orientation of a display matrix (row-major 3x3, ISO 14496-12), to the nearest quarter turn.
int OrientationOfMatrix(const std::int32_t matrix[9]);

// The aspect of a stored pixel as applied: 1 when it is within 1 % of square, where resampling would cost
// more sharpness than it mends.
double AppliedAspect(double sample_aspect);

}  // namespace rv::video
