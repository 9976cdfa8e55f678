// The geometry of a spin before any pixel is made: path, mesh, warps, crop. Cheap to hold: no pictures
// inside.
#pragma once

#include <vector>

#include "reconstruct/spin/crop.h"
#include "reconstruct/spin/proxy_depth.h"
#include "reconstruct/spin/source_choice.h"
#include "reconstruct/spin/virtual_path.h"
#include "reconstruct/spin/warp_mesh.h"
#include "reconstruct/spin/warp_render.h"
#include "scene/subject.h"

namespace rv::spin {

struct PlannedView {
  std::vector<int> sources;     // indices into SpinPlan::sources, best first
  std::vector<WarpMesh> warps;  // for the first sources; one when the main source covers the crop everywhere
  std::vector<int> item_fills;  // others that show what the main source hides of the item, nearest first
  std::vector<double> inverse;  // proxy depth a vertex
  std::vector<ViewPoint> points;
};

struct SpinPlan {
  Orbit orbit;  // as given, its center moved along up to where the views aim
  std::vector<SourceCamera> sources;
  VirtualPath path;
  WarpGrid grid;
  std::vector<PlannedView> views;  // one a stop
  ViewFrame frame;
  bool fully_covered = true;              // every pixel of every view has a captured source
  bool holds_item = true;                 // the item is inside the picture at every stop
  bool item_framed = false;               // the frame is that of the item, not of what sources cover
  bool loose = false;                     // ItemFrame::loose
  std::vector<std::uint32_t> cut_frames;  // of the sources, those that do not hold the whole item
};

// The mesh over the extent that the source pictures typically show round the subject.
WarpGrid MakeGrid(const Orbit& orbit, const std::vector<SourceCamera>& sources, const VirtualPath& path);

// `ring`: from SpinSources, at least two.
SpinPlan PlanSpin(const Sweep& sweep,
                  const Reconstruction& reconstruction,
                  const Orbit& orbit,
                  const Subject& subject,
                  const std::vector<int>& ring,
                  const SpinOptions& options);

}  // namespace rv::spin
