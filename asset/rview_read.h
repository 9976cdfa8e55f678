// Steps of reading an `.rview`, shared by ReadRview and ValidateRview.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "asset/manifest_parts.h"
#include "asset/rview_source.h"
#include "asset/rview_zip.h"

namespace rv::asset {

// An archive whose directory and manifest agree: entries[0] is the manifest, entries[i + 1] is
// manifest.files[i].
struct OpenedRview {
  ParsedManifest manifest;
  std::vector<ZipEntry> entries;
  std::unordered_map<std::string, std::size_t> index;  // file name -> index into entries
};

// A picture to be read: where it belongs in the view, and its file.
struct PictureSlot {
  EncodedImage* image = nullptr;
  std::string file;
  bool is_source = false;
};

// The manifest's bytes, its CRC checked.
Result<std::string> ReadManifestText(const ByteSource& source, const ReadOptions& options);
// Reads the manifest, then everything around the data, and checks that they agree.
Result<OpenedRview> OpenRview(const ByteSource& source, const ReadOptions& options);
// The slots point into `manifest.view`.
std::vector<PictureSlot> PictureSlots(ParsedManifest& manifest);

// Reads one file and checks its SHA-256.
Result<std::vector<std::uint8_t>> ReadChecked(const ByteSource& source,
                                              const OpenedRview& opened,
                                              const std::string& name);
// As ReadChecked, into the picture; checks the size in its header too.
Status ReadPicture(const ByteSource& source,
                   const OpenedRview& opened,
                   const PictureSlot& slot,
                   const ReadOptions& options);
Result<std::vector<Point>> ReadPoints(const ByteSource& source,
                                      const OpenedRview& opened,
                                      const ReadOptions& options);

}  // namespace rv::asset
