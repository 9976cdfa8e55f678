// PLY (Turk, Stanford 1994): the points that the mapper kept, with their colors.
#include <bit>
#include <cstring>

#include "base/check.h"
#include "base/text.h"
#include "publish/formats.h"
#include "publish/posed_model.h"

namespace rv::publish {

std::string PlyText(const std::vector<Eigen::Vector3d>& positions,
                    const std::vector<Eigen::Matrix<unsigned char, 3, 1>>& colors,
                    const std::string& comment) {
  static_assert(std::endian::native == std::endian::little);
  RV_CHECK_EQ(positions.size(), colors.size());
  std::string text = "ply\nformat binary_little_endian 1.0\ncomment " + comment + "\n";
  text += Text("element vertex ", positions.size(), "\n");
  text += "property float x\nproperty float y\nproperty float z\n";
  text += "property uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n";
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const Eigen::Vector3f position = positions[i].cast<float>();
    char record[15];
    std::memcpy(record, position.data(), 12);
    std::memcpy(record + 12, colors[i].data(), 3);
    text.append(record, sizeof record);
  }
  return text;
}

Status WritePointCloud(const RotatingView& view,
                       const std::filesystem::path& out,
                       const ExportOptions& /*options*/,
                       const Progress& /*progress*/) {
  const Result<PosedModel> model = MakePosedModel(view, "ply");
  if (!model) return Forward(model);
  std::vector<Eigen::Vector3d> positions;
  std::vector<Eigen::Matrix<unsigned char, 3, 1>> colors;
  for (const ModelPoint& point : model->points) {
    positions.push_back(ObjectFromWorld(view, point.position));
    colors.push_back(point.rgb);
  }
  if (positions.empty())
    return Fail(ErrorCode::kInsufficientData, "the asset has poses but no points, so ply cannot be exported",
                "export colmap or nerf for the poses");
  const std::string comment = "object frame: origin at the pivot, +Y up, right-handed; units are arbitrary";
  return WriteOutput(out, PlyText(positions, colors, comment));
}

}  // namespace rv::publish
