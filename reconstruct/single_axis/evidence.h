// Whether a single-axis model holds: a wrong one can be fitted to anything, so it is counted what it explains.
#pragma once

#include <string>

#include "reconstruct/single_axis/model.h"

namespace rv::single_axis {

struct Evidence {
  int frames = 0;
  int posed = 0;
  int points = 0;             // valid ones that three frames see
  double agreeing_share = 0;  // of the observations in tracks of three or more: those that agree
  double item_share = 0;      // of the points: nearer to the axis than 0.8 camera distances
  double near_share = 0;      // of the observations: on the camera's side of the axis
  double forward_share = 0;   // of the steps that turn at all: in the main direction
  double usual_step_rad = 0;  // the median step, unsigned
  double widest_step_rad = 0;
  double narrowest_step_rad = 0;  // of the steps that turn at all
  double turn_rad = 0;            // from the first to the last posed frame, unsigned
};

Evidence Weigh(const SingleAxisModel& model, const sparse::SparseMap& map);

// Why the evidence does not do; empty when it does. `still_camera`: the background was seen to stand still,
// so that all that is matched is the item.
std::string WhyNotSingleAxis(const Evidence& evidence, bool still_camera);

}  // namespace rv::single_axis
