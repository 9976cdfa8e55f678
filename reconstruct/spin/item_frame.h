// The part of the virtual picture that shows the whole item in every view.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reconstruct/spin/spin_options.h"
#include "reconstruct/spin/subject_box.h"
#include "reconstruct/spin/warp_grid.h"
#include "reconstruct/spin/warp_render.h"
#include "scene/subject.h"

namespace rv::spin {

// Distances from the principal point to the item's outermost parts, px of the virtual camera at full scale.
struct ItemBox {
  double left = 0, right = 0, above = 0, below = 0;
  double HalfWidth() const { return left > right ? left : right; }
  double HalfHeight() const { return above > below ? above : below; }
  // With the principal point in its middle.
  ItemBox Centered() const { return {HalfWidth(), HalfWidth(), HalfHeight(), HalfHeight()}; }
};

// Of the hull, over all stops: of what a source near each of them shows, as the rest cannot be shown.
ItemBox BoxOfHull(const Subject& subject, const VirtualPath& path, const std::vector<SourceCamera>& sources);

struct ItemFrame {
  ViewFrame frame;
  bool loose = false;  // the item fills less than asked for: there are too few captured pixels of it
};

// The box lies in its middle.
ItemFrame FrameItem(const ItemBox& box, const SpinOptions& options);

// Frames of the sources that show a part of the hull only.
std::vector<std::uint32_t> CutFrames(const Subject& subject, const std::vector<SourceCamera>& sources);

// A mesh over the frame and a cell beyond it on each side.
WarpGrid GridOver(const ViewFrame& frame, double cell);

// 1 channel, 255 where the hull is seen, of the view's size divided by `shrink`; grown by `grow` px of its own.
Image HullInView(const Subject& subject,
                 const VirtualPath& path,
                 const VirtualStop& stop,
                 const ViewFrame& frame,
                 int shrink,
                 int grow);

// The matte of a frame; none where there is no matte.
std::optional<Image> MatteOf(const Subject& subject, std::uint32_t frame);
// Grown by a share of its longer side, at least 1 px.
Image GrownMatte(Image matte, double share);

}  // namespace rv::spin
