#include "reconstruct/sparse/point_colors.h"

#include <algorithm>
#include <optional>

#include "base/parallel.h"

namespace rv::sparse {
namespace {

constexpr int kDecodedSide = 640;  // enough for a color, and quick to decode

struct Pick {
  std::size_t point;
  Eigen::Vector2d pixel;  // of the original
};

}  // namespace

Status ColorPoints(const Sweep& sweep, int threads, Reconstruction& reconstruction) {
  std::vector<std::vector<Pick>> picks(sweep.frames.size());
  for (std::size_t p = 0; p < reconstruction.points.size(); ++p) {
    const auto& track = reconstruction.points[p].track;
    const Observation& middle = track[track.size() / 2];
    picks[middle.frame.value].push_back({p, middle.pixel});
  }
  std::vector<std::optional<Error>> failed(sweep.frames.size());
  ParallelFor(sweep.frames.size(), threads, [&](std::size_t f) {
    if (picks[f].empty()) return;
    const EncodedImage& encoded = sweep.frames[f].image;
    const Result<Image> image = DecodeScaled(encoded, 3, kDecodedSide);
    if (!image) {
      failed[f] = image.error();
      return;
    }
    for (const Pick& pick : picks[f]) {
      const int x = static_cast<int>(pick.pixel.x() * image->width / encoded.width);
      const int y = static_cast<int>(pick.pixel.y() * image->height / encoded.height);
      const std::uint8_t* rgb =
          image->at(std::clamp(x, 0, image->width - 1), std::clamp(y, 0, image->height - 1));
      reconstruction.points[pick.point].rgb = {rgb[0], rgb[1], rgb[2]};
    }
  });
  for (const auto& error : failed) {
    if (error) return tl::unexpected<Error>(*error);
  }
  return {};
}

}  // namespace rv::sparse
