// Distinct integer types, so that a frame index cannot be passed where a point index is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace rv {

template <typename Tag>
struct Id {
  std::uint32_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
};

// Index into Sweep::frames.
using FrameId = Id<struct FrameTag>;
// Index into Reconstruction::points.
using PointId = Id<struct PointTag>;
// Index into RotatingView::views.
using ViewId = Id<struct ViewTag>;

}  // namespace rv

template <typename Tag>
struct std::hash<rv::Id<Tag>> {
  std::size_t operator()(const rv::Id<Tag>& id) const { return std::hash<std::uint32_t>{}(id.value); }
};
