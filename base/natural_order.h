// The order of names as people count.
#pragma once

#include <string>

namespace rv {

// 1, 2, 10: digits compare by value, the rest by bytes; ties by plain order.
bool NaturalLess(const std::string& a, const std::string& b);

}  // namespace rv
