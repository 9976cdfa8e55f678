#include "publish/export_options.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "scene/background.h"

namespace rv {
namespace {

tl::unexpected<Error> OutOfRange(const char* name, const std::string& value, const char* range) {
  return Fail(ErrorCode::kInvalidArgument,
              Text("export option ", name, " is ", value, "; it must be ", range),
              Text("give a value ", range));
}

// It becomes part of file names.
bool IsPlainId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
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
      Row::Text("title", "TEXT", "html: the heading; google, json-ld: the product's name",
                [](auto& options) -> auto& { return options.title; }),
      Row::Text("item-id", "TEXT", "amazon: the ASIN; walmart: the GTIN; google, json-ld: the SKU",
                [](auto& options) -> auto& { return options.item_id; }),
      Row::Number("front", "DEG",
                  "Shops, poster: azimuth of the item's front; else the likeliest view is taken",
                  [](auto& options) -> auto& { return options.front_deg; }),
      Row::Text("url-base", "URL", "google, json-ld: where the files will be, https://...",
                [](auto& options) -> auto& { return options.url_base; }),
      Row::Text("glb", "FILE", "google, json-ld: a GLB to put beside the pictures",
                [](auto& options) -> auto& { return options.model; }),
      Row::Switch("anyway", "Shops: write the package though rules of the shop are not met",
                  [](auto& options) -> auto& { return options.anyway; }),
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
  if (front_deg && !std::isfinite(*front_deg))
    return OutOfRange("front_deg", Fixed(*front_deg, 6), "a number");
  if (item_id && !IsPlainId(*item_id))
    return OutOfRange("item_id", Text("'", *item_id, "'"), "1 to 64 letters, digits, '-' and '_'");
  if (url_base && !url_base->starts_with("https://") && !url_base->starts_with("http://"))
    return OutOfRange("url_base", Text("'", *url_base, "'"), "an address that begins with https://");
  if (threads < 0) return OutOfRange("threads", Text(threads), "0 (all) or more");
  return {};
}

const OptionTable<ExportOptions>& ExportOptionTable() {
  static const OptionTable<ExportOptions> table = MakeExportTable();
  return table;
}

}  // namespace rv
