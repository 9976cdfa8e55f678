// The views' pictures as an export wants them: of one format, size and quality, in the asset's order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "publish/export.h"
#include "scene/background.h"
#include "scene/image.h"

namespace rv::publish {

struct ShownSize {
  int width = 0;
  int height = 0;
};

// The view's size with no side above max_side_px (unset: as it is).
ShownSize FitSize(const RotatingView& view, std::optional<int> max_side_px);

// Encoded pictures of all views, "webp", "jpeg" or "png" as `format` says (unset: each as stored). Stored bytes are
// kept where neither size, quality, format nor background asks for others. Work is spread over options.threads.
Result<std::vector<EncodedImage>> EncodedViews(const RotatingView& view,
                                               const std::optional<std::string>& format,
                                               const ExportOptions& options,
                                               const Progress& progress);

// The pixels of one view over the background, resized to `size`: RGB, with a transparent background RGBA. Fails with
// kInsufficientData where a background needs a matte that the asset has not.
Result<Image> ViewPixels(const RotatingView& view,
                         std::size_t index,
                         ShownSize size,
                         const Background& background);

// Of valid options.
Background BackgroundOf(const ExportOptions& options);

// True when the views' azimuths are known and grow; else the order is all there is.
bool HasAngles(const RotatingView& view);

}  // namespace rv::publish
