// How well single-axis poses (tier 2) fit a capture, whatever tier it would get:
//   measure_circle PHOTOS_OR_CLIP [GT_JSON]
// Prints the angles, and against true poses the error of the relative rotation between all pairs of frames.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "capture/capture.h"
#include "reconstruct/orbit.h"
#include "reconstruct/single_axis.h"

namespace {

std::map<std::string, Eigen::Matrix3d> ReadTruth(const char* path) {
  std::map<std::string, Eigen::Matrix3d> rotations;
  std::ifstream file(path);
  const auto truth = nlohmann::json::parse(file);
  for (const auto& [name, entry] : truth.at("images").items()) {
    Eigen::Matrix3d r;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) r(i, j) = entry.at("R").at(i).at(j).get<double>();
    }
    rotations[name] = r;
  }
  return rotations;
}

void Compare(const rv::Reconstruction& found, const std::map<std::string, Eigen::Matrix3d>& truth) {
  double sum = 0, near_sum = 0, worst = 0;
  int count = 0, near_count = 0;
  for (std::size_t i = 0; i < found.frames.size(); ++i) {
    for (std::size_t j = i + 1; j < found.frames.size(); ++j) {
      const auto &a = found.frames[i], &b = found.frames[j];
      const auto ta = truth.find(a.name), tb = truth.find(b.name);
      if (!a.posed || !b.posed || ta == truth.end() || tb == truth.end()) continue;
      const Eigen::Matrix3d is =
          (b.cam_from_world.rotation * a.cam_from_world.rotation.conjugate()).toRotationMatrix();
      const Eigen::Matrix3d should = tb->second * ta->second.transpose();
      const double error = Eigen::AngleAxisd(is * should.transpose()).angle() * 180 / EIGEN_PI;
      sum += error * error;
      worst = std::max(worst, error);
      ++count;
      if (j == i + 1) near_sum += error * error, ++near_count;
    }
  }
  std::printf("rotation error: all pairs rms %.3f worst %.3f deg, neighbours rms %.3f deg\n",
              std::sqrt(sum / std::max(1, count)), worst, std::sqrt(near_sum / std::max(1, near_count)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  rv::SetLogLevel(rv::LogLevel::kVerbose);
  const auto sweep = rv::CaptureSweep(argv[1], {}, {});
  if (!sweep) return std::fprintf(stderr, "%s\n", sweep.error().message.c_str()), 6;
  const rv::ReconstructOptions options;
  const auto matched = rv::MatchSweep(*sweep, options, {});
  if (!matched) return std::fprintf(stderr, "%s\n", matched.error().message.c_str()), 6;
  const auto result = rv::MapOnSingleAxis(*sweep, *matched, options, {});
  if (!result) return std::fprintf(stderr, "not circular: %s\n", result.error().message.c_str()), 6;
  for (const std::string& finding : result->findings) std::printf("%s\n", finding.c_str());
  const rv::Reconstruction& found = result->reconstruction;
  std::printf("posed %d of %zu, %zu points, median error %.2f px, %.2f s\n", found.stats.posed_frames,
              found.frames.size(), found.points.size(), found.stats.median_error_px,
              result->timings.mapping_s);
  const auto orbit = rv::EstimateOrbit(found, *sweep, {});
  if (!orbit) return std::fprintf(stderr, "no orbit: %s\n", orbit.error().message.c_str()), 6;
  std::printf("arc %.1f deg, %s, elevation of the first %.1f deg; turned by", orbit->arc * 57.2958,
              orbit->closed ? "closed" : "open", orbit->frames[0].elevation * 57.2958);
  for (std::size_t i = 1; i < found.frames.size(); ++i) {
    const auto &a = found.frames[i - 1], &b = found.frames[i];
    if (a.posed && b.posed)
      std::printf(" %.2f", b.cam_from_world.rotation.angularDistance(a.cam_from_world.rotation) * 57.2958);
  }
  std::printf("\nagreeing observations by frame:");
  for (const rv::PosedFrame& frame : found.frames) std::printf(" %d", frame.inliers);
  std::printf("\n");
  if (argc > 2) Compare(found, ReadTruth(argv[2]));
  return 0;
}
