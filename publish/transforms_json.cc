// transforms.json as nerfstudio and instant-ngp read it: camera-to-world with OpenGL camera axes (x right, y
// up, z backward), world z up, lengths in object units, pixels with k1 and k2 of OpenCV's model.
#include <nlohmann/json.hpp>

#include "publish/formats.h"
#include "publish/posed_model.h"

namespace rv::publish {
namespace {

using Json = nlohmann::ordered_json;

// 4x4 rows of world_from_glcam.
Json Matrix(const RotatingView& view, const Rigid3& cam_from_world) {
  const ExportFrame frame = ExportFrameOf(view);
  Eigen::Matrix3d rotation = frame.turn * cam_from_world.rotation.conjugate().toRotationMatrix();
  rotation.col(1) *= -1;
  rotation.col(2) *= -1;
  const Eigen::Vector3d center = frame * cam_from_world.Origin();
  Json rows = Json::array();
  for (int r = 0; r < 3; ++r) rows.push_back({rotation(r, 0), rotation(r, 1), rotation(r, 2), center[r]});
  rows.push_back({0.0, 0.0, 0.0, 1.0});
  return rows;
}

void PutCamera(const Camera& camera, Json& json) {
  json["w"] = camera.width;
  json["h"] = camera.height;
  json["fl_x"] = camera.focal_px;
  json["fl_y"] = camera.focal_px;
  json["cx"] = camera.cx_px;
  json["cy"] = camera.cy_px;
  json["k1"] = camera.k1;
  json["k2"] = camera.k2;
  json["p1"] = 0.0;
  json["p2"] = 0.0;
}

std::string TransformsText(const RotatingView& view, const PosedModel& model, bool with_points) {
  Json json;
  json["camera_model"] = "OPENCV";
  if (model.cameras.size() == 1) PutCamera(model.cameras[0], json);
  if (with_points) json["ply_file_path"] = "sparse_pc.ply";
  json["frames"] = Json::array();
  for (const ModelImage& image : model.images) {
    Json frame;
    frame["file_path"] = "images/" + image.file;
    if (model.cameras.size() > 1) PutCamera(model.cameras[image.camera], frame);
    frame["transform_matrix"] = Matrix(view, image.cam_from_world);
    json["frames"].push_back(std::move(frame));
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string PointsText(const RotatingView& view, const PosedModel& model) {
  std::vector<Eigen::Vector3d> positions;
  std::vector<Eigen::Matrix<unsigned char, 3, 1>> colors;
  for (const ModelPoint& point : model.points) {
    positions.push_back(ExportFrameOf(view) * point.position);
    colors.push_back(point.rgb);
  }
  return PlyText(positions, colors, "frame of transforms.json: origin at the pivot, +Z up, right-handed");
}

}  // namespace

Status WriteTransforms(const RotatingView& view,
                       const std::filesystem::path& out,
                       const ExportOptions& options,
                       const Progress& progress) {
  const Result<PosedModel> model = MakePosedModel(view, "nerf");
  if (!model) return Forward(model);
  if (out.extension() == ".json") {
    if (!options.images) return WriteOutput(out, TransformsText(view, *model, false));
    return Fail(ErrorCode::kInvalidArgument,
                "nerf is a folder (transforms.json and images/), and " + out.string() + " names a file",
                "give a folder name, or export with --no-images");
  }
  if (options.images) {
    if (const Status pictures = CheckPictures(view, *model); !pictures) return Forward(pictures);
  }
  Result<OutputFolder> folder = OutputFolder::Create(out);
  if (!folder) return Forward(folder);
  const bool with_points = !model->points.empty();
  if (const Status written = folder->Write("transforms.json", TransformsText(view, *model, with_points));
      !written)
    return Forward(written);
  if (with_points) {
    if (const Status written = folder->Write("sparse_pc.ply", PointsText(view, *model)); !written)
      return Forward(written);
  }
  if (options.images) {
    if (const Status written = WritePictures(view, *model, *folder, progress); !written)
      return Forward(written);
  }
  return folder->Commit();
}

}  // namespace rv::publish
