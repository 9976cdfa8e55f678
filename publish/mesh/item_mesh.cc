#include "publish/mesh/item_mesh.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/text.h"
#include "publish/mesh/fused_volume.h"
#include "publish/mesh/iso_surface.h"
#include "publish/mesh/item_frames.h"
#include "publish/mesh/raster.h"
#include "publish/mesh/texture.h"

namespace rv::mesh {
namespace {

constexpr std::size_t kLeastFrames = 12, kMostFrames = 48;
constexpr double kCrumbs = 0.02;
constexpr float kSimplifyError = 0.002F;
constexpr int kSilhouetteSide = 480;

Status CheckAsset(const RotatingView& view) {
  if (!view.reconstruction || !view.orbit || !view.view_camera)
    return Fail(
        ErrorCode::kInsufficientData,
        Text("a spin of tier ", static_cast<int>(view.tier), " has no camera positions to make a mesh from"),
        "film all round the item so that it can be placed in space");
  if (!view.coverage.closed)
    return Fail(ErrorCode::kInsufficientData,
                Text("the spin shows ", Fixed(view.coverage.arc_deg, 0),
                     " degrees; the mesh's other sides would be made up"),
                "film all the way round the item");
  return {};
}

Status CheckSilhouettes(const SilhouetteScore& score, const MeshOptions& options) {
  if (score.least >= options.least_overlap) return {};
  return Fail(
      ErrorCode::kInsufficientData,
      Text("the mesh's silhouette agrees with the item's outline to ", Fixed(score.least, 2), " at ",
           Fixed(score.least_azimuth_deg, 0), " degrees (mean of ", score.views, " views ",
           Fixed(score.mean, 2), "); a mesh is written from ", Fixed(options.least_overlap, 2), " on"),
      "film slowly, in even light, before a background unlike the item; thin, clear and mirroring parts do "
      "not "
      "make a mesh");
}

}  // namespace

Result<SilhouetteScore> CompareSilhouettes(const Surface& surface,
                                           const RotatingView& view,
                                           int count,
                                           int threads) {
  const std::size_t chosen = std::min<std::size_t>(static_cast<std::size_t>(count), view.views.size());
  std::vector<Result<double>> overlaps(chosen, -1.0);
  const auto index = [&](std::size_t i) { return i * view.views.size() / chosen; };
  ParallelFor(chosen, threads, [&](std::size_t i) {
    const View& shown = view.views[index(i)];
    if (!shown.cam_from_object || shown.matte.empty()) return;
    const Result<Image> matte = Decode(shown.matte, 1);
    if (!matte) {
      overlaps[i] = Forward(matte);
      return;
    }
    const double scale =
        std::min(1.0, static_cast<double>(kSilhouetteSide) / std::max(view.width, view.height));
    const Camera camera =
        view.view_camera->Scaled(std::max(1, static_cast<int>(std::lround(view.width * scale))),
                                 std::max(1, static_cast<int>(std::lround(view.height * scale))));
    overlaps[i] = SilhouetteOverlap(Draw(surface, camera, *shown.cam_from_object), *matte);
  });
  SilhouetteScore out;
  for (std::size_t i = 0; i < chosen; ++i) {
    if (!overlaps[i]) return Forward(overlaps[i]);
    if (*overlaps[i] < 0) continue;
    ++out.views;
    out.mean += *overlaps[i];
    if (*overlaps[i] > out.least) continue;
    out.least = *overlaps[i];
    out.least_azimuth_deg = view.views[index(i)].azimuth_deg;
  }
  if (out.views == 0)
    return Fail(ErrorCode::kInsufficientData, "the asset does not know where the item is",
                "convert the sweep again: a whole turn round one item is needed");
  out.mean /= out.views;
  return out;
}

Result<ItemMesh> MakeItemMesh(const RotatingView& view,
                              const MeshOptions& options,
                              const Progress& progress) {
  if (const Status fit = CheckAsset(view); !fit) return Forward(fit);
  const Result<std::vector<ItemFrame>> frames =
      LoadItemFrames(view, kLeastFrames, kMostFrames, options.threads);
  if (!frames) return Forward(frames);
  if (!Report(progress, "export", 0.1)) return Cancelled();
  const ItemBounds bounds = BoundsOf(*frames);
  if (!((bounds.high - bounds.low).minCoeff() > 0))
    return Fail(ErrorCode::kInsufficientData, "the captured frames have no depth of the item",
                "convert the clip again");
  const Volume volume = FuseVolume(*frames, bounds, options.cells, options.threads);
  if (!Report(progress, "export", 0.5)) return Cancelled();
  const Surface surface =
      Simplified(WithoutCrumbs(ZeroSurface(volume), kCrumbs), options.triangles, kSimplifyError);
  if (surface.triangles.empty())
    return Fail(ErrorCode::kInsufficientData,
                "outlines and depths of the captured frames have nothing in common",
                "film all round one item that stands still");
  const Result<SilhouetteScore> score =
      CompareSilhouettes(surface, view, options.silhouettes, options.threads);
  if (!score) return Forward(score);
  if (const Status agrees = CheckSilhouettes(*score, options); !agrees) return Forward(agrees);
  if (!Report(progress, "export", 0.6)) return Cancelled();
  return ItemMesh{Textured(surface, *frames, options.most_texture_px, options.threads), *score};
}

}  // namespace rv::mesh
