#include "tests/reconstruct/mapping_fixture.h"

#include <Eigen/Geometry>
#include <limits>
#include <map>

namespace rv {

MappingProblem MakeMappingProblem(const SyntheticOrbitOptions& options, double focal_guess) {
  MappingProblem problem{.orbit = MakeSyntheticOrbit(options)};
  const Reconstruction& truth = problem.orbit.truth;
  problem.features.resize(truth.frames.size());
  problem.camera_of.assign(truth.frames.size(), 0);
  const Camera& camera = truth.cameras[0];
  problem.cameras = {Camera::Simple(camera.width, camera.height, focal_guess * camera.focal_px)};
  std::map<std::pair<int, int>, std::vector<matching::FeatureMatch>> common;
  for (const Point& point : truth.points) {
    matching::FeatureTrack track;
    for (const Observation& seen : point.track) {
      features::FeatureSet& set = problem.features[seen.frame.value];
      track.push_back({static_cast<int>(seen.frame.value), static_cast<int>(set.size())});
      set.px.push_back(seen.pixel);
      set.scale_px.push_back(2);
    }
    for (std::size_t i = 0; i < track.size(); ++i) {
      for (std::size_t j = i + 1; j < track.size(); ++j)
        common[{track[i].frame, track[j].frame}].push_back({track[i].feature, track[j].feature});
    }
    problem.tracks.push_back(std::move(track));
  }
  for (const auto& [frames, matches] : common) {
    auto pair = matching::VerifyPair(frames.first, frames.second, problem.features[frames.first],
                                     problem.features[frames.second], matches, {});
    if (pair) problem.pairs.push_back(*std::move(pair));
  }
  return problem;
}

sparse::SparseMap TrueMap(const SyntheticOrbit& orbit) {
  sparse::SparseMap map;
  map.cameras = orbit.truth.cameras;
  for (const PosedFrame& frame : orbit.truth.frames)
    map.frames.push_back({.posed = true, .cam_from_world = frame.cam_from_world, .camera = frame.camera});
  for (const Point& point : orbit.truth.points) {
    sparse::MapPoint p{.valid = true, .position = point.position};
    for (const Observation& seen : point.track) {
      map.frames[seen.frame.value].sees.push_back(
          {static_cast<int>(map.points.size()), static_cast<int>(p.track.size())});
      p.track.push_back(
          {.frame = static_cast<int>(seen.frame.value), .px = seen.pixel, .sigma_px = 0.02F, .inlier = true});
    }
    map.points.push_back(std::move(p));
  }
  return map;
}

double WorstCenterErrorPct(const sparse::SparseMap& map, const SyntheticOrbit& orbit) {
  const auto count = static_cast<Eigen::Index>(map.frames.size());
  Eigen::Matrix3Xd found(3, count), truth(3, count);
  for (Eigen::Index f = 0; f < count; ++f) {
    if (!map.frames[f].posed) return std::numeric_limits<double>::infinity();
    found.col(f) = map.frames[f].cam_from_world.Origin();
    truth.col(f) = orbit.truth.frames[f].cam_from_world.Origin();
  }
  const Eigen::Matrix4d align = Eigen::umeyama(found, truth, true);
  const Eigen::Matrix3Xd moved =
      (align.topLeftCorner<3, 3>() * found).colwise() + align.topRightCorner<3, 1>();
  return 100 * (moved - truth).colwise().norm().maxCoeff() / orbit.radius;
}

}  // namespace rv
