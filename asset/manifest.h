// manifest.json of an `.rview`: everything but the pictures and points, as JSON. Documented in
// docs/format.md, described by docs/rview.schema.json.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "asset/rview_file.h"
#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv {

// One line of JSON, UTF-8, keys in a fixed order. Numbers are the shortest decimals that read back to the
// same double. "files" lists what EncodeRview would store for the bytes that the view holds; a picture whose
// bytes were not loaded is named but not listed.
std::string ManifestJson(const RotatingView& view);

// Reads a manifest back: pictures have format and size but no bytes, the reconstruction has no points.
// Errors: kCorrupt naming the field; kUnsupported for a higher major version; kInvalidArgument above a limit.
Result<RotatingView> ParseManifest(std::string_view json, const ReadOptions& limits = {});

// The manifest of a file as it is stored, fields of later minor versions too. Checked as ReadRview does
// before it reads any picture, with the same errors.
Result<std::string> ReadManifestJson(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace rv
