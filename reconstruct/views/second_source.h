// The frame that the item of a view is mixed from together with its main one.
#pragma once

#include <functional>
#include <optional>

#include "reconstruct/spin/spin_plan.h"

namespace rv::views {

struct SecondSource {
  int source = 0;     // index into SpinPlan::sources
  double weight = 0;  // of it, up to 0.5; the rest is the main one's
};

// The nearest of the view's other sources on the other side of it, if the two are not too far apart and it has a say at all.
std::optional<SecondSource> FindSecondSource(const spin::SpinPlan& plan,
                                             const spin::PlannedView& view,
                                             const spin::VirtualStop& stop,
                                             const std::function<bool(int)>& is_usable);

}  // namespace rv::views
