#include "publish/export.h"

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

std::string Listed() {
  std::string list;
  for (const Format& format : kFormats) list += Text(list.empty() ? "" : ", ", format.name);
  return list;
}

}  // namespace

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
              Text("use one of: ", Listed()));
}

}  // namespace rv
