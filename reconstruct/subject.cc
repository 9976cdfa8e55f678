#include "reconstruct/subject.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/subject/frame_mattes.h"
#include "reconstruct/subject/search.h"
#include "reconstruct/subject/surface.h"

namespace rv {
namespace {

using subject::ItemSearch;
using subject::SeenFrame;

constexpr int kSearchSidePx = 192;
constexpr std::size_t kSearchFrames = 36, kGlanceFrames = 24;
// The item is known where frames and hull agree this well, and its place where it was seen from nearly all sides.
constexpr double kAgreed = 0.75;
constexpr double kAllSides = 200 * kPi / 180;
constexpr double kMostRadius = 0.5;  // of the cameras' distance

std::vector<std::uint32_t> FramesOfRing(const Sweep& sweep, const Orbit& orbit) {
  std::vector<std::uint32_t> out;
  for (const OrbitFrame& frame : orbit.frames)
    if (frame.on_ring && !sweep.frames[frame.frame.value].image.empty()) out.push_back(frame.frame.value);
  return out;
}

std::vector<std::uint32_t> Evenly(const std::vector<std::uint32_t>& frames, std::size_t most) {
  if (frames.size() <= most) return frames;
  std::vector<std::uint32_t> out;
  for (std::size_t k = 0; k < most; ++k) out.push_back(frames[k * frames.size() / most]);
  return out;
}

subject::SearchPlace PlaceAt(const Reconstruction& reconstruction,
                             const Orbit& orbit,
                             const Eigen::Vector3d& center,
                             double radius) {
  subject::SearchPlace place{.center = center, .up = orbit.up, .radius = radius, .distance = orbit.radius};
  const auto support = [&](double reach) {
    std::vector<Eigen::Vector3d> about;
    for (const Point& point : reconstruction.points)
      if ((point.position - center).norm() <= reach) about.push_back(point.position);
    return orbit::FindSupport(about, center, orbit.up, reach);
  };
  place.support = support(radius);
  place.surface = place.support;
  for (double wider = 1.5; !place.surface && wider < 3.5; wider *= 1.5)
    place.surface = support(wider * radius);
  return place;
}

class Finder {
 public:
  Finder(const Sweep& sweep, const Reconstruction& reconstruction, const Orbit& orbit, int threads)
      : sweep_(sweep),
        reconstruction_(reconstruction),
        orbit_(orbit),
        threads_(threads),
        ring_(FramesOfRing(sweep, orbit)),
        points_(subject::PointsOfFrames(reconstruction)),
        place_(PlaceAt(reconstruction, orbit, orbit.center, orbit.subject_radius)) {}

  Result<Subject> Find(const Progress& progress) {
    Subject out;
    out.mattes.resize(sweep_.frames.size());
    out.confidence.assign(sweep_.frames.size(), 0);
    if (ring_.size() < 3) return out;
    if (!Report(progress, "subject", 0)) return Cancelled();
    Result<std::vector<SeenFrame>> frames = LoadAll(Evenly(ring_, kSearchFrames));
    if (!frames) return Forward(frames);
    LookForPlace(*frames);
    if (!Report(progress, "subject", 0.3)) return Cancelled();
    ItemSearch search(*frames, reconstruction_, place_, threads_);
    search.Run();
    if (!Report(progress, "subject", 0.7)) return Cancelled();
    if (subject::MeasureHull(search.volume(), search.hull(), orbit_.up, out) == 0) return out;
    const subject::FramesToMatte to_matte{.sweep = sweep_,
                                          .reconstruction = reconstruction_,
                                          .points = points_,
                                          .frames = ring_,
                                          .up = orbit_.up};
    if (const Status made = subject::MakeMattes(to_matte, search, threads_, out); !made) return Forward(made);
    std::vector<double> agreed;
    for (const std::uint32_t frame : ring_) agreed.push_back(out.confidence[frame]);
    out.known = Median(agreed) >= kAgreed;
    out.placed = out.known && orbit_.arc >= kAllSides && out.radius < kMostRadius * orbit_.radius;
    if (!Report(progress, "subject", 1)) return Cancelled();
    return out;
  }

 private:
  Result<std::vector<SeenFrame>> LoadAll(const std::vector<std::uint32_t>& frames) {
    std::vector<Result<SeenFrame>> loaded(frames.size());
    ParallelFor(frames.size(), threads_, [&](std::size_t i) {
      loaded[i] = subject::LoadSeen(sweep_, reconstruction_, points_, frames[i], kSearchSidePx);
    });
    std::vector<SeenFrame> out;
    for (Result<SeenFrame>& seen : loaded) {
      if (!seen) return Forward(seen);
      out.push_back(std::move(*seen));
    }
    return out;
  }

  // The item may be larger than the orbit's subject, or beside its center: a glance tells about where it is.
  void LookForPlace(const std::vector<SeenFrame>& frames) {
    const std::size_t step = frames.size() > kGlanceFrames ? 2 : 1;
    std::vector<SeenFrame> some;
    for (std::size_t i = 0; i < frames.size(); i += step) some.push_back(frames[i]);
    ItemSearch glance(some, reconstruction_, place_, threads_);
    glance.Glance();
    Subject seen;
    if (subject::MeasureHull(glance.volume(), glance.hull(), orbit_.up, seen) == 0 ||
        seen.radius > kMostRadius * orbit_.radius)
      return;
    place_ = PlaceAt(reconstruction_, orbit_, seen.center, seen.radius);
  }

  const Sweep& sweep_;
  const Reconstruction& reconstruction_;
  const Orbit& orbit_;
  int threads_;
  std::vector<std::uint32_t> ring_;
  subject::PointsSeen points_;
  subject::SearchPlace place_;
};

}  // namespace

Result<Subject> FindSubject(const Sweep& sweep,
                            const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            int threads,
                            const Progress& progress) {
  return Finder(sweep, reconstruction, orbit, threads).Find(progress);
}

}  // namespace rv
