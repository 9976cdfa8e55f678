// What a mapper says that found matches but no two frames that look at the item from different sides.
#pragma once

namespace rv {

inline constexpr char kNoParallax[] = "no two frames show the item from clearly different sides";

}  // namespace rv
