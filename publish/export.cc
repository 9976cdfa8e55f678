#include "publish/export.h"

#include <cmath>

#include "base/text.h"
#include "publish/formats.h"

namespace rv {
namespace {

struct Format {
  const char* name;
  publish::Writer write;
};

constexpr Format kFormats[] = {
    {"html", publish::WriteWebPage},
    {"frames", publish::WriteFrameFolder},
    {"mp4", publish::WriteMp4},
    {"webm", publish::WriteWebm},
    {"gif", publish::WriteGif},
    {"webp", publish::WriteWebpAnimation},
    {"colmap", publish::WriteColmapModel},
    {"nerf", publish::WriteTransforms},
    {"ply", publish::WritePointCloud},
};

tl::unexpected<Error> OutOfRange(const char* name, const std::string& value, const char* range) {
  return Fail(ErrorCode::kInvalidArgument,
              Text("export option ", name, " is ", value, "; it must be ", range),
              Text("give a value ", range));
}

std::string Listed() {
  std::string list;
  for (const Format& format : kFormats) list += Text(list.empty() ? "" : ", ", format.name);
  return list;
}

}  // namespace

Status ExportOptions::Validate() const {
  if (picture_format && *picture_format != "webp" && *picture_format != "jpeg")
    return OutOfRange("picture_format", "'" + *picture_format + "'", "\"webp\" or \"jpeg\"");
  if (quality && (*quality < 1 || *quality > 100))
    return OutOfRange("quality", std::to_string(*quality), "from 1 to 100");
  if (max_side_px && (*max_side_px < 16 || *max_side_px > 16383))
    return OutOfRange("max_side_px", std::to_string(*max_side_px), "from 16 to 16383");
  if (!std::isfinite(fps) || fps < 1 || fps > 60)
    return OutOfRange("fps", std::to_string(fps), "from 1 to 60");
  if (turns < 1 || turns > 20) return OutOfRange("turns", std::to_string(turns), "from 1 to 20");
  if (threads < 0) return OutOfRange("threads", std::to_string(threads), "0 (all) or more");
  return {};
}

std::vector<std::string> ExportFormats() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

Status Export(const RotatingView& view,
              std::string_view format,
              const std::filesystem::path& out,
              const ExportOptions& options,
              const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  if (view.views.empty())
    return Fail(ErrorCode::kInsufficientData, "the asset holds no views", "convert the clip again");
  for (const Format& known : kFormats) {
    if (format != known.name) continue;
    if (!Report(progress, "export", 0)) return Cancelled();
    Status written = known.write(view, out, options, progress);
    if (written) Report(progress, "export", 1);
    return written;
  }
  return Fail(ErrorCode::kInvalidArgument, Text("unknown export format '", format, "'"),
              "use one of: " + Listed());
}

}  // namespace rv
