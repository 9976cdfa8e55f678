// What the writer and the reader of an `.rview` know about its manifest beside the public view.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "asset/manifest.h"
#include "asset/rview_pictures.h"

namespace rv::asset {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kPointsName = "points.bin";

// One file of the archive as the manifest lists it.
struct FileRecord {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;  // 64 lower-case hexadecimal digits
};

// A file to be stored. `bytes` look into the view, or into `owned` for what is made for the archive.
struct PlannedFile {
  std::string name;
  std::span<const std::uint8_t> bytes;
  std::vector<std::uint8_t> owned;
};

// All files that hold the view's bytes, in the order of the archive, without the manifest.
std::vector<PlannedFile> PlanFiles(const RotatingView& view);
// Threads for going through all their bytes: one where starting more takes longer than the work, else 0
// (all).
int HashThreads(std::span<const PlannedFile> files);
// Size and SHA-256 of each.
std::vector<FileRecord> RecordFiles(std::span<const PlannedFile> files);

std::string ManifestText(const RotatingView& view, std::span<const FileRecord> files);

// A manifest as read, with the file names that its pictures refer to; "" where there is none.
struct ParsedManifest {
  RotatingView view;
  std::vector<ViewFiles> view_files;
  std::vector<FrameFiles> source_files;
  std::string points_file;
  std::uint64_t point_count = 0;
  std::uint64_t observation_count = 0;
  std::vector<FileRecord> files;
};
Result<ParsedManifest> ParseManifestText(std::string_view json, const ReadOptions& limits);

}  // namespace rv::asset
