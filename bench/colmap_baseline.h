// COLMAP on given frames: the peer that the bench measures beside the conversion.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "bench/pose_metrics.h"

namespace rv {

struct ColmapFrame {
  std::string name;  // the key of its pose in the result
  std::filesystem::path file;
};

struct ColmapOptions {
  // Results are kept here by the hash of frames and settings and taken from there; empty: no cache.
  std::filesystem::path cache;
  // Run again what the cache holds with times taken on a busy machine.
  bool rerun_if_busy = false;
  // 0: COLMAP's own choice, all processors.
  int threads = 0;
  // Also refine the principal point, from the mapper's model.
  bool refine_principal_point = true;
  // Pairs of frames (indices) to match; empty: its sequential matcher, overlap 10 with the quadratic extras,
  // no loop detection (that needs a vocabulary tree).
  std::vector<std::pair<int, int>> pairs;
};

struct ColmapResult {
  PoseMap poses;  // of the model with the most frames; empty when the mapper made none
  // as `poses`, after its bundle adjuster refined the principal point; empty when not asked for
  PoseMap refined;
  std::map<std::string, double> seconds;  // features, matching, mapping, refine
  double cpu_s = 0;  // of features, matching and mapping; 0 in cache entries that do not tell
  double peak_mb = 0;
  double others_share = 0;  // the largest of the steps
  bool cached = false;
};

// Runs feature_extractor (CPU SIFT, SIMPLE_RADIAL, one camera when all frames have one size), a matcher and
// mapper with default settings, over links with zero-padded names in the order of `frames`: its sequential
// matcher goes by string order. Fails with kUnsupported when COLMAP is not installed and kInternal when a
// step fails.
Result<ColmapResult> RunColmap(const std::vector<ColmapFrame>& frames, const ColmapOptions& options);

}  // namespace rv
