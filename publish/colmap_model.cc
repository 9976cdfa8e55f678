// COLMAP's text model (https://colmap.github.io/format.html#text-format): ids start at 1, quaternions are
// written w first, a pose is cam_from_world, pixel (0.5, 0.5) is the center of the first pixel as it is here.
#include <string>

#include "base/text.h"
#include "publish/formats.h"
#include "publish/posed_model.h"

namespace rv::publish {
namespace {

// Appends values with a blank before each.
void Put(std::string& text, double value) {
  text += ' ';
  text += Exact(value);
}
void Put(std::string& text, std::size_t value) {
  text += ' ';
  text += std::to_string(value);
}

std::string CamerasText(const PosedModel& model) {
  std::string text =
      "# Camera list with one line of data per camera:\n#   CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n";
  text += Text("# Number of cameras: ", model.cameras.size(), "\n");
  for (std::size_t i = 0; i < model.cameras.size(); ++i) {
    const Camera& camera = model.cameras[i];
    const bool simple = camera.k2 == 0;
    text += std::to_string(i + 1);
    text += simple ? " SIMPLE_RADIAL" : " RADIAL";
    Put(text, static_cast<std::size_t>(camera.width));
    Put(text, static_cast<std::size_t>(camera.height));
    for (double value : {camera.focal_px, camera.cx_px, camera.cy_px, camera.k1}) Put(text, value);
    if (!simple) Put(text, camera.k2);
    text += '\n';
  }
  return text;
}

void AppendImage(const ModelImage& image, std::size_t id, std::string& text) {
  const Eigen::Quaterniond& q = image.cam_from_world.rotation;
  const Eigen::Vector3d& t = image.cam_from_world.translation;
  text += std::to_string(id);
  for (double value : {q.w(), q.x(), q.y(), q.z(), t.x(), t.y(), t.z()}) Put(text, value);
  Put(text, image.camera + 1);
  text += ' ';
  text += image.file;
  text += '\n';
  for (const ModelObservation& observation : image.observations) {
    Put(text, observation.pixel.x());
    Put(text, observation.pixel.y());
    Put(text, observation.point + 1);
  }
  text += '\n';
}

std::string ImagesText(const PosedModel& model) {
  std::string text =
      "# Image list with two lines of data per image:\n"
      "#   IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n"
      "#   POINTS2D[] as (X, Y, POINT3D_ID)\n";
  text += Text("# Number of images: ", model.images.size(), "\n");
  for (std::size_t i = 0; i < model.images.size(); ++i) AppendImage(model.images[i], i + 1, text);
  return text;
}

std::string PointsText(const PosedModel& model) {
  std::string text =
      "# 3D point list with one line of data per point:\n"
      "#   POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)\n";
  text += Text("# Number of points: ", model.points.size(), "\n");
  for (std::size_t i = 0; i < model.points.size(); ++i) {
    const ModelPoint& point = model.points[i];
    text += std::to_string(i + 1);
    for (int axis = 0; axis < 3; ++axis) Put(text, point.position[axis]);
    for (int channel = 0; channel < 3; ++channel) Put(text, static_cast<std::size_t>(point.rgb[channel]));
    Put(text, point.error_px);
    for (const ModelTrackElement& element : point.track) {
      Put(text, element.image + 1);
      Put(text, element.observation);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

Status WriteColmapModel(const RotatingView& view,
                        const std::filesystem::path& out,
                        const ExportOptions& options,
                        const Progress& progress) {
  const Result<PosedModel> model = MakePosedModel(view, "colmap");
  if (!model) return Forward(model);
  if (options.images) {
    if (const Status pictures = CheckPictures(view, *model); !pictures) return Forward(pictures);
  }
  Result<OutputFolder> folder = OutputFolder::Create(out);
  if (!folder) return Forward(folder);
  if (const Status written = folder->Write("cameras.txt", CamerasText(*model)); !written)
    return Forward(written);
  if (const Status written = folder->Write("images.txt", ImagesText(*model)); !written)
    return Forward(written);
  if (const Status written = folder->Write("points3D.txt", PointsText(*model)); !written)
    return Forward(written);
  if (options.images) {
    if (const Status written = WritePictures(view, *model, *folder, progress); !written)
      return Forward(written);
  }
  return folder->Commit();
}

}  // namespace rv::publish
