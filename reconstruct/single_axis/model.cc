#include "reconstruct/single_axis/model.h"

namespace rv::single_axis {

Rigid3 CamFromTurn(const TurnAxis& axis) {
  const double s = std::sin(axis.tilt), c = std::cos(axis.tilt);
  Eigen::Matrix3d tilted;
  tilted << 1, 0, 0, 0, -c, s, 0, -s, -c;
  const Eigen::AngleAxisd roll(axis.roll, Eigen::Vector3d::UnitZ());
  return {Eigen::Quaterniond(roll.toRotationMatrix() * tilted), roll * Eigen::Vector3d(axis.side, 0, 1)};
}

Rigid3 CamFromWorld(const SingleAxisModel& model, int frame) {
  const PoseDeviation& w = model.deviations[frame];
  const Eigen::Vector3d turn(w[0], w[1], w[2]);
  Rigid3 deviation{Eigen::Quaterniond::Identity(), {0, w[3], w[4]}};
  if (turn.norm() > 0) {
    deviation.rotation = Eigen::AngleAxisd(turn.norm(), turn.normalized());
    deviation.translation = deviation.rotation * deviation.translation;
  }
  const Rigid3 turned{Eigen::Quaterniond(Eigen::AngleAxisd(model.angles[frame], Eigen::Vector3d::UnitY())),
                      Eigen::Vector3d::Zero()};
  return deviation * CamFromTurn(model.axis) * turned;
}

void ApplyModel(const SingleAxisModel& model, sparse::SparseMap& map) {
  for (std::size_t f = 0; f < map.frames.size(); ++f) {
    if (map.frames[f].posed) map.frames[f].cam_from_world = CamFromWorld(model, static_cast<int>(f));
  }
}

}  // namespace rv::single_axis
