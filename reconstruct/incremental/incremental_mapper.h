// One map as it grows: an initial pair, then frame by frame the one that sees most of the map, with bundle
// adjustment each time it has grown by a factor (Schoenberger and Frahm, "Structure-from-Motion Revisited",
// CVPR 2016, is the model; ours is specialized for one object, shared intrinsics and ordered frames).
#pragma once

#include <vector>

#include "base/progress.h"
#include "reconstruct/incremental/initial_pair.h"
#include "reconstruct/incremental/mapper.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::incremental {

class IncrementalMapper {
 public:
  // `unposed` has cameras, frames and tracks; no frame is posed.
  IncrementalMapper(sparse::SparseMap unposed, const IncrementalOptions& options);

  // Places the pair; false when too few points come out of it. Call once, first.
  bool Initialize(const InitialPair& pair);

  // Adds frames until `most` are posed or no further frame fits. May be called again with a larger number.
  // False when `progress` stops it; it is told the share of posed frames.
  bool RegisterFrames(int most, const Progress& progress);

  // Two bundle adjustments of all that is posed, filtered in between.
  void AdjustGlobally();

  // How well the map explains what its posed frames see: 1 = every observation of a track that two posed
  // frames share lies on its point, 0 = none within the error that makes an outlier.
  double Consensus() const;

  const sparse::SparseMap& map() const { return map_; }
  sparse::SparseMap Take() { return std::move(map_); }

 private:
  int RegisterNextFrame();
  void Bundle();

  sparse::SparseMap map_;
  IncrementalOptions options_;
  std::vector<int> failed_at_;  // by frame: the epoch in which it did not fit
  int epoch_ = 0;               // bundle adjustments so far
  int next_bundle_ = 3;         // at this many posed frames
  int idle_ = 0;                // times that no frame fitted
  int added_ = 0;
};

}  // namespace rv::incremental
