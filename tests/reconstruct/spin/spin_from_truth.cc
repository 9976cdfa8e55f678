// Builds a spin of one set of ../shared/sweeps from its ground-truth poses and writes the views, masks and a
// contact sheet for looking at: spin_from_truth SET_FOLDER OUT_FOLDER [size_px] [max_frames] [threads].
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "reconstruct/orbit.h"
#include "reconstruct/spin.h"
#include "tests/reconstruct/spin/gt_reconstruction.h"

namespace {

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

void WriteBytes(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void Describe(const rv::Orbit& orbit) {
  std::fprintf(
      stderr, "orbit: arc %.1f deg %s %s loops %.2f radius %.3f subject %.3f up %.3f %.3f %.3f gaps %zu\n",
      orbit.arc * 57.2958, orbit.closed ? "closed" : "open", orbit.clockwise ? "cw" : "ccw", orbit.loops,
      orbit.radius, orbit.subject_radius, orbit.up.x(), orbit.up.y(), orbit.up.z(), orbit.gaps.size());
  for (const rv::OrbitFrame& f : orbit.frames)
    std::fprintf(stderr, "%s%u:%.0f/%.0f/%.2f", f.on_ring ? " " : " !", f.frame.value,
                 f.unwrapped_azimuth * 57.2958, f.elevation * 57.2958, f.radius / orbit.radius);
  std::fprintf(stderr, "\n");
}

void WriteSheet(const rv::RotatingView& view, const std::string& path, int columns, bool masks) {
  constexpr int kTile = 220;
  const int rows = (static_cast<int>(view.views.size()) + columns - 1) / columns;
  const double scale = static_cast<double>(kTile) / std::max(view.width, view.height);
  const int w = static_cast<int>(view.width * scale);
  const int h = static_cast<int>(view.height * scale);
  rv::Image sheet = rv::Image::Make(w * columns, h * rows, 3);
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    const rv::Image tile =
        rv::Resize(*rv::Decode(masks ? view.views[i].provenance : view.views[i].image, 3), w, h);
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x)
        for (int c = 0; c < 3; ++c) {
          const int value = tile.at(x, y)[c];
          sheet.at(static_cast<int>(i) % columns * w + x, static_cast<int>(i) / columns * h + y)[c] =
              static_cast<std::uint8_t>(masks ? std::min(255, value * 80) : value);
        }
  }
  WriteBytes(path, rv::EncodePng(sheet).bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string out = argv[2];
  const int threads = argc > 5 ? std::atoi(argv[5]) : 2;
  std::filesystem::create_directories(out);
  const auto loaded = rv::LoadGtSweep(argv[1], argc > 4 ? std::atoi(argv[4]) : 1000, threads);
  if (!loaded) return 3;
  std::fprintf(stderr, "%zu frames, %zu points\n", loaded->sweep.frames.size(),
               loaded->reconstruction.points.size());
  auto start = std::chrono::steady_clock::now();
  const auto orbit = rv::EstimateOrbit(loaded->reconstruction, loaded->sweep, {});
  if (!orbit) return std::fprintf(stderr, "%s\n", orbit.error().message.c_str()), 6;
  std::fprintf(stderr, "orbit %.2f s\n", Seconds(start));
  Describe(*orbit);
  start = std::chrono::steady_clock::now();
  rv::SpinOptions options{.threads = threads};
  if (argc > 3) options.size_px = std::atoi(argv[3]);
  const std::clock_t cpu = std::clock();
  const auto spin = rv::BuildSpin(loaded->sweep, loaded->reconstruction, *orbit, {}, options, {});
  if (!spin) return std::fprintf(stderr, "%s\n", spin.error().message.c_str()), 6;
  std::fprintf(stderr,
               "spin %.2f s (%.2f s of CPU), %zu views %dx%d, min captured %.4f, f %.1f c %.1f %.1f\n",
               Seconds(start), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, spin->views.size(),
               spin->width, spin->height, spin->coverage.min_captured_share, spin->view_camera->focal_px,
               spin->view_camera->cx_px, spin->view_camera->cy_px);
  for (const std::string& finding : spin->coverage.findings) std::fprintf(stderr, "- %s\n", finding.c_str());
  for (std::size_t i = 0; i < spin->views.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "/view_%03zu.", i);
    WriteBytes(out + name + "jpg", spin->views[i].image.bytes);
    WriteBytes(out + name + "depth.png", spin->views[i].depth.bytes);
  }
  std::ofstream(out + "/size.txt") << spin->width << " " << spin->height << "\n";
  WriteSheet(*spin, out + "/sheet.png", 8, false);
  WriteSheet(*spin, out + "/masks.png", 8, true);
  return 0;
}
