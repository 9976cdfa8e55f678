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

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    if (entry.path().extension() == ".jpg") names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  rv::Sweep sweep;
  for (const std::string& name : names) {
    std::ifstream in(name, std::ios::binary);
    rv::SweepFrame frame{.name = std::filesystem::path(name).filename()};
    frame.image.format = "jpeg";
    frame.image.bytes.assign(std::istreambuf_iterator<char>(in), {});
    std::ifstream size(std::string(argv[1]) + "/size.txt");
    size >> frame.image.width >> frame.image.height;
    frame.sharpness = 1;
    frame.source_index = static_cast<int>(sweep.frames.size());
    sweep.frames.push_back(std::move(frame));
  }
  sweep.decoded_frames = static_cast<int>(sweep.frames.size());
  const auto result = rv::ReconstructSweep(sweep, {.threads = 2}, {});
  if (!result) return std::fprintf(stderr, "%s\n", result.error().message.c_str()), 6;
  const rv::Reconstruction& r = result->reconstruction;
  const auto orbit = rv::EstimateOrbit(r, {.elevation_band_deg = 90});
  if (!orbit) return std::fprintf(stderr, "%s\n", orbit.error().message.c_str()), 6;
  const double even = orbit->closed ? 360.0 / static_cast<double>(names.size())
                                    : orbit->arc * 57.29578 / static_cast<double>(names.size() - 1);
  double worst = 0;
  double sum = 0;
  int steps = 0;
  // The axes' meeting point is what the views are held on.
  Eigen::Matrix3d a = Eigen::Matrix3d::Zero();
  Eigen::Vector3d b = Eigen::Vector3d::Zero();
  for (const rv::PosedFrame& f : r.frames) {
    if (!f.posed) continue;
    const Eigen::Vector3d axis = f.cam_from_world.rotation.conjugate() * Eigen::Vector3d::UnitZ();
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis * axis.transpose();
    a += across;
    b += across * f.cam_from_world.Origin();
  }
  const Eigen::Vector3d centre = a.ldlt().solve(b);
  std::vector<Eigen::Vector3d> seen;
  for (std::size_t i = 0; i + 1 < orbit->frames.size(); ++i) {
    if (orbit->frames[i + 1].frame.value != orbit->frames[i].frame.value + 1) continue;
    const double step =
        (orbit->frames[i + 1].unwrapped_azimuth - orbit->frames[i].unwrapped_azimuth) * 57.29578;
    const double off = 100 * (step / even - 1);
    if (std::abs(off) > 10) std::printf("step %zu: %.2f deg\n", i, step);
    worst = std::max(worst, std::abs(off));
    sum += off * off;
    ++steps;
  }
  for (const rv::PosedFrame& f : r.frames) {
    if (!f.posed) continue;
    const Eigen::Vector3d p = f.cam_from_world * centre;
    const double focal = r.cameras[f.camera].focal_px;
    seen.emplace_back(focal * p.x() / p.z(), focal * p.y() / p.z(), focal / p.z());
  }
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& s : seen) mean += s / static_cast<double>(seen.size());
  double drift = 0;
  double size = 0;
  double size_worst = 0;
  for (const auto& s : seen) {
    drift += (s - mean).head<2>().squaredNorm() / static_cast<double>(seen.size());
    const double relative = 100 * (s.z() / mean.z() - 1);
    size += relative * relative / static_cast<double>(seen.size());
    size_worst = std::max(size_worst, std::abs(relative));
  }
  size = std::sqrt(size);
  std::printf(
      "%zu of %zu views posed, focal %.1f, error %.2f px; step %.2f deg: worst %.1f %% rms %.1f %%; drift "
      "rms %.2f %% of width; "
      "size rms %.2f %% worst %.2f %%\n",
      seen.size(), names.size(), r.cameras[0].focal_px, r.stats.mean_error_px, even, worst,
      std::sqrt(sum / std::max(1, steps)), 100 * std::sqrt(drift) / sweep.frames[0].image.width, size,
      size_worst);
  return 0;
}
