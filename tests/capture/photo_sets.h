// Photos made on the spot, and what a sweep made of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scene/sweep.h"

namespace rv::testing {

std::vector<std::string> Names(const Sweep& sweep);
// State of each input that did not become part of the sweep, by name; fails where one is named twice.
std::map<std::string, InputState> Rejected(const Sweep& sweep);
// A small photo, another for each seed.
std::vector<std::uint8_t> Jpeg(int seed);

}  // namespace rv::testing
