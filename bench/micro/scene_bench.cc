// Micro-benches of the shared vocabulary: cameras, picture codecs, scores.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "bench/pose_metrics.h"
#include "scene/geometry.h"
#include "scene/image.h"

namespace rv {
namespace {

Camera LensCamera() {
  Camera camera = Camera::Simple(1280, 720, 1000);
  camera.k1 = -0.1;
  camera.k2 = 0.02;
  return camera;
}

void BM_CameraProject(benchmark::State& state) {
  const Camera camera = LensCamera();
  const Eigen::Vector3d point(0.3, -0.2, 2);
  for (auto _ : state) benchmark::DoNotOptimize(camera.Project(point));
}
BENCHMARK(BM_CameraProject);

void BM_CameraRay(benchmark::State& state) {
  const Camera camera = LensCamera();
  const Eigen::Vector2d pixel(100, 80);
  for (auto _ : state) benchmark::DoNotOptimize(camera.Ray(pixel));
}
BENCHMARK(BM_CameraRay);

// A picture with gradients and texture, so that codecs have work to do.
Image TexturedImage(int width, int height) {
  Image image = Image::Make(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.at(x, y)[c] =
            static_cast<std::uint8_t>(128 + 60 * std::sin(0.05 * x * (c + 1)) + 60 * std::cos(0.31 * y));
      }
    }
  }
  return image;
}

void BM_EncodeJpeg(benchmark::State& state) {
  const Image image = TexturedImage(1280, 720);
  for (auto _ : state) benchmark::DoNotOptimize(EncodeJpeg(image, 92));
}
BENCHMARK(BM_EncodeJpeg)->Unit(benchmark::kMillisecond);

void BM_DecodeJpeg(benchmark::State& state) {
  const EncodedImage encoded = EncodeJpeg(TexturedImage(1280, 720), 92);
  for (auto _ : state) benchmark::DoNotOptimize(Decode(encoded, 3));
}
BENCHMARK(BM_DecodeJpeg)->Unit(benchmark::kMillisecond);

void BM_DecodeJpegScaled(benchmark::State& state) {
  const EncodedImage encoded = EncodeJpeg(TexturedImage(1280, 720), 92);
  for (auto _ : state) benchmark::DoNotOptimize(DecodeScaled(encoded, 3, 320));
}
BENCHMARK(BM_DecodeJpegScaled)->Unit(benchmark::kMillisecond);

void BM_ScorePoses(benchmark::State& state) {
  GroundTruth truth;
  for (int i = 0; i < state.range(0); ++i) {
    const Eigen::Quaterniond turn(Eigen::AngleAxisd(0.05 * i, Eigen::Vector3d::UnitY()));
    truth.poses[std::to_string(i)] = {{turn, {0, 0, 5}}, LensCamera()};
  }
  for (auto _ : state) benchmark::DoNotOptimize(ScorePoses(truth, truth.poses));
}
BENCHMARK(BM_ScorePoses)->Arg(50)->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rv
