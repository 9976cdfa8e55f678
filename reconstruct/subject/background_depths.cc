#include "reconstruct/subject/background_depths.h"

#include <algorithm>

#include "base/statistics.h"

namespace rv::subject {
namespace {

constexpr int kDepthTiles = 6;        // along the longer side, each with its own depths of the background
constexpr double kBehindItem = 1.02;  // of the center's depth
constexpr std::size_t kLeastNear = 3, kLeastInAll = 4;

}  // namespace

BackgroundDepths::BackgroundDepths(const SeenFrame& frame,
                                   const SearchPlace& place,
                                   const std::vector<Eigen::Vector3d>& points,
                                   const std::vector<float>& judged)
    : tile_(std::max(8, std::max(frame.lab.cols, frame.lab.rows) / kDepthTiles)),
      cols_((frame.lab.cols + tile_ - 1) / tile_),
      rows_((frame.lab.rows + tile_ - 1) / tile_) {
  const double behind = kBehindItem * (frame.sight.cam_from_world * place.center).z();
  std::vector<std::vector<double>> near(static_cast<std::size_t>(cols_ * rows_));
  std::vector<double> all;
  for (const Seen& seen : BehindItem(frame, behind, points, judged)) {
    all.push_back(seen.z);
    const int tx = seen.x / tile_, ty = seen.y / tile_;
    for (int y = std::max(0, ty - 1); y <= std::min(rows_ - 1, ty + 1); ++y)
      for (int x = std::max(0, tx - 1); x <= std::min(cols_ - 1, tx + 1); ++x)
        near[static_cast<std::size_t>(y * cols_ + x)].push_back(seen.z);
  }
  // Evenly in inverse depth, where no point tells; infinity is the last.
  std::vector<double> everywhere;
  for (const double share : {0.9, 0.75, 0.6, 0.45, 0.3, 0.15, 0.01}) everywhere.push_back(behind / share);
  if (all.size() >= kLeastInAll)
    everywhere.insert(everywhere.end(), {Quantile(all, 0.5), Quantile(all, 0.9)});
  for (const std::vector<double>& depths : near)
    tiles_.push_back(
        depths.size() < kLeastNear
            ? everywhere
            : std::vector<double>{Quantile(depths, 0.5), Quantile(depths, 0.15), Quantile(depths, 0.85)});
}

std::vector<BackgroundDepths::Seen> BackgroundDepths::BehindItem(const SeenFrame& frame,
                                                                 double behind,
                                                                 const std::vector<Eigen::Vector3d>& points,
                                                                 const std::vector<float>& judged) {
  std::vector<Seen> out;
  for (const SeenPoint& seen : frame.points) {
    if (judged[seen.point] >= 0) continue;
    const double z = (frame.sight.cam_from_world * points[seen.point]).z();
    if (z < behind) continue;
    out.push_back({std::clamp(static_cast<int>(seen.at.x), 0, frame.lab.cols - 1),
                   std::clamp(static_cast<int>(seen.at.y), 0, frame.lab.rows - 1), z});
  }
  return out;
}

}  // namespace rv::subject
