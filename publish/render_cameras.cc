#include "publish/render_cameras.h"

#include <Eigen/Dense>
#include <algorithm>
#include <set>

#include "base/parallel.h"
#include "base/text.h"
#include "publish/output.h"
#include "publish/posed_model.h"
#include "synthesis/asset_renderer.h"

namespace rv {

Rigid3 FromExportFrame(const RotatingView& view, const Rigid3& cam_from_exported) {
  const publish::ExportFrame frame = publish::ExportFrameOf(view);
  // exported = turn * (scale * world) + shift, and only the direction and the place of a camera carry over.
  const Eigen::Matrix3d rotation = cam_from_exported.rotation.toRotationMatrix() * frame.turn;
  const Eigen::Vector3d center =
      frame.turn.transpose() * (cam_from_exported.Origin() - frame.shift) / frame.scale;
  return {Eigen::Quaterniond(rotation).normalized(), -(rotation * center)};
}

Status RenderCameras(const RotatingView& view,
                     const std::vector<RenderCamera>& cameras,
                     const std::filesystem::path& out,
                     int threads,
                     const Progress& progress) {
  std::set<std::string> names;
  for (const RenderCamera& camera : cameras)
    if (!names.insert(camera.name).second)
      return Fail(ErrorCode::kInvalidArgument, Text("two cameras are called ", camera.name),
                  "give each frame a file_path of its own");
  Result<std::unique_ptr<synthesis::AssetRenderer>> renderer = synthesis::AssetRenderer::Create(view);
  if (!renderer) return Forward(renderer);
  Result<publish::OutputFolder> folder = publish::OutputFolder::Create(out);
  if (!folder) return Forward(folder);
  const std::size_t batch = 2 * static_cast<std::size_t>(threads > 0 ? threads : HardwareThreads());
  for (std::size_t begin = 0; begin < cameras.size(); begin += batch) {
    if (!Report(progress, "render", static_cast<double>(begin) / static_cast<double>(cameras.size())))
      return Cancelled();
    const std::size_t count = std::min(batch, cameras.size() - begin);
    std::vector<Result<Image>> drawn(count);
    ParallelFor(count, threads, [&](std::size_t i) {
      drawn[i] = (*renderer)->Draw(cameras[begin + i].camera, cameras[begin + i].cam_from_world);
    });
    for (std::size_t i = 0; i < count; ++i) {
      if (!drawn[i]) return Forward(drawn[i]);
      const EncodedImage png = EncodePng(*drawn[i]);
      if (const Status written = folder->Write(cameras[begin + i].name + ".png", png.bytes); !written)
        return Forward(written);
    }
  }
  return folder->Commit();
}

}  // namespace rv
