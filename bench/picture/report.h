// The figures as a table or as JSON.
#pragma once

#include <string>
#include <vector>

#include "bench/picture/figures.h"

namespace rv::picture {

std::string FiguresHeader();
std::string FiguresLine(const SweepFigures& figures);
// Means, medians and worst over the sweeps that have figures.
std::string FiguresSummary(const std::vector<SweepFigures>& all);
// One line, {"event": "sweep", ...} with the figures of each view.
std::string FiguresJson(const SweepFigures& figures);

}  // namespace rv::picture
