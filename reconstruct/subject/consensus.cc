#include "reconstruct/subject/consensus.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "reconstruct/subject/project_cells.h"

namespace rv::subject {
namespace {

constexpr double kVotedRoom = 3;       // of the search's cells, about its hull
constexpr std::size_t kVoters = 40;    // that vote
constexpr float kSeenByVoters = 0.5F;  // of them: seen by fewer, a cell is not in

Volume VolumeAbout(const Volume& search, const std::vector<float>& hull, int longest) {
  Eigen::Vector3i low = Eigen::Vector3i::Constant(1 << 20), high = Eigen::Vector3i::Constant(-1);
  for (int z = 0; z < search.size.depth; ++z)
    for (int y = 0; y < search.size.height; ++y)
      for (int x = 0; x < search.size.width; ++x) {
        if (hull[search.Index(x, y, z)] <= 0.5F) continue;
        low = low.cwiseMin(Eigen::Vector3i(x, y, z));
        high = high.cwiseMax(Eigen::Vector3i(x, y, z));
      }
  Volume out{.axes = search.axes};
  if (high.x() < 0) return out;
  const Eigen::Vector3d side =
      ((high - low).cast<double>().array() + 1 + 2 * kVotedRoom).matrix() * search.cell;
  out.cell = side.maxCoeff() / longest;
  const Eigen::Vector3i cells = (side / out.cell).array().ceil().cast<int>().max(1);
  out.size = {cells.x(), cells.y(), cells.z()};
  out.corner =
      search.corner + search.axes * (search.cell * (low.cast<double>().array() - kVotedRoom).matrix());
  return out;
}

LabColor ColorOf(const cv::Mat& lab, std::size_t pixel) {
  const cv::Vec3b& c = lab.ptr<cv::Vec3b>()[pixel];
  return {c[0], c[1], c[2]};
}

}  // namespace

Consensus::Consensus(const ItemSearch& search,
                     const std::vector<LabeledFrame>& frames,
                     const ConsensusOptions& options,
                     int threads)
    : volume_(VolumeAbout(search.volume(), search.hull(), options.cells)),
      values_(volume_.size.Count(), 0.0F) {
  const std::size_t votes = std::min(kVoters, frames.size());
  std::vector<const LabeledFrame*> voters;
  for (std::size_t k = 0; k < votes; ++k) voters.push_back(&frames[k * frames.size() / votes]);
  std::vector<std::vector<int>> pixels(votes);
  ParallelFor(votes, threads, [&](std::size_t k) { pixels[k] = PixelsOfCells(volume_, voters[k]->sight); });
  const SameColor& same = search.same_color();
  const auto value_of = [&](std::size_t cell, const Eigen::Vector3d& at) {
    const std::ptrdiff_t old = search.volume().CellOf(at);
    const float sure = old >= 0 ? same.sure[static_cast<std::size_t>(old)] : 0;
    float seen = 0, against = 0;
    for (std::size_t k = 0; k < votes; ++k) {
      if (pixels[k][cell] < 0) continue;
      const auto pixel = static_cast<std::size_t>(pixels[k][cell]);
      seen += 1;
      float part = 1 - static_cast<float>(voters[k]->matte.data[pixel]) / 255;
      if (sure > 0 && part > 0)
        part *= 1 - sure * same.Match(static_cast<std::size_t>(old), ColorOf(voters[k]->lab, pixel));
      against += part;
    }
    if (seen == 0 || seen < kSeenByVoters * static_cast<float>(votes)) return 0.0F;
    return std::clamp(1 - 0.5F * against / (options.at_outline * seen), 0.0F, 1.0F);
  };
  ParallelFor(static_cast<std::size_t>(volume_.size.depth), threads, [&](std::size_t slice) {
    const int z = static_cast<int>(slice);
    for (int y = 0; y < volume_.size.height; ++y)
      for (int x = 0; x < volume_.size.width; ++x) {
        const std::size_t cell = volume_.Index(x, y, z);
        values_[cell] = value_of(cell, volume_.At(x, y, z));
      }
  });
  shown_ = MakeShells(volume_, {values_}).shown;
}

cv::Mat Consensus::Silhouette(const Sight& sight) const {
  const std::vector<float> largest = LargestSeen(
      volume_, sight, [&](std::size_t cell) { return shown_[cell] != 0; },
      [&](std::size_t cell, std::size_t) { return values_[cell]; });
  cv::Mat out(sight.camera.height, sight.camera.width, CV_8UC1);
  for (std::size_t p = 0; p < largest.size(); ++p)
    out.data[p] = static_cast<std::uint8_t>(std::lround(255 * largest[p]));
  return out;
}

}  // namespace rv::subject
