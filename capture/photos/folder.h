// What a folder holds: its photos in order, or its one clip; by content, not by extension.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/input/limits.h"
#include "capture/input/sniff.h"
#include "scene/sweep.h"

namespace rv::photos {

struct FolderContents {
  std::filesystem::path folder;  // where the photos or the clip lie (may be images/ or video/ inside)
  std::vector<std::filesystem::path> photos;   // natural name order
  std::optional<std::filesystem::path> video;  // set when there are no photos, or one beside a single clip
  std::filesystem::path transforms;            // a transforms.json beside them; empty when there is none
  std::vector<InputRecord> rejected;           // every other file: left out or unread, and why
  std::vector<std::string> warnings;
};

// Fails with kNotFound, kUnsupported (over a limit), kInsufficientData (nothing to read) or kInvalidArgument
// (several clips, or folders of photos: the message names them).
Result<FolderContents> ReadFolder(const std::filesystem::path& folder, const CaptureLimits& limits);

// What becomes of a file, or an entry of a ZIP, that is neither a photo nor the clip that is used.
InputRecord SetAside(const std::string& raw_name, input::FileKind kind, std::string_view unread_format);

// Name with every run of digits replaced by one '0': equal for names of one numbering.
std::string NameSkeleton(const std::string& name);

}  // namespace rv::photos
