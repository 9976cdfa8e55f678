#include "publish/export.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "publish/formats.h"
#include "scene/background.h"

namespace rv {
namespace {

enum class Shows { kViews, kOpaqueViews, kFrames, kShop };

struct Format {
  const char* name;
  publish::Writer write = nullptr;  // null for a shop and for what reports
  Shows shows = Shows::kViews;
  Status (*write_reporting)(const RotatingView&,
                            const std::filesystem::path&,
                            const ExportOptions&,
                            const Progress&,
                            const RuleReport&) = nullptr;
};

constexpr Format kFormats[] = {
    {"html", publish::WriteWebPage},
    {"frames", publish::WriteFrameFolder},
    {"mp4", publish::WriteMp4, Shows::kOpaqueViews},
    {"webm", publish::WriteWebm, Shows::kOpaqueViews},
    {"gif", publish::WriteGif},
    {"webp", publish::WriteWebpAnimation},
    {"amazon", nullptr, Shows::kShop},
    {"walmart", nullptr, Shows::kShop},
    {"google", nullptr, Shows::kShop},
    {"json-ld", nullptr, Shows::kShop},
    {"poster", publish::WritePoster},
    {"glb", nullptr, Shows::kFrames, publish::WriteGlb},
    {"usdz", nullptr, Shows::kFrames, publish::WriteUsdz},
    {"colmap", publish::WriteColmapModel, Shows::kFrames},
    {"nerf", publish::WriteTransforms, Shows::kFrames},
    {"ply", publish::WritePointCloud, Shows::kFrames},
};

const Format* Find(std::string_view format) {
  const Format* known = std::find_if(std::begin(kFormats), std::end(kFormats),
                                     [&](const Format& candidate) { return format == candidate.name; });
  return known == std::end(kFormats) ? nullptr : known;
}

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

bool ShowsViews(std::string_view format) {
  const Format* known = Find(format);
  return known != nullptr && known->shows != Shows::kFrames;
}

bool IsForShop(std::string_view format) {
  const Format* known = Find(format);
  return known != nullptr && known->shows == Shows::kShop;
}

Status CheckExport(std::string_view format, const ExportOptions& options) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  const Format* known = Find(format);
  if (known == nullptr)
    return Fail(ErrorCode::kInvalidArgument, Text("unknown export format '", format, "'"),
                Text("use one of: ", Listed()));
  const Background background = *ParseBackground(options.background);
  if (known->shows == Shows::kFrames && background.replaces())
    return Fail(ErrorCode::kInvalidArgument, Text(format, " has no views whose background could be replaced"),
                "leave --background out");
  if (known->shows == Shows::kShop && background.replaces())
    return Fail(ErrorCode::kInvalidArgument, Text("pictures for ", format, " are on white as it is"),
                "leave --background out");
  if (background.kind != Background::Kind::kTransparent) return {};
  if (known->shows == Shows::kOpaqueViews)
    return Fail(ErrorCode::kInvalidArgument, Text(format, " cannot be transparent"),
                "give a color, or export webp, gif, html or frames");
  if (options.picture_format == "jpeg")
    return Fail(ErrorCode::kInvalidArgument, "JPEG pictures cannot be transparent",
                "ask for webp or png pictures");
  return {};
}

Status Export(const RotatingView& view,
              std::string_view format,
              const std::filesystem::path& out,
              const ExportOptions& options,
              const Progress& progress,
              const RuleReport& rules) {
  if (const Status valid = CheckExport(format, options); !valid) return Forward(valid);
  if (view.views.empty())
    return Fail(ErrorCode::kInsufficientData, "the asset holds no views", "convert the clip again");
  const Format* known = Find(format);
  if (!Report(progress, "export", 0)) return Cancelled();
  Status written =
      known->write_reporting != nullptr ? known->write_reporting(view, out, options, progress, rules)
      : known->write != nullptr         ? known->write(view, out, options, progress)
                                : publish::WriteShopPackage(format, view, out, options, progress, rules);
  if (written) Report(progress, "export", 1);
  return written;
}

}  // namespace rv
