// The figures of an asset that was made from a generated sweep.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.h"
#include "bench/picture/figures.h"
#include "bench/picture/truth.h"

namespace rv::picture {

// Every view beside its truth in `folder` (ReadTrueView).
Status MeasureViews(const RotatingView& view,
                    const TrueCameras& cameras,
                    const std::filesystem::path& folder,
                    SweepFigures& figures);

// The mattes of captured frames beside those in `folder` (NAME.png, by the frames' names without extension).
Status MeasureFrameMattes(const RotatingView& view,
                          const std::filesystem::path& folder,
                          SweepFigures& figures);

}  // namespace rv::picture
