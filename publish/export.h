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
//   amazon  one ZIP of 24, 48 or 72 square pictures on white
//   walmart folder of 24 square JPEG pictures
//   google  folder: images/ and product.jsonld (schema.org Product)
//   json-ld the same without Google's rules
//   poster  one picture: the view that stands for the item
//   glb     the item as a textured mesh, fused from depth and mattes; refused where its silhouettes do not agree with the
//           item's outlines (publish/mesh/item_mesh.h)
//   usdz    the same for AR Quick Look
//   ply     the points with colors, binary little-endian, in the object frame (+Y up, origin at the pivot)
//
// Animations of a closed ring show each view once, so that the loop has no seam; those of an open arc go
// there and back. The bytes written depend on the asset, the options and the libraries' versions only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "publish/export_options.h"
#include "publish/shops/rule_result.h"
#include "scene/rotating_view.h"

namespace rv {

// The names that Export takes, in the order of the list above.
std::vector<std::string> ExportFormats();

// Whether a known format shows the views; else the captured frames or points.
bool ShowsViews(std::string_view format);

// What Export refuses whatever the asset is: kInvalidArgument for an unknown format, an option out of range, and a
// transparent background where the format has none.
Status CheckExport(std::string_view format, const ExportOptions& options);

// Whether the format is made to the rules of a shop, which Export checks.
bool IsForShop(std::string_view format);

// Writes `view` as `format` to `out`: a file for html, mp4, webm, gif, webp, ply, amazon, poster, glb and usdz, a folder for the others
// (nerf with images off also takes a name that ends in .json). Written aside and renamed: `out` holds either
// the whole result or what was there before. An existing file is replaced; an existing folder only when it is
// empty or holds nothing but what an earlier export put there.
//
// Fails with kInvalidArgument (unknown format, bad option, unfit target), kNotFound (no such parent folder),
// kInsufficientData (colmap, nerf, ply of an asset without poses: tiers 3 and 4; images of an asset made
// without sources), kUnsupported (an encoder this FFmpeg lacks), kCorrupt (the asset contradicts itself),
// kCancelled. `progress` is told the stage "export". Of a shop's format and of a mesh, `rules` is told how far each rule is met; where
// one is not and options.anyway is off, fails with kInsufficientData whose details are those rules.
Status Export(const RotatingView& view,
              std::string_view format,
              const std::filesystem::path& out,
              const ExportOptions& options,
              const Progress& progress,
              const RuleReport& rules = {});

}  // namespace rv
