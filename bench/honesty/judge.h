// What a conversion concluded, held against the truth of the generated sweep.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "bench/honesty/trial.h"
#include "bench/pose_metrics.h"
#include "scene/rotating_view.h"

namespace rv::honesty {

// How a trial ended.
enum class Ending {
  kSolved,  // what was wanted
  kHonest,  // not solved, and not claimed either
  kWrong,   // claimed, and not so
};

struct Verdict {
  Ending ending = Ending::kWrong;
  std::string why;  // of a wrong or honest one
  int tier = 0;
  double arc_deg = 0;
  int frames = 0;
  int posed = 0;
  double up_error_deg = -1;       // of the spin's up; -1: no poses
  double azimuth_error_deg = -1;  // of 90 % of the posed frames
  double elevation_deg = -1;      // median height of the spin's views
  double auc3 = -1;
};

// `truth_json`: gt.json or gt_video.json of the sweep. Fails when it cannot be read.
Result<Verdict> Judge(const Trial& trial, const RotatingView& view, const std::filesystem::path& truth_json);

// The part of Judge that concludes from the measures.
void Conclude(const Trial& trial, Verdict& verdict);

}  // namespace rv::honesty
