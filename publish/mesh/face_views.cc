#include "publish/mesh/face_views.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "publish/mesh/raster.h"

namespace rv::mesh {
namespace {

constexpr int kRasterSide = 640;
constexpr float kBehind = 0.012F;       // share of the depth: nearer than that to the front is the front
constexpr double kGrazing = 0.17;       // cosine; flatter views say little
constexpr float kInsidePx = 1.5F;       // of the matte, from the outline
constexpr float kLikeNeighbor = 0.25F;  // of the best score, for each neighbor of the same frame
constexpr int kSweeps = 10;

Camera SmallCamera(const Camera& lens) {
  const double scale = std::min(1.0, static_cast<double>(kRasterSide) / std::max(lens.width, lens.height));
  return lens.Scaled(std::max(1, static_cast<int>(std::lround(lens.width * scale))),
                     std::max(1, static_cast<int>(std::lround(lens.height * scale))));
}

// The nearest surface about the pixel: at outlines and slopes one pixel is too strict.
float FrontAbout(const Raster& raster, const Eigen::Vector2d& pixel) {
  const int x = static_cast<int>(std::floor(pixel.x())), y = static_cast<int>(std::floor(pixel.y()));
  if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return 0;
  return raster.inverse[static_cast<std::size_t>(y) * static_cast<std::size_t>(raster.width) +
                        static_cast<std::size_t>(x)];
}

class FrameScores {
 public:
  FrameScores(const Surface& surface, const ItemFrame& frame)
      : frame_(frame),
        small_(SmallCamera(frame.lens)),
        raster_(Draw(surface, small_, frame.cam_from_object)) {}

  float Of(const Eigen::Vector3f& point, const Eigen::Vector3f& normal) const {
    const Eigen::Vector3d in_cam = frame_.cam_from_object * point.cast<double>();
    const std::optional<Eigen::Vector2d> pixel = frame_.lens.Project(in_cam);
    if (!pixel) return 0;
    const auto of_matte = RasterIndex(*pixel, frame_.lens, frame_.matte.width, frame_.matte.height);
    if (!of_matte || frame_.outside_px[*of_matte] > -kInsidePx) return 0;
    const double cosine = -(frame_.cam_from_object.rotation * normal.cast<double>()).dot(in_cam) /
                          std::max(1e-9, in_cam.norm());
    if (cosine < kGrazing) return 0;
    const float front = FrontAbout(raster_, *pixel * (static_cast<double>(small_.width) / frame_.lens.width));
    if (front <= 0 || 1 / in_cam.z() < front * (1 - kBehind)) return 0;
    return static_cast<float>(cosine * frame_.lens.focal_px / in_cam.z());
  }

 private:
  const ItemFrame& frame_;
  Camera small_;
  Raster raster_;
};

float FaceScore(const Triangle& face, const CornerViews& views, std::size_t frame) {
  return std::min({views.row(face[0])[frame], views.row(face[1])[frame], views.row(face[2])[frame]});
}

int BestFrame(const Triangle& face,
              const Triangle& beside,
              const std::vector<int>& labels,
              const CornerViews& views) {
  float best_score = 0;
  for (std::size_t f = 0; f < views.frames; ++f) best_score = std::max(best_score, FaceScore(face, views, f));
  int best = kUnseenFace;
  float best_value = 0;
  for (std::size_t f = 0; f < views.frames; ++f) {
    float value = FaceScore(face, views, f);
    if (value <= 0) continue;
    for (const std::uint32_t other : beside)
      if (other != ~0U && !labels.empty() && labels[other] == static_cast<int>(f))
        value += kLikeNeighbor * best_score;
    if (value > best_value) {
      best_value = value;
      best = static_cast<int>(f);
    }
  }
  return best;
}

}  // namespace

CornerViews ScoreCorners(const Surface& surface, const std::vector<ItemFrame>& frames, int threads) {
  CornerViews out{.frames = frames.size()};
  out.scores.assign(surface.points.size() * frames.size(), 0);
  const std::vector<Eigen::Vector3f> normals = VertexNormals(surface);
  ParallelFor(frames.size(), threads, [&](std::size_t f) {
    const FrameScores scores(surface, frames[f]);
    for (std::size_t v = 0; v < surface.points.size(); ++v)
      out.scores[v * frames.size() + f] = scores.Of(surface.points[v], normals[v]);
  });
  return out;
}

std::vector<int> ChooseFaceFrames(const Surface& surface,
                                  const CornerViews& views,
                                  const std::vector<Triangle>& neighbors) {
  std::vector<int> labels;
  std::vector<int> first(surface.triangles.size());
  for (std::size_t t = 0; t < first.size(); ++t)
    first[t] = BestFrame(surface.triangles[t], neighbors[t], labels, views);
  labels = std::move(first);
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (std::size_t t = 0; t < labels.size(); ++t)
      labels[t] = BestFrame(surface.triangles[t], neighbors[t], labels, views);
  return labels;
}

}  // namespace rv::mesh
