// Flags and steps that `export` and `convert --export` share.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "publish/export.h"

namespace rv::cli {

struct ExportTarget {
  std::string format;
  std::filesystem::path path;
};

// Adds --no-images and the other flags of an export to `app`; they write into `options`, which must outlive
// it.
void AddExportFlags(CLI::App& app, ExportOptions& options);
// The same for `convert`, whose own --background holds for its exports too.
void AddExportFlagsOfConvert(CLI::App& app, ExportOptions& options);

// "FORMAT=PATH" of --export; the format is checked.
Result<ExportTarget> ParseExportTarget(const std::string& text);

// Fails with kInvalidArgument, listing the formats, when `format` is none.
Status CheckExportFormat(const std::string& format);

// The formats as "html, frames, ...".
std::string ExportFormatList();

}  // namespace rv::cli
