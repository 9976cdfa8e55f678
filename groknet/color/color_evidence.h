// The measured colour as evidence beside a colour head.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "groknet/color/measured_color.h"

namespace rv {

// Whether values of that head are colours of the item as a whole: base_colour and home_colour.
bool IsColourHead(std::string_view head);

// p(v) ~ p_head(v) * (e(v) + 0.05)^trust, a product of two opinions of which the measured one counts less.
// e(v) is how far the measured colours bear value v out: the sum over colours of share * TermShares of the
// terms that v goes by ("Grey Melange" by grey and charcoal). A value that no colour can bear out ("Multi",
// "clear") has the head's mean of the others, and so keeps its standing. Without a measured colour p_head is
// returned as it is.
std::vector<double> ReconcileColour(const std::vector<std::string>& values,
                                    std::span<const double> head,
                                    const std::vector<MeasuredColour>& colours,
                                    double trust = 0.25);

}  // namespace rv
