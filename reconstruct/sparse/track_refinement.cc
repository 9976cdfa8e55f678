#include "reconstruct/sparse/track_refinement.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "reconstruct/features/work_image.h"

namespace rv::sparse {
namespace {

constexpr int kHalf = 5;
constexpr int kPatchSide = 2 * kHalf + 1;
constexpr int kSamples = kPatchSide * kPatchSide;
using Patch = Eigen::Matrix<float, kSamples, 1>;
using Jacobian = Eigen::Matrix<float, kSamples, 6>;

// Bilinear value at work px (of level 0) in a pyramid level; false outside.
bool Sample(const Image& level, float level_scale, float x, float y, float& value) {
  const float u = x * level_scale - 0.5F;
  const float v = y * level_scale - 0.5F;
  if (!(u >= 0 && v >= 0 && u < static_cast<float>(level.width - 1) &&
        v < static_cast<float>(level.height - 1)))
    return false;
  const int iu = static_cast<int>(u);
  const int iv = static_cast<int>(v);
  const float fu = u - iu;
  const float fv = v - iv;
  const std::uint8_t* a = level.at(iu, iv);
  const std::uint8_t* b = a + level.width;
  value = (1 - fv) * ((1 - fu) * a[0] + fu * a[1]) + fv * ((1 - fu) * b[0] + fu * b[1]);
  return true;
}

// The grid (s, t), -kHalf..kHalf, lands at center + warp * (s, t).
struct Warp {
  Eigen::Vector2f center;
  Eigen::Matrix2f linear;
};

bool SamplePatch(const features::GrayPyramid& pyramid, const Warp& warp, Patch& patch) {
  const float spacing = std::sqrt(std::abs(warp.linear.determinant()));
  int level = 0;
  while (level + 1 < static_cast<int>(pyramid.levels.size()) &&
         spacing > 1.5F * static_cast<float>(1 << level))
    ++level;
  const float scale = 1.0F / static_cast<float>(1 << level);
  const Image& image = pyramid.levels[level];
  int k = 0;
  for (int t = -kHalf; t <= kHalf; ++t) {
    for (int s = -kHalf; s <= kHalf; ++s, ++k) {
      const Eigen::Vector2f p = warp.center + warp.linear * Eigen::Vector2f(s, t);
      if (!Sample(image, scale, p.x(), p.y(), patch[k])) return false;
    }
  }
  return true;
}

// Zero mean, unit variance; false for a flat patch.
bool Normalize(Patch& patch) {
  patch.array() -= patch.mean();
  const float norm = patch.norm();
  if (norm < 2.0F * kPatchSide) return false;  // standard deviation under two gray levels
  patch *= std::sqrt(static_cast<float>(kSamples)) / norm;
  return true;
}

struct Template {
  Patch patch;        // normalized
  Jacobian steepest;  // d patch / d (translation, linear) in grid units
  Eigen::LDLT<Eigen::Matrix<float, 6, 6>> normal;
};

std::optional<Template> MakeTemplate(const features::GrayPyramid& pyramid, const Warp& warp) {
  Template made;
  if (!SamplePatch(pyramid, warp, made.patch) || !Normalize(made.patch)) return std::nullopt;
  const auto value = [&](int s, int t) {
    s = std::clamp(s, -kHalf, kHalf);
    t = std::clamp(t, -kHalf, kHalf);
    return made.patch[(t + kHalf) * kPatchSide + s + kHalf];
  };
  int k = 0;
  for (int t = -kHalf; t <= kHalf; ++t) {
    for (int s = -kHalf; s <= kHalf; ++s, ++k) {
      const float ds = s == -kHalf || s == kHalf ? 2.0F : 1.0F;  // one-sided at the rim
      const float dt = t == -kHalf || t == kHalf ? 2.0F : 1.0F;
      const float gs = 0.5F * ds * (value(s + 1, t) - value(s - 1, t));
      const float gt = 0.5F * dt * (value(s, t + 1) - value(s, t - 1));
      made.steepest.row(k) << gs, gt, gs * s, gs * t, gt * s, gt * t;
    }
  }
  Eigen::Matrix<float, 6, 6> normal = made.steepest.transpose() * made.steepest;
  // Both directions must be constrained: an edge slides along itself.
  const Eigen::Matrix2f shift = normal.topLeftCorner<2, 2>();
  const float trace = shift.trace();
  const float root = std::sqrt(std::max(0.0F, trace * trace / 4 - shift.determinant()));
  if (trace / 2 - root < 0.04F * kSamples * 0.05F) return std::nullopt;
  normal.diagonal().array() += 1e-3F * kSamples;
  made.normal.compute(normal);
  return made;
}

// Aligns by inverse composition; the correlation reached, or empty when it left the picture or blew up.
std::optional<float> Align(const Template& reference, const features::GrayPyramid& pyramid, Warp& warp) {
  Patch patch;
  for (int iteration = 0; iteration < 12; ++iteration) {
    if (!SamplePatch(pyramid, warp, patch) || !Normalize(patch)) return std::nullopt;
    const Eigen::Matrix<float, 6, 1> step =
        reference.normal.solve(reference.steepest.transpose() * (patch - reference.patch));
    Eigen::Matrix2f linear;
    linear << 1 + step[2], step[3], step[4], 1 + step[5];
    if (!(std::abs(linear.determinant()) > 0.3F)) return std::nullopt;
    const Eigen::Matrix2f inverse = linear.inverse();
    const Eigen::Vector2f moved = warp.linear * (inverse * step.head<2>());
    warp.center -= moved;
    warp.linear = warp.linear * inverse;
    if (moved.squaredNorm() < 1e-4F) break;
  }
  if (!SamplePatch(pyramid, warp, patch) || !Normalize(patch)) return std::nullopt;
  return patch.dot(reference.patch) / kSamples;
}

// How a small patch facing the reference camera at the point appears in another frame: d px_other / d px_ref.
std::optional<Eigen::Matrix2d> AffineBetween(const SparseMap& map,
                                             const MapPoint& point,
                                             int reference,
                                             int other) {
  const Rigid3& ref_from_world = map.frames[reference].cam_from_world;
  const Rigid3 other_from_ref = map.frames[other].cam_from_world * ref_from_world.Inverse();
  const Eigen::Vector3d in_ref = ref_from_world * point.position;
  const Camera& camera = map.CameraOf(reference);
  const auto center = camera.Project(in_ref);
  if (!center) return std::nullopt;
  const Eigen::Vector3d normal = in_ref.normalized();
  const auto transfer = [&](const Eigen::Vector2d& px) -> std::optional<Eigen::Vector2d> {
    const Eigen::Vector3d ray = camera.Ray(px);
    const double along = normal.dot(ray);
    if (along < 1e-6) return std::nullopt;
    return map.CameraOf(other).Project(other_from_ref * (ray * (normal.dot(in_ref) / along)));
  };
  const auto base = transfer(*center);
  const auto dx = transfer(*center + Eigen::Vector2d(1, 0));
  const auto dy = transfer(*center + Eigen::Vector2d(0, 1));
  if (!base || !dx || !dy) return std::nullopt;
  Eigen::Matrix2d affine;
  affine << *dx - *base, *dy - *base;
  return affine;
}

// The observation that looks along the mean viewing direction.
int ReferenceSlot(const SparseMap& map, const MapPoint& point) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  const auto direction = [&](const MapObservation& seen) {
    return (map.frames[seen.frame].cam_from_world.Origin() - point.position).normalized();
  };
  for (const MapObservation& seen : point.track) {
    if (seen.inlier) mean += direction(seen);
  }
  int best = -1;
  double best_cosine = -2;
  for (std::size_t i = 0; i < point.track.size(); ++i) {
    if (!point.track[i].inlier) continue;
    const double cosine = mean.dot(direction(point.track[i]));
    if (cosine > best_cosine) {
      best_cosine = cosine;
      best = static_cast<int>(i);
    }
  }
  return best;
}

void RefinePoint(const SparseMap& map,
                 MapPoint& point,
                 const std::vector<features::GrayPyramid>& pyramids,
                 const TrackRefinementOptions& options,
                 TrackRefinementSummary& summary) {
  const int slot = ReferenceSlot(map, point);
  if (slot < 0) return;
  MapObservation& reference = point.track[slot];
  const float spacing = std::clamp(3.0F * reference.scale_px, 6.0F, 24.0F) / kHalf;
  const Warp ref_warp{reference.px.cast<float>(), Eigen::Matrix2f::Identity() * spacing};
  const auto made = MakeTemplate(pyramids[reference.frame], ref_warp);
  for (MapObservation& seen : point.track) seen.sigma_px = static_cast<float>(options.unrefined_sigma_px);
  if (!made) return;
  for (MapObservation& seen : point.track) {
    if (!seen.inlier || &seen == &reference) continue;
    const auto affine = AffineBetween(map, point, reference.frame, seen.frame);
    bool ok = false;
    if (affine && std::abs(affine->determinant()) > 0.05) {
      Warp warp{seen.px.cast<float>(), affine->cast<float>() * spacing};
      const float area = std::abs(warp.linear.determinant());
      const auto correlation = Align(*made, pyramids[seen.frame], warp);
      const float ratio = std::abs(warp.linear.determinant()) / area;
      const Eigen::Vector2d moved = warp.center.cast<double>();
      ok = correlation && *correlation >= options.min_correlation && ratio > 0.4F && ratio < 2.5F &&
           (moved - seen.px).norm() <= std::max<double>(options.max_shift_px, seen.scale_px);
      if (ok) seen.px = moved;
    }
    seen.refined = ok;
    if (ok) {
      seen.sigma_px = static_cast<float>(options.refined_sigma_px);
      ++summary.refined;
    } else {
      ++summary.failed;
    }
  }
  const bool any = std::any_of(point.track.begin(), point.track.end(),
                               [](const MapObservation& seen) { return seen.refined; });
  reference.refined = any;
  if (any) reference.sigma_px = static_cast<float>(options.refined_sigma_px);
}

}  // namespace

TrackRefinementSummary RefineTracks(SparseMap& map,
                                    const std::vector<Image>& gray,
                                    const TrackRefinementOptions& options) {
  std::vector<features::GrayPyramid> pyramids(gray.size());
  ParallelFor(gray.size(), options.threads,
              [&](std::size_t f) { pyramids[f] = features::BuildPyramid(gray[f], 4); });
  constexpr std::size_t kChunk = 64;
  const std::size_t chunks = (map.points.size() + kChunk - 1) / kChunk;
  std::vector<TrackRefinementSummary> sums(chunks);
  ParallelFor(chunks, options.threads, [&](std::size_t c) {
    for (std::size_t p = c * kChunk; p < std::min(map.points.size(), (c + 1) * kChunk); ++p) {
      if (map.points[p].valid) RefinePoint(map, map.points[p], pyramids, options, sums[c]);
    }
  });
  TrackRefinementSummary total;
  for (const auto& s : sums) {
    total.refined += s.refined;
    total.failed += s.failed;
  }
  LogVerbose(Text("refined ", total.refined, " observations, ", total.failed, " could not be"));
  return total;
}

}  // namespace rv::sparse
