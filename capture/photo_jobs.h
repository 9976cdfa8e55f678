// Decoding many photos in decoding processes, several at a time; one that kills its process is named and the
// rest go on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "capture/archive.h"
#include "capture/limits.h"
#include "capture/still.h"
#include "scene/progress.h"

namespace rv::internal {

// Where one photo's bytes are: a file, or an entry of an open ZIP.
struct PhotoSource {
  std::string name;            // in the sweep
  std::filesystem::path path;  // empty for a ZIP entry
  int zip_fd = -1;
  std::uint64_t zip_index = 0;
  std::uint64_t size = 0;  // ZIP entry, unpacked
};

struct DecodedPhoto {
  bool readable = false;
  Error error;         // why not
  EncodedImage image;  // upright JPEG
  EncodedImage matte;  // PNG, or empty
  Image luma;
  StillMetadata metadata;
  std::vector<std::string> remarks;
};

// One result for each source, in order. Fails only with kCancelled or kDevice.
Result<std::vector<DecodedPhoto>> DecodePhotos(const std::vector<PhotoSource>& sources,
                                               const CaptureLimits& limits,
                                               int threads,
                                               const Progress& progress);

// The entries of a ZIP, listed in a decoding process.
Result<std::vector<ArchiveEntry>> ListArchive(const OpenFile& file, const CaptureLimits& limits);

// Size and camera of one still, from its headers, in a decoding process.
struct StillHeader {
  StillSize size;
};
Result<StillHeader> ProbeStillFile(const OpenFile& file,
                                   const std::string& name,
                                   const CaptureLimits& limits);

}  // namespace rv::internal
