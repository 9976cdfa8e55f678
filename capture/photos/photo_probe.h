// What is known of photos without decoding them: the entries of a ZIP, the size of one still. Both read an
// untrusted file and so run in a decoding process.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/photos/archive.h"
#include "capture/still/still.h"

namespace rv::photos {

Result<std::vector<ArchiveEntry>> ListArchive(const input::OpenFile& file, const CaptureLimits& limits);

// From the still's headers. `name` is for messages.
Result<still::StillSize> ProbeStillFile(const input::OpenFile& file,
                                        const std::string& name,
                                        const CaptureLimits& limits);

}  // namespace rv::photos
