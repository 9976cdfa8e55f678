// points.bin of an `.rview`: the points of a Reconstruction with their tracks. Layout in docs/format.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "asset/rview_file.h"
#include "base/result.h"
#include "scene/reconstruction.h"

namespace rv::asset {

std::vector<std::uint8_t> EncodePoints(std::span<const Point> points);

// `frame_count`: observations must name a frame below it. kCorrupt where counts, sizes or numbers do not fit;
// kUnsupported for a newer layout; kInvalidArgument above a limit.
Result<std::vector<Point>> DecodePoints(std::span<const std::uint8_t> bytes,
                                        std::size_t frame_count,
                                        const ReadOptions& limits);

std::size_t CountObservations(std::span<const Point> points);

}  // namespace rv::asset
