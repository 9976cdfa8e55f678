#include "reconstruct/subject/tight_hull.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "reconstruct/subject/hull.h"
#include "reconstruct/subject/surface.h"

namespace rv::subject {
namespace {

constexpr ConsensusOptions kVote{.cells = 88, .at_outline = 0.12F};
constexpr double kSlack = 3;  // cells of the search: so far its hull is wider than the item

// `in`: per cell of `volume`. Adds what the search's hull has and what lies beyond its slack.
void AddParts(const ItemSearch& search, const Volume& volume, std::vector<float>& in) {
  const int slack = static_cast<int>(std::ceil(kSlack * search.volume().cell / volume.cell));
  std::vector<float> wide(in.size(), 0.0F), beyond(in.size(), 0.0F);
  const std::vector<float> near = Grown(volume, in, slack);
  std::size_t cell = 0;
  bool any = false;
  for (int z = 0; z < volume.size.depth; ++z)
    for (int y = 0; y < volume.size.height; ++y)
      for (int x = 0; x < volume.size.width; ++x, ++cell) {
        const std::ptrdiff_t old = search.volume().CellOf(volume.At(x, y, z));
        if (old < 0 || search.hull()[static_cast<std::size_t>(old)] <= 0.5F) continue;
        wide[cell] = 1;
        beyond[cell] = near[cell] > 0.5F ? 0 : 1;
        any |= beyond[cell] > 0;
      }
  if (!any) return;
  beyond = Grown(volume, std::move(beyond), slack + 1);
  for (std::size_t c = 0; c < in.size(); ++c) in[c] = std::max(in[c], std::min(wide[c], beyond[c]));
}

// Points that lie on the item in the frames that see them.
std::vector<Eigen::Vector3d> PointsOfItem(const std::vector<LabeledFrame>& frames,
                                          const Reconstruction& reconstruction) {
  constexpr double kMostSeen = 0.7;
  constexpr std::size_t kLeastSeen = 3;
  std::vector<const LabeledFrame*> of_frame(reconstruction.frames.size(), nullptr);
  for (const LabeledFrame& frame : frames) of_frame[frame.frame] = &frame;
  std::vector<Eigen::Vector3d> out;
  for (const Point& point : reconstruction.points) {
    std::size_t seen = 0, on = 0;
    for (const Observation& observation : point.track) {
      const LabeledFrame* frame = of_frame[observation.frame.value];
      if (frame == nullptr) continue;
      const double scale =
          static_cast<double>(frame->matte.cols) / reconstruction.frames[observation.frame.value].width;
      const cv::Point at(static_cast<int>(observation.pixel.x() * scale),
                         static_cast<int>(observation.pixel.y() * scale));
      if (at.x < 0 || at.y < 0 || at.x >= frame->matte.cols || at.y >= frame->matte.rows) continue;
      ++seen;
      on += frame->matte.at<std::uint8_t>(at) > 127;
    }
    if (seen >= kLeastSeen && static_cast<double>(on) >= kMostSeen * static_cast<double>(seen))
      out.push_back(point.position);
  }
  return out;
}

}  // namespace

void MeasureTightHull(const ItemSearch& search,
                      const std::vector<LabeledFrame>& frames,
                      const Reconstruction& reconstruction,
                      const Eigen::Vector3d& up,
                      int threads,
                      Subject& out) {
  const Consensus together(search, frames, kVote, threads);
  const Volume& volume = together.volume();
  std::vector<float> in = together.values();
  const std::vector<float> reach = Grown(search.volume(), search.hull(), 1);
  AddParts(search, volume, in);
  for (const Eigen::Vector3d& at : PointsOfItem(frames, reconstruction)) {
    const std::ptrdiff_t old = search.volume().CellOf(at), cell = volume.CellOf(at);
    if (old >= 0 && cell >= 0 && reach[static_cast<std::size_t>(old)] > 0.5F)
      in[static_cast<std::size_t>(cell)] = 1;
  }
  Subject tight;
  if (MeasureHull(volume, in, up, tight) == 0) return;
  out.surface = std::move(tight.surface);
  out.cell = tight.cell;
  out.center = tight.center;
  out.radius = tight.radius;
}

}  // namespace rv::subject
