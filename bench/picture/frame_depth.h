// The stored depth of captured frames beside the rasters that make_sweep wrote.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "bench/picture/depth_likeness.h"
#include "bench/picture/figures.h"
#include "scene/rotating_view.h"

namespace rv::picture {

// The depth that the asset stores of a captured frame, inverse, in the scene's units, at the size it is stored in; the
// item is where its matte is. `step` (out): between two values that can be stored.
// `scale`: units of the scene for one of the asset's world.
Result<DepthRaster> StoredDepthOf(const RotatingView& view, std::size_t source, double scale, double& step);

// `folder`/depth and /matte, STEM.png, as make_sweep writes them, resampled to the given size by the nearest pixel.
Result<DepthRaster> TrueDepthOf(const std::filesystem::path& folder,
                                const std::string& stem,
                                int width,
                                int height);

// Of all captured frames with depth and a truth in `folder`. Poses count as right: pixel is held against pixel.
Status MeasureFrameDepths(const RotatingView& view,
                          const std::filesystem::path& folder,
                          double scale,
                          SweepFigures& figures);

// Up to eight of these frames in columns: the picture, the true depth and the stored one within the item's range, and
// the error: green where it is too near, red where too far, full at 2 % of the distance.
Status WriteDepthSheet(const RotatingView& view,
                       const std::filesystem::path& folder,
                       double scale,
                       const std::filesystem::path& png);

}  // namespace rv::picture
