#include "tests/support/render/shading.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/parallel.h"

namespace rv::synthetic {
namespace {

Vec3 Mix(const Vec3& a, const Vec3& b, const Vec3& c, const float w[3]) {
  return a * w[0] + b * w[1] + c * w[2];
}

Vec3 BakedLight(
    const Stage& stage, const std::array<int, 3>& v, const float w[3], bool turning, float share) {
  const auto look = [&](const std::vector<Vec3>& light) {
    return Mix(light[v[0]], light[v[1]], light[v[2]], w);
  };
  if (!turning || stage.light.size() == 1) return look(stage.light[0]);
  const float k = share * stage.light.size();
  const int k0 = static_cast<int>(k) % static_cast<int>(stage.light.size());
  return Lerp(look(stage.light[k0]), look(stage.light[(k0 + 1) % stage.light.size()]), k - std::floor(k));
}

Vec3 Albedo(const Surface& surface,
            const StageTriangle& triangle,
            Vec2 uv,
            float pixel_at,
            float cosine,
            const Vec3& view,
            const Vec3& normal) {
  if (!surface.texture) return surface.tint;
  const float minor = pixel_at * triangle.texels_per_unit;
  const float stretch = 1.0F / std::max(0.08F, cosine);
  if (!surface.ground)
    return surface.tint * surface.texture->Sample(uv.x, uv.y, 0.85F * minor * std::sqrt(stretch));
  // Ground is mapped from above: the long axis of the footprint is the view's horizontal direction.
  const Vec3 flat = Normalized({view.x, 0, view.z});
  const float major_uv = minor * stretch / surface.texture->width();
  const Vec2 axis{flat.x * major_uv, flat.z * major_uv};
  if (normal.y < 0.9F) return surface.tint * surface.texture->Sample(uv.x, uv.y, minor);
  return surface.tint * surface.texture->SampleStretched(uv.x, uv.y, 0.85F * minor, minor * stretch, axis);
}

// Shades hit `hit` of pixel (x, y) in `look`, along `ray`.
Vec3 ShadeHit(const Stage& stage, const Visibility& seen, const Hit& hit, int y, Vec2 ray, float pixel) {
  const Moment& moment = seen.look().at(y);
  ShadePoint point;
  point.triangle = hit.triangle;
  point.pixel = pixel;
  point.ray_in_world = moment.right * ray.x + moment.down * ray.y + moment.forward;
  point.eye_in_world = moment.eye;
  point.turn = static_cast<float>(moment.turn);
  if (hit.triangle >= 0) {
    Setup own;
    const Setup* setup = &own;
    if (seen.look().rows.size() > 1) {
      Visibility::Prepare(stage, hit.triangle, moment, own);
    } else {
      setup = &seen.setup(hit.triangle);
    }
    float sum = 0;
    for (int i = 0; i < 3; ++i) {
      point.weights[i] = setup->m[i][0] * ray.x + setup->m[i][1] * ray.y + setup->m[i][2];
      sum += point.weights[i];
    }
    for (float& w : point.weights) w /= sum;
    point.depth = 1.0F / sum;
  }
  return Shade(stage, point);
}

}  // namespace

Vec3 Shade(const Stage& stage, const ShadePoint& point) {
  const float length = Norm(point.ray_in_world);
  const Vec3 view = point.ray_in_world * (1 / length);
  if (point.triangle < 0) return stage.room.Radiance(point.eye_in_world, view, point.pixel) * stage.exposure;
  const StageTriangle& triangle = stage.triangles[point.triangle];
  const Surface& surface = stage.surfaces[triangle.surface];
  const auto& v = triangle.vertices;
  const float* w = point.weights;
  const bool turning = v[0] < stage.turning_vertices;
  const Vec2 uv{stage.uvs[v[0]].x * w[0] + stage.uvs[v[1]].x * w[1] + stage.uvs[v[2]].x * w[2],
                stage.uvs[v[0]].y * w[0] + stage.uvs[v[1]].y * w[1] + stage.uvs[v[2]].y * w[2]};
  Vec3 normal = Normalized(Mix(stage.normals[v[0]], stage.normals[v[1]], stage.normals[v[2]], w));
  float share = 0;
  if (turning && point.turn != 0) {
    share = point.turn / kTurn - std::floor(point.turn / kTurn);
    normal = TurnY(normal, std::cos(point.turn), std::sin(point.turn));
  } else if (point.turn != 0) {
    share = point.turn / kTurn - std::floor(point.turn / kTurn);
  }
  const float cosine = std::max(0.0F, -Dot(view, normal));
  Vec3 light;
  if (surface.ground && normal.y > 0.9F) {
    light = stage.ground.Sample(point.eye_in_world + point.ray_in_world * point.depth, share);
  } else {
    light = BakedLight(stage, v, w, turning, share);
  }
  const Vec3 albedo = Albedo(surface, triangle, uv, point.pixel * point.depth, cosine, view, normal);
  const float slope = 1 - cosine, slope2 = slope * slope;
  const float fresnel = surface.reflectance +
                        (1 - surface.reflectance) * slope2 * slope2 * slope * (1 - 0.9F * surface.roughness);
  const Vec3 mirrored = view + normal * (2 * cosine);
  // What darkens the light from all sides hides reflections too.
  const float open = Clamp01(Mean(light) / std::max(1e-3F, 0.6F * Mean(stage.ground.open)));
  const Vec3 shine = stage.reflections.Sample(Normalized(mirrored), surface.roughness) * (fresnel * open);
  return (albedo * light * (1 - fresnel) + shine) * stage.exposure;
}

LinearPicture RenderLooks(
    const Stage& stage, const Lens& lens, const std::vector<Look>& looks, bool moving, int threads) {
  const Camera& camera = lens.camera();
  LinearPicture picture{camera.width, camera.height, {}};
  picture.pixels.resize(static_cast<std::size_t>(camera.width) * camera.height);
  std::vector<Visibility> seen;
  for (const Look& look : looks) seen.emplace_back(stage, lens, look, threads);
  const float pixel = static_cast<float>(1 / camera.focal_px), share = 1.0F / looks.size();
  const auto surface_of = [&](int triangle) { return triangle < 0 ? -1 : stage.triangles[triangle].surface; };
  ParallelFor(
      (camera.height + Visibility::kBandRows - 1) / Visibility::kBandRows, threads, [&](std::size_t band) {
        const int first = static_cast<int>(band) * Visibility::kBandRows;
        const int last = std::min(camera.height, first + Visibility::kBandRows);
        std::vector<std::vector<Hit>> hits(looks.size());
        for (std::size_t k = 0; k < looks.size(); ++k) seen[k].Scan(first, last, hits[k]);
        for (int y = first; y < last; ++y) {
          for (int x = 0; x < camera.width; ++x) {
            const std::size_t at = static_cast<std::size_t>(y - first) * camera.width + x;
            Vec3& out = picture.pixels[static_cast<std::size_t>(y) * camera.width + x];
            const int surface = surface_of(hits[0][at].triangle);
            // One surface at one depth: where an object covers itself, its front must not be shaded for its
            // back.
            const float near = hits[0][at].inverse_depth;
            const bool whole = std::ranges::all_of(hits, [&](const auto& h) {
              return surface_of(h[at].triangle) == surface &&
                     std::abs(h[at].inverse_depth - near) <= 0.01F * near;
            });
            if (whole && !moving) {
              out = ShadeHit(stage, seen[0], hits[0][at], y, lens.Ray(x, y), pixel);
              continue;
            }
            for (std::size_t k = 0; k < looks.size(); ++k) {
              out += ShadeHit(stage, seen[k], hits[k][at], y, seen[k].ShiftedRay(x, y), pixel) * share;
            }
          }
        }
      });
  return picture;
}

}  // namespace rv::synthetic
