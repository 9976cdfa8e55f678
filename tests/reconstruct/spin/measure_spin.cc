// How still and how even the views of a spin are, measured on their pixels: the mapper reconstructs the views
// as if they were a capture. measure_spin VIEWS_FOLDER (of spin_from_truth).
#include <Eigen/Dense>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "reconstruct/orbit.h"
#include "reconstruct/reconstruct.h"

namespace {

constexpr double kDegrees = 57.29578;

rv::Sweep ReadViews(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".jpg") names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  rv::Sweep sweep;
  for (const std::string& name : names) {
    std::ifstream in(name, std::ios::binary);
    rv::SweepFrame frame{.name = std::filesystem::path(name).filename()};
    frame.image.format = "jpeg";
    frame.image.bytes.assign(std::istreambuf_iterator<char>(in), {});
    std::ifstream size(folder + "/size.txt");
    size >> frame.image.width >> frame.image.height;
    frame.sharpness = 1;
    frame.source_index = static_cast<int>(sweep.frames.size());
    sweep.frames.push_back(std::move(frame));
  }
  sweep.decoded_frames = static_cast<int>(sweep.frames.size());
  return sweep;
}

// Where the optical axes meet: what the views are held on.
Eigen::Vector3d MeetingPoint(const rv::Reconstruction& r) {
  Eigen::Matrix3d a = Eigen::Matrix3d::Zero();
  Eigen::Vector3d b = Eigen::Vector3d::Zero();
  for (const rv::PosedFrame& f : r.frames) {
    if (!f.posed) continue;
    const Eigen::Vector3d axis = f.cam_from_world.rotation.conjugate() * Eigen::Vector3d::UnitZ();
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis * axis.transpose();
    a += across;
    b += across * f.cam_from_world.Origin();
  }
  return a.ldlt().solve(b);
}

// Deviations in percent.
struct Spread {
  double rms = 0;
  double worst = 0;
};

Spread StepsOffEven(const rv::Orbit& orbit, double even_deg) {
  Spread off;
  int steps = 0;
  for (std::size_t i = 0; i + 1 < orbit.frames.size(); ++i) {
    if (orbit.frames[i + 1].frame.value != orbit.frames[i].frame.value + 1) continue;
    const double step =
        (orbit.frames[i + 1].unwrapped_azimuth - orbit.frames[i].unwrapped_azimuth) * kDegrees;
    const double percent = 100 * (step / even_deg - 1);
    if (std::abs(percent) > 10) std::printf("step %zu: %.2f deg\n", i, step);
    off.worst = std::max(off.worst, std::abs(percent));
    off.rms += percent * percent;
    ++steps;
  }
  off.rms = std::sqrt(off.rms / std::max(1, steps));
  return off;
}

// Of a point in the views: px from the principal point, and its scale.
std::vector<Eigen::Vector3d> SeenAt(const rv::Reconstruction& r, const Eigen::Vector3d& point) {
  std::vector<Eigen::Vector3d> seen;
  for (const rv::PosedFrame& f : r.frames) {
    if (!f.posed) continue;
    const Eigen::Vector3d p = f.cam_from_world * point;
    const double focal = r.cameras[f.camera].focal_px;
    seen.emplace_back(focal * p.x() / p.z(), focal * p.y() / p.z(), focal / p.z());
  }
  return seen;
}

Eigen::Vector3d Mean(const std::vector<Eigen::Vector3d>& values) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& v : values) mean += v / static_cast<double>(values.size());
  return mean;
}

double DriftPx(const std::vector<Eigen::Vector3d>& seen) {
  const Eigen::Vector3d mean = Mean(seen);
  double squares = 0;
  for (const auto& s : seen) squares += (s - mean).head<2>().squaredNorm() / static_cast<double>(seen.size());
  return std::sqrt(squares);
}

Spread SizesOffMean(const std::vector<Eigen::Vector3d>& seen) {
  const double mean = Mean(seen).z();
  Spread off;
  for (const auto& s : seen) {
    const double percent = 100 * (s.z() / mean - 1);
    off.rms += percent * percent / static_cast<double>(seen.size());
    off.worst = std::max(off.worst, std::abs(percent));
  }
  off.rms = std::sqrt(off.rms);
  return off;
}

int Complain(const rv::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const rv::Sweep sweep = ReadViews(argv[1]);
  const auto result = rv::ReconstructSweep(sweep, {.threads = 2}, {});
  if (!result) return Complain(result.error());
  const rv::Reconstruction& r = result->reconstruction;
  const auto orbit = rv::EstimateOrbit(r, {.elevation_band_deg = 90});
  if (!orbit) return Complain(orbit.error());
  const auto views = static_cast<double>(sweep.frames.size());
  const double even = orbit->closed ? 360.0 / views : orbit->arc * kDegrees / (views - 1);
  const Spread steps = StepsOffEven(*orbit, even);
  const std::vector<Eigen::Vector3d> seen = SeenAt(r, MeetingPoint(r));
  const Spread sizes = SizesOffMean(seen);
  std::printf("%zu of %zu views posed, focal %.1f, error %.2f px; step %.2f deg: worst %.1f %% rms %.1f %%; ",
              seen.size(), sweep.frames.size(), r.cameras[0].focal_px, r.stats.mean_error_px, even,
              steps.worst, steps.rms);
  std::printf("drift rms %.2f %% of width; size rms %.2f %% worst %.2f %%\n",
              100 * DriftPx(seen) / sweep.frames[0].image.width, sizes.rms, sizes.worst);
  return 0;
}
