// The measured color as evidence beside a color head.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "groknet/color/measured_color.h"

namespace rv {

// Whether values of that head are colors of the item as a whole: base_color and home_color.
bool IsColorHead(std::string_view head);

// p(v) ~ p_head(v) * (e(v) + 0.05)^trust, a product of two opinions of which the measured one counts less.
// e(v) is how far the measured colors bear value v out: the sum over colors of share * TermShares of the
// terms that v goes by ("Gray Melange" by gray and charcoal). A value that no color can bear out ("Multi",
// "clear") has the head's mean of the others, and so keeps its standing. Without a measured color p_head is
// returned as it is.
std::vector<double> ReconcileColor(const std::vector<std::string>& values,
                                   std::span<const double> head,
                                   const std::vector<MeasuredColor>& colors,
                                   double trust = 0.25);

}  // namespace rv
