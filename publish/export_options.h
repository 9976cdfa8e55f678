// The options of an export, and one table that describes each once.
#pragma once

#include <optional>
#include <string>

#include "base/options.h"
#include "base/result.h"

namespace rv {

struct ExportOptions {
  // colmap, nerf: write the captured pictures beside the model. Off: poses and points alone (--no-images).
  bool images = true;
  // html, frames: "webp", "jpeg" or "png". Unset: html keeps each view's stored bytes, frames are WebP.
  std::optional<std::string> picture_format;
  // 1..100, larger is better and bigger. html, frames: setting it encodes the views again; unset: stored
  // bytes where they fit, else 90. webp: unset is 80. mp4, webm: mapped to the encoder's scale; unset is 90.
  std::optional<int> quality;
  // html, frames, mp4, webm, gif, webp: no side of a picture is longer, px, 16..16383. Unset: 480 for gif,
  // 640 for webp, 3840 for mp4 and webm, the views' own size for html and frames.
  std::optional<int> max_side_px;
  // mp4, webm, gif, webp: views shown a second, 1..60. gif rounds to its clock of 1/100 s.
  double fps = 20;
  // mp4, webm: how often the turn is shown, 1..20; for players that do not loop.
  int turns = 1;
  // Behind the item: "keep", "white", "transparent" or "#rrggbb", by the views' mattes. Transparent: html and frames as
  // WebP or PNG, webp, gif (one bit).
  std::string background = "keep";
  // html: heading and what a screen reader says; unset: the item's title, else "Rotating view". google, json-ld: the
  // product's name; unset: the item's title.
  std::optional<std::string> title;
  // amazon: the ASIN (unset: the output's name where that is one); walmart: the GTIN; google, json-ld: the SKU. At most 64
  // letters, digits, '-' and '_'.
  std::optional<std::string> item_id;
  // amazon, walmart, google, json-ld, poster: azimuth of the front in the asset, degrees. Unset: the view that looks most
  // like a front (publish/shops/best_view.h).
  std::optional<double> front_deg;
  // google, json-ld: where the files will be, "https://...".
  std::optional<std::string> url_base;
  // google, json-ld: a GLB file to put beside the pictures and to name as the product's 3D model.
  std::optional<std::string> model;
  // amazon, walmart, google, json-ld: write the package though rules of the shop are not met.
  bool anyway = false;
  // Threads for decoding and encoding pictures, 0 = all. Never changes the result.
  int threads = 0;

  // Fails with kInvalidArgument, naming the field that is out of range.
  Status Validate() const;
};

// All but the threads, which a command shares with its other stages.
const OptionTable<ExportOptions>& ExportOptionTable();

}  // namespace rv
