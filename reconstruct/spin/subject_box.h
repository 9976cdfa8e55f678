// The extent of the item in the views: the rectangle round the principal point that holds it at every stop.
#pragma once

#include "reconstruct/spin/virtual_path.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv::spin {

// Half-sides in px of the virtual camera at full scale. A view keeps its principal point in the middle, so
// what is needed on one side is needed on the other.
struct SubjectBox {
  double half_width = 0;
  double above = 0;
  double below = 0;

  double HalfHeight() const { return above > below ? above : below; }
  // As seen when the camera aims higher by `px`: everything moves down in the picture.
  SubjectBox Lowered(double px) const { return {half_width, above - px, below + px}; }
};

// Measured on the points in and near the sphere of `subject` (its center and subject_radius) that are above
// the surface it rests on, seen from the stops of `path`; the outermost few at each stop count as outliers.
// With too few points, the sphere itself.
SubjectBox MeasureSubject(const Reconstruction& reconstruction,
                          const Orbit& subject,
                          const VirtualPath& path);

}  // namespace rv::spin
