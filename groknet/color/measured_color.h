// A color of an item as it was measured in a picture.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace rv {

// A color measured on the item.
struct MeasuredColor {
  std::array<double, 3> lab{};  // CIELAB, D65
  std::array<std::uint8_t, 3> rgb{};
  double share = 0;  // of the item's pixels
  std::string name;  // ISCC-NBS: "dark purplish blue"
  std::string term;  // as a listing says it: "navy blue"
  friend bool operator==(const MeasuredColor&, const MeasuredColor&) = default;
};

}  // namespace rv
