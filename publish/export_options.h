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
  // html: heading and what a screen reader says; unset: the item's title, else "Rotating view".
  std::optional<std::string> title;
  // Threads for decoding and encoding pictures, 0 = all. Never changes the result.
  int threads = 0;

  // Fails with kInvalidArgument, naming the field that is out of range.
  Status Validate() const;
};

// All but the threads, which a command shares with its other stages.
const OptionTable<ExportOptions>& ExportOptionTable();

}  // namespace rv
