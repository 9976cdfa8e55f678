// Whether a clip ends before its index does, which FFmpeg's answers do not say.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace rv::video {

// Of a file of ISO boxes (MP4, MOV; ISO/IEC 14496-12, 4.2): its `moov` box is longer than what is left of the file.
bool EndsWithinIndex(int fd, std::uint64_t size);

// `error` of reading the clip, or, where that is the cause, that it was cut off.
Error Explained(Error error, int fd, std::uint64_t size, const std::string& name);

}  // namespace rv::video
