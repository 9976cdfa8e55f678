// What bench/picture says of a sweep without a truth: whether the views hold the item where captured frames do, how large it is, and how
// far the views bend it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::picture {

// Which captured frames of a set hold the whole item, by eye (whole_frames.json).
struct WholeFrames {
  bool all = false;
  std::vector<std::string> names;                 // of photos
  std::vector<std::pair<int, int>> index_ranges;  // of a clip's decoded frames, inclusive
  bool Holds(const SourceFrame& frame, bool clip) const;
};
using WholeFramesOfSets = std::map<std::string, WholeFrames>;
// Fails with kNotFound or kCorrupt.
Result<WholeFramesOfSets> ReadWholeFrames(const std::filesystem::path& json);

struct CapturedFigures {
  std::string name, failed;  // why there are no figures
  int tier = 0, views = 0;
  double seconds = 0, arc_deg = 0;
  int judged = 0;            // views with a whole frame within 10 degrees of azimuth and height
  std::vector<int> cut;      // of them: those that cut the item
  double worst_cut_pct = 0;  // how far its outline is beyond the edge, % of the item's size
  double fill_pct = 0;       // of the width or height, by the union of the outlines of judged views
  double enlarged = 0;       // median over the views: px of the view for one of the main captured frame
  int epipolar_views = 0;
  double epipolar_p95_median_pct = 0, epipolar_p95_worst_pct = 0;  // % of the item's size
  int epipolar_worst_view = 0;
};

// `sheet`: a picture to look at, views with the carried outlines; empty = none.
Status MeasureCaptured(const RotatingView& view,
                       const WholeFrames& whole,
                       const std::filesystem::path& sheet,
                       CapturedFigures& figures);

std::string CapturedHeader();
std::string CapturedLine(const CapturedFigures& figures);
std::string CapturedJson(const CapturedFigures& figures);
std::string CapturedSummary(const std::vector<CapturedFigures>& all);

}  // namespace rv::picture
