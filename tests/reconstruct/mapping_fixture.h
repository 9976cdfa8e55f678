// Feature sets, tracks and maps made from a synthetic orbit, so that mapping is tested without pictures.
#pragma once

#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/incremental/mapper.h"
#include "reconstruct/matching/two_view.h"
#include "reconstruct/sparse/sparse_map.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv {

struct MappingProblem {
  SyntheticOrbit orbit;
  std::vector<features::FeatureSet> features;  // without descriptors
  std::vector<matching::FeatureTrack> tracks;
  std::vector<matching::TwoView> pairs;  // every two frames with at least 15 common points, verified
  std::vector<Camera> cameras;           // focal as guessed
  std::vector<int> camera_of;
};

// `focal_guess` multiplies the true focal length.
MappingProblem MakeMappingProblem(const SyntheticOrbitOptions& options, double focal_guess);

// The true poses and points as a SparseMap, every observation an inlier and trusted to 0.02 px, so that the
// priors on the lens weigh next to nothing.
sparse::SparseMap TrueMap(const SyntheticOrbit& orbit);

// Largest distance between camera centers after the best similarity, in percent of the true orbit's radius.
// Frames without a pose count as infinitely far.
double WorstCenterErrorPct(const sparse::SparseMap& map, const SyntheticOrbit& orbit);

}  // namespace rv
