// The frames of a clip that were looked at, chosen for the sweep or not: what is known of each, and a way to fetch their
// pictures afterwards (a third pass over the clip).
#pragma once

#include <memory>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/sweep.h"

namespace rv {

class ClipFrames {
 public:
  struct Clip;  // the open file and how its frames are found; capture's own
  ClipFrames(std::vector<ClipCandidate> candidates, std::shared_ptr<const Clip> clip);

  // By number; none mixes two pictures.
  const std::vector<ClipCandidate>& candidates() const { return candidates_; }

  // The pictures of candidates with these numbers (sorted, each once), in this order, as capture would have made them; those
  // that do not decode are missing. Reports stage "frames". The same bytes at any number of threads. Fails as
  // CaptureSweep.
  Result<std::vector<SweepFrame>> Fetch(const std::vector<int>& numbers, const Progress& progress) const;

 private:
  std::vector<ClipCandidate> candidates_;
  std::shared_ptr<const Clip> clip_;
};

}  // namespace rv
