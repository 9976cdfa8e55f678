// An asset as other things: a web page, picture files, an animation, a model for photogrammetry tools.
//
//   html    one self-contained page that a person drags round; works from file://, asks the network for nothing
//   frames  folder: frame_0001.webp (or .jpg) ... in the order of azimuth, and frames.json with the azimuths
//   mp4     H.264, yuv420p, index first
//   webm    VP9
//   gif     one palette
//   webp    animated WebP
//   colmap  folder: cameras.txt, images.txt, points3D.txt of the captured frames (not of the virtual views) in
//           COLMAP's text format, at the size of the upright originals, and images/
//   nerf    folder: transforms.json of the captured frames (nerfstudio, instant-ngp), sparse_pc.ply and images/
//   ply     the points with colors, binary little-endian, in the object frame (+Y up, origin at the pivot)
//
// Animations of a closed ring show each view once, so that the loop has no seam; those of an open arc go
// there and back. The bytes written depend on the asset, the options and the libraries' versions only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv {

struct ExportOptions {
  // colmap, nerf: write the captured pictures beside the model. Off: poses and points alone (--no-images).
  bool images = true;
  // html, frames: "webp" or "jpeg". Unset: html keeps each view's stored bytes, frames are WebP.
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
  // html: heading and what a screen reader says; unset: the item's title, else "Rotating view".
  std::optional<std::string> title;
  // Threads for decoding and encoding pictures, 0 = all. Never changes the result.
  int threads = 0;

  Status Validate() const;
};

// The names that Export takes, in the order of the list above.
std::vector<std::string> ExportFormats();

// Writes `view` as `format` to `out`: a file for html, mp4, webm, gif, webp and ply, a folder for the others
// (nerf with images off also takes a name that ends in .json). Written aside and renamed: `out` holds either
// the whole result or what was there before. An existing file is replaced; an existing folder only when it is
// empty or holds nothing but what an earlier export put there.
//
// Fails with kInvalidArgument (unknown format, bad option, unfit target), kNotFound (no such parent folder),
// kInsufficientData (colmap, nerf, ply of an asset without poses: tiers 3 and 4; images of an asset made
// without sources), kUnsupported (an encoder this FFmpeg lacks), kCorrupt (the asset contradicts itself),
// kCancelled. `progress` is told the stage "export".
Status Export(const RotatingView& view,
              std::string_view format,
              const std::filesystem::path& out,
              const ExportOptions& options,
              const Progress& progress);

}  // namespace rv
