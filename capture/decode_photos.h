// Photos that are not a sweep: any number of unrelated pictures, decoded as capture decodes all that is not
// ours.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "capture/input/limits.h"
#include "scene/image.h"

namespace rv {

// The photos of a folder and of the folders in it, by content, in natural name order; hidden files are left
// out. Files that are named like photos but are none are in the list too: decoding them says what is wrong.
// Fails with kNotFound, or kInsufficientData where there is no photo.
Result<std::vector<std::filesystem::path>> ListPhotos(const std::filesystem::path& folder);

// Decodes each file in a process without rights (capture/sandbox/sandbox.h), upright, sRGB, with a side of at most
// max_side px (area-averaged; larger pictures only). 3 channels, or 4 when the picture has transparent parts.
// One result for each path, in order; a photo that cannot be read fails alone, with kNotFound, kCorrupt or
// kUnsupported naming it. The whole fails with kDevice or kCancelled only. `threads`: 0 = all; never changes
// the result.
Result<std::vector<Result<Image>>> DecodePhotoFiles(std::span<const std::filesystem::path> paths,
                                                    int max_side,
                                                    const CaptureLimits& limits,
                                                    int threads,
                                                    const Progress& progress);

}  // namespace rv
