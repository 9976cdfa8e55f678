// One line of the bench's table: what a program made of one set.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/pose_metrics.h"
#include "bench/spin_metrics.h"

namespace rv {

struct BenchRow {
  std::string set;
  std::string program;  // "rotaview", "colmap", "colmap+pp" (principal point refined)
  std::string error;    // why there is no result; empty when there is one
  int frames = 0;       // in the sweep: readable photos, or selected and kept frames of a video
  int posed = 0;        // in one model
  int tier = 0;         // 1..4; 0 for COLMAP
  std::string tier_reason;
  std::string trust;  // of the truth
  std::optional<PoseScores> scores;
  // By stage; rotaview: decode, features, matching, mapping, views, package; COLMAP: features, matching,
  // mapping, refine.
  std::map<std::string, double> seconds;
  double total_s = 0;  // rotaview: wall time of the whole conversion; COLMAP: features + matching + mapping
  double cpu_s = 0;    // processor time of the same; less disturbed by other work than total_s; 0 unknown
  double peak_mb = 0;  // 10^6 bytes, of the whole process tree
  double others_share = 0;  // of the machine's time, taken by other work meanwhile
  bool cached = false;      // taken from an earlier run
  double speedup = 0;       // rotaview: COLMAP's total_s / ours; 0 without COLMAP
  std::optional<SpinScores> spin;
  std::string spin_note;  // why the spin could not be measured
};

inline double RegisteredPct(const BenchRow& row) {
  return row.frames > 0 ? 100.0 * row.posed / row.frames : 0.0;
}

}  // namespace rv
