// Runs the `rotaview` program on a set as a user would, measures it and scores its poses.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "bench/bench_row.h"
#include "bench/bench_set.h"
#include "bench/colmap_baseline.h"

namespace rv {

struct ConversionOptions {
  std::filesystem::path rotaview;  // the program
  int threads = 0;                 // 0: its own choice
};

// Converts `set` to `out`/item.rview and exports the poses of the captured frames to `out`/colmap; logs stand
// beside them. Time and memory are those of the conversion; the export runs after it as a command of its own.
// A conversion that fails is a row with `error`. Ground truth for some frames of a video: these are handed
// over as --keep-frames. For most of its frames (more than 200): what was selected is scored. Fails where the
// ground truth cannot be read, or the program does not keep its contract: one JSON object a line on stdout,
// the last a "result" or an "error".
Result<BenchRow> RunConversion(const BenchSet& set,
                               const ConversionOptions& options,
                               const std::filesystem::path& out);

// The frames that the conversion into `out` used, for another program: a photo set's own files; of a video
// the selected and kept frames at their original size, written to `out`/frames from the asset.
Result<std::vector<ColmapFrame>> FramesUsed(const BenchSet& set, const std::filesystem::path& out);

// Rows "colmap" and "colmap+pp" (principal point refined) for `result` on `frames` of `set`.
Result<std::vector<BenchRow>> ColmapRows(const BenchSet& set,
                                         const std::vector<ColmapFrame>& frames,
                                         const ColmapResult& result);

}  // namespace rv
