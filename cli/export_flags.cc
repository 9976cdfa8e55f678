#include "cli/export_flags.h"

#include <algorithm>

namespace rv::cli {

void AddExportFlags(CLI::App& app, ExportOptions& options) {
  app.add_flag("!--no-images", options.images, "colmap, nerf: poses and points alone, without the pictures");
  app.add_option("--picture", options.picture_format, "html, frames: 'webp' or 'jpeg'");
  app.add_option("--quality", options.quality, "Picture quality, 1 to 100; encodes the views again");
  app.add_option("--max-side", options.max_side_px, "Longest side of a picture, px");
  app.add_option("--fps", options.fps, "mp4, webm, gif, webp: views shown a second")->capture_default_str();
  app.add_option("--turns", options.turns, "mp4, webm: how often the turn is shown")->capture_default_str();
  app.add_option("--title", options.title, "html: the heading");
}

std::string ExportFormatList() {
  std::string list;
  for (const std::string& format : ExportFormats()) list += (list.empty() ? "" : ", ") + format;
  return list;
}

Status CheckExportFormat(const std::string& format) {
  const std::vector<std::string> formats = ExportFormats();
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return {};
  return Fail(ErrorCode::kInvalidArgument, "unknown export format '" + format + "'",
              "choose one of " + ExportFormatList());
}

Result<ExportTarget> ParseExportTarget(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return Fail(ErrorCode::kInvalidArgument, "--export takes FORMAT=PATH, not '" + text + "'",
                "for example --export html=item.html");
  }
  ExportTarget target{text.substr(0, equals), text.substr(equals + 1)};
  const Status known = CheckExportFormat(target.format);
  if (!known) return Forward(known);
  return target;
}

}  // namespace rv::cli
