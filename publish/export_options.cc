#include "publish/export_options.h"

#include <cmath>

#include "base/text.h"
#include "scene/background.h"

namespace rv {
namespace {

tl::unexpected<Error> OutOfRange(const char* name, const std::string& value, const char* range) {
  return Fail(ErrorCode::kInvalidArgument,
              Text("export option ", name, " is ", value, "; it must be ", range),
              Text("give a value ", range));
}

OptionTable<ExportOptions> MakeExportTable() {
  using Row = OptionRow<ExportOptions>;
  OptionTable<ExportOptions> table = {
      Row::Without("no-images", "colmap, nerf: poses and points alone, without the pictures",
                   [](auto& options) -> auto& { return options.images; }),
      Row::Text("picture", "TEXT", "html, frames: 'webp', 'jpeg' or 'png'",
                [](auto& options) -> auto& { return options.picture_format; }),
      Row::Text("background", "TEXT", "Behind the item: 'keep', 'white', 'transparent' or '#rrggbb'",
                [](auto& options) -> auto& { return options.background; }),
      Row::Number("quality", "INT", "Picture quality, 1 to 100; encodes the views again",
                  [](auto& options) -> auto& { return options.quality; }),
      Row::Number("max-side", "INT", "Longest side of a picture, px",
                  [](auto& options) -> auto& { return options.max_side_px; }),
      Row::Number("fps", "FLOAT", "mp4, webm, gif, webp: views shown a second",
                  [](auto& options) -> auto& { return options.fps; }),
      Row::Number("turns", "INT", "mp4, webm: how often the turn is shown",
                  [](auto& options) -> auto& { return options.turns; }),
      Row::Text("title", "TEXT", "html: the heading", [](auto& options) -> auto& { return options.title; }),
  };
  // Unset ones have no text.
  for (OptionSpec<ExportOptions>& spec : table) spec.shows_default = true;
  return table;
}

}  // namespace

Status ExportOptions::Validate() const {
  if (picture_format && *picture_format != "webp" && *picture_format != "jpeg" && *picture_format != "png")
    return OutOfRange("picture_format", Text("'", *picture_format, "'"), "\"webp\", \"jpeg\" or \"png\"");
  if (!ParseBackground(background))
    return OutOfRange("background", Text("'", background, "'"), "keep, white, transparent or #rrggbb");
  if (quality && (*quality < 1 || *quality > 100))
    return OutOfRange("quality", Text(*quality), "from 1 to 100");
  if (max_side_px && (*max_side_px < 16 || *max_side_px > 16383))
    return OutOfRange("max_side_px", Text(*max_side_px), "from 16 to 16383");
  if (!std::isfinite(fps) || fps < 1 || fps > 60) return OutOfRange("fps", Fixed(fps, 6), "from 1 to 60");
  if (turns < 1 || turns > 20) return OutOfRange("turns", Text(turns), "from 1 to 20");
  if (threads < 0) return OutOfRange("threads", Text(threads), "0 (all) or more");
  return {};
}

const OptionTable<ExportOptions>& ExportOptionTable() {
  static const OptionTable<ExportOptions> table = MakeExportTable();
  return table;
}

}  // namespace rv
