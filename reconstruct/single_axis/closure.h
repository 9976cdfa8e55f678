// Matches between frames far apart in the capture: which of them a single-axis model can trust, and what they
// say about the sum of its angles. Each such pair, taken alone, obeys E(d) = [(I - R(d)) c]x R(d) with the
// known axis R turns about, the known point c on it, and one unknown, the angle d between the frames.
#pragma once

#include <optional>
#include <vector>

#include "reconstruct/matching/two_view.h"
#include "reconstruct/single_axis/model.h"

namespace rv::single_axis {

struct PairTurn {
  double angle = 0;  // radians in (-pi, pi], b's turn beyond a's
  double share = 0;  // of the pair's matches that agree with it
};

// The angle within 75 degrees that most matches agree with to `max_error_px`; empty when fewer than
// `min_share` of them do. Pose deviations are left out of account.
std::optional<PairTurn> TurnBetween(const TurnAxis& axis,
                                    const Camera& camera,
                                    const std::vector<features::FeatureSet>& features,
                                    const matching::TwoView& pair,
                                    double max_error_px,
                                    double min_share);

struct Closure {
  double scale = 1;                        // all angles times this close the turn
  std::vector<matching::TwoView> trusted;  // far pairs that then agree with it
};

// Pairs of frames far apart in the capture vote for the scale that makes their frames' angles agree with what
// they show, one or more full turns apart; the nearer to 1, the more a vote counts. Empty when hardly any
// agree on one between 0.75 and 1.33.
std::optional<Closure> FindClosure(const SingleAxisModel& model,
                                   const Camera& camera,
                                   const std::vector<features::FeatureSet>& features,
                                   const std::vector<matching::TwoView>& far,
                                   double max_error_px);

}  // namespace rv::single_axis
