// Decoding many photos in decoding processes, several at a time; one that kills its process is named and the
// rest go on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "capture/input/limits.h"
#include "capture/input/sniff.h"
#include "capture/photos/photo_records.h"

namespace rv::photos {

// Where one photo's bytes are: a file, or an entry of an open ZIP.
struct PhotoSource {
  std::string name;                      // in the sweep
  std::filesystem::path path;            // empty for a ZIP entry
  const input::OpenFile* zip = nullptr;  // outlives the decoding
  std::uint64_t zip_index = 0;
  std::uint64_t size = 0;  // ZIP entry, unpacked
};

// One result for each source, in order. Fails only with kCancelled or kDevice.
Result<std::vector<DecodedPhoto>> DecodePhotos(const std::vector<PhotoSource>& sources,
                                               const CaptureLimits& limits,
                                               int threads,
                                               const Progress& progress);

}  // namespace rv::photos
