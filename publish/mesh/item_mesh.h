// The item of an asset as a textured mesh, or why there is none.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "publish/mesh/surface.h"
#include "scene/rotating_view.h"

namespace rv::mesh {

struct MeshOptions {
  int cells = 144;                 // along the item's longest side, at least 16
  std::size_t triangles = 40'000;  // about as many are kept
  int most_texture_px = 2048;      // a side
  double least_overlap = 0.9;      // of each silhouette with the view's matte
  int silhouettes = 36;
  int threads = 0;
};

// How well a surface's silhouettes agree with the mattes of the asset's views.
struct SilhouetteScore {
  double mean = 0;
  double least = 1;
  double least_azimuth_deg = 0;
  int views = 0;
};

struct ItemMesh {
  TexturedMesh mesh;
  SilhouetteScore silhouettes;
};

// Fails with kInsufficientData where the spin has no camera positions, does not go all the way round, where less than 12
// captured frames have outline and depth, and where a silhouette agrees too little: what a mesh shows between would
// be made up. kCorrupt, kCancelled. `progress` is told the stage "export".
Result<ItemMesh> MakeItemMesh(const RotatingView& view, const MeshOptions& options, const Progress& progress);

// Of `count` views evenly spread (all where there are fewer). Fails with kInsufficientData where none has a matte and a
// camera.
Result<SilhouetteScore> CompareSilhouettes(const Surface& surface,
                                           const RotatingView& view,
                                           int count,
                                           int threads);

}  // namespace rv::mesh
