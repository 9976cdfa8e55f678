#include "reconstruct/subject/same_color.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.h"

namespace rv::subject {
namespace {

// What light and camera do to one color between frames, Lab steps.
constexpr float kSpread[3] = {11, 5, 5};
constexpr double kWindow = 1.0 / 3;  // of the frames
constexpr std::size_t kWindows = 12;
constexpr int kLeastFrames = 5;
// Mean over a window of how far a frame shows the cell's color where it is not that of the background.
constexpr float kNotOne = 0.35F, kSurelyOne = 0.65F;
constexpr double kAboveFloor = 2;  // cells

// Frames in the order in which they go round the place.
std::vector<std::size_t> InTurn(const SameColorInput& in) {
  const Eigen::Vector3d across = in.place.up.unitOrthogonal(), ahead = across.cross(in.place.up);
  std::vector<double> azimuth;
  for (const SeenFrame& frame : in.frames) {
    const Eigen::Vector3d away = frame.sight.cam_from_world.Origin() - in.place.center;
    azimuth.push_back(std::atan2(ahead.dot(away), across.dot(away)));
  }
  std::vector<std::size_t> order(in.frames.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return azimuth[a] != azimuth[b] ? azimuth[a] < azimuth[b] : a < b;
  });
  return order;
}

// What a frame shows of a cell.
struct Seen {
  float count = 0, unlike = 0;  // how far its color is none of the background there
  float color[3] = {0, 0, 0};
};

float MatchOf(const float* mean, const float* color) {
  float squared = 0;
  for (int c = 0; c < 3; ++c) {
    const float off = (color[c] - mean[c]) / kSpread[c];
    squared += off * off;
  }
  return 1 / (1 + 0.25F * squared * squared);
}

class Looker {
 public:
  Looker(const SameColorInput& in, SameColor& out)
      : in_(in),
        out_(out),
        order_(InTurn(in)),
        window_(std::max<std::size_t>(3, static_cast<std::size_t>(order_.size() * kWindow))) {}

  void Look(std::size_t cell, std::vector<Seen>& seen) const {
    seen.resize(order_.size());
    for (std::size_t k = 0; k < order_.size(); ++k) seen[k] = See(order_[k], cell);
    float best = 0;
    const std::size_t windows = std::min(kWindows, order_.size());
    for (std::size_t w = 0; w < windows; ++w)
      best = std::max(best, Judge(seen, w * order_.size() / windows, best, cell));
    out_.sure[cell] = std::clamp((best - kNotOne) / (kSurelyOne - kNotOne), 0.0F, 1.0F);
  }

 private:
  // Weighted by how far they are none of the background, colors of a window and how well they agree.
  float Judge(const std::vector<Seen>& seen, std::size_t first, float best, std::size_t cell) const {
    float count = 0, unlike = 0, mean[3] = {0, 0, 0};
    for (std::size_t k = first; k < first + window_; ++k) {
      const Seen& s = seen[k % seen.size()];
      count += s.count;
      unlike += s.unlike;
      for (int c = 0; c < 3; ++c) mean[c] += s.unlike * s.color[c];
    }
    if (count < kLeastFrames || unlike <= std::max(best, kNotOne) * count) return 0;
    for (float& value : mean) value /= unlike;
    float score = 0;
    for (std::size_t k = first; k < first + window_; ++k) {
      const Seen& s = seen[k % seen.size()];
      score += s.unlike * MatchOf(mean, s.color);
    }
    score /= count;
    if (score > best)
      for (std::size_t c = 0; c < 3; ++c) out_.lab[cell][c] = mean[c];
    return score;
  }

  Seen See(std::size_t frame, std::size_t cell) const {
    const int pixel = in_.pixels[frame][cell];
    if (pixel < 0) return {};
    const auto p = static_cast<std::size_t>(pixel);
    const LabColor color = in_.frames[frame].Color(p);
    return {1, in_.unlike[frame][p], {float(color[0]), float(color[1]), float(color[2])}};
  }

  const SameColorInput& in_;
  SameColor& out_;
  std::vector<std::size_t> order_;
  std::size_t window_;
};

}  // namespace

float SameColor::Match(std::size_t cell, const LabColor& color) const {
  const float values[3] = {float(color[0]), float(color[1]), float(color[2])};
  return MatchOf(lab[cell].data(), values);
}

void SameColor::Resample(const std::vector<std::ptrdiff_t>& old) {
  if (old.empty()) return;
  SameColor fine{.sure = std::vector<float>(old.size(), 0.0F),
                 .lab = std::vector<std::array<float, 3>>(old.size())};
  for (std::size_t cell = 0; cell < old.size(); ++cell) {
    if (old[cell] < 0) continue;
    fine.sure[cell] = sure[static_cast<std::size_t>(old[cell])];
    fine.lab[cell] = lab[static_cast<std::size_t>(old[cell])];
  }
  *this = std::move(fine);
}

SameColor FindSameColor(const SameColorInput& input, int threads) {
  SameColor out{.sure = std::vector<float>(input.within.size(), 0.0F),
                .lab = std::vector<std::array<float, 3>>(input.within.size())};
  const Looker looker(input, out);
  const GridSize& size = input.volume.size;
  ParallelFor(static_cast<std::size_t>(size.depth), threads, [&](std::size_t slice) {
    std::vector<Seen> seen;
    const int z = static_cast<int>(slice);
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        const std::size_t cell = input.volume.Index(x, y, z);
        if (input.within[cell] <= 0.5F) continue;
        if (input.floor && input.floor->Above(input.volume.At(x, y, z)) < kAboveFloor * input.volume.cell)
          continue;
        looker.Look(cell, seen);
      }
  });
  return out;
}

}  // namespace rv::subject
