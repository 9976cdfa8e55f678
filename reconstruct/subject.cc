#include "reconstruct/subject.h"

#include <algorithm>
#include <cmath>
#include <optional>

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
constexpr double kMostOfEdge = 0.2;  // of a picture's edge
constexpr double kNearlyAll = 0.9;   // of the frames

// Intersection over union of what is above one half.
double Agreement(const std::vector<float>& a, const std::vector<float>& b) {
  double both = 0, any = 0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    both += a[p] > 0.5F && b[p] > 0.5F;
    any += a[p] > 0.5F || b[p] > 0.5F;
  }
  return any > 0 ? both / any : 0;
}

// Of the outermost pixels, those above one half.
double ShareOfEdge(const std::vector<float>& labels, int width) {
  const int height = static_cast<int>(labels.size()) / width;
  int on = 0, all = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : std::max(1, width - 1), ++all)
      on += labels[static_cast<std::size_t>(y * width + x)] > 0.5F;
  return static_cast<double>(on) / std::max(1, all);
}

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
                             const Eigen::Vector3d& up,
                             double distance,
                             const Eigen::Vector3d& center,
                             double radius) {
  subject::SearchPlace place{.center = center, .up = up, .radius = radius, .distance = distance};
  const auto support = [&](double reach) {
    std::vector<Eigen::Vector3d> about;
    for (const Point& point : reconstruction.points)
      if ((point.position - center).norm() <= reach) about.push_back(point.position);
    return orbit::FindSupport(about, center, up, reach);
  };
  place.support = support(radius);
  place.surface = place.support;
  for (double wider = 1.5; !place.surface && wider < 3.5; wider *= 1.5)
    place.surface = support(wider * radius);
  return place;
}

}  // namespace

class SubjectFinder::Work {
 public:
  Work(const Sweep& sweep, const Reconstruction& reconstruction, const Orbit& orbit, int threads)
      : sweep_(sweep),
        reconstruction_(reconstruction),
        up_(orbit.up),
        arc_(orbit.arc),
        cameras_away_(orbit.radius),
        threads_(threads),
        ring_(FramesOfRing(sweep, orbit)),
        first_place_(PlaceAt(reconstruction, orbit.up, orbit.radius, orbit.center, orbit.subject_radius)),
        place_(first_place_) {}

  Result<Subject> Search(const Progress& progress) {
    found_ = Subject{};
    if (ring_.size() < 3) return found_;
    if (!Report(progress, "subject", 0)) return Cancelled();
    Result<std::vector<SeenFrame>> frames = LoadAll(Evenly(ring_, kSearchFrames));
    if (!frames) return Forward(frames);
    frames_ = std::move(*frames);
    in_studio_ = HasEvenBackdrop();
    if (!in_studio_)  // what some pictures alone seem to show is a wall or a counter
      for (SeenFrame& frame : frames_) frame.backdrop.clear();
    LookFor();
    if (!Report(progress, "subject", 0.5)) return Cancelled();
    if (in_studio_ && !IsPlausible()) {
      // Too thin or too white to be told by colors: then it is what stands before the backdrop.
      by_backdrop_ = true;
      for (SeenFrame& frame : frames_) subject::TellByBackdrop(frame);
      LookFor();
    }
    if (!Report(progress, "subject", 0.7)) return Cancelled();
    return found_;
  }

  void FramesMoved(const std::vector<std::uint32_t>& moved_to) {
    for (SeenFrame& frame : frames_) frame.frame = moved_to[frame.frame];
  }

  Result<Subject> Outline(const Orbit& orbit, const Progress& progress) const {
    Subject out = found_;
    out.mattes.resize(sweep_.frames.size());
    out.confidence.assign(sweep_.frames.size(), 0);
    if (!search_) return out;
    const std::vector<std::uint32_t> ring = FramesOfRing(sweep_, orbit);
    const subject::PointsSeen points = subject::PointsOfFrames(reconstruction_);
    const subject::FramesToMatte to_matte{.sweep = sweep_,
                                          .reconstruction = reconstruction_,
                                          .points = points,
                                          .frames = ring,
                                          .up = up_,
                                          .in_studio = in_studio_,
                                          .by_backdrop = by_backdrop_};
    if (const Status made = subject::MakeMattes(to_matte, *search_, threads_, out); !made)
      return Forward(made);
    std::vector<double> agreed;
    for (const std::uint32_t frame : ring) agreed.push_back(out.confidence[frame]);
    out.known = Median(agreed) >= kAgreed;
    out.placed = out.known && found_.placed;
    if (!Report(progress, "subject", 1)) return Cancelled();
    return out;
  }

 private:
  Result<std::vector<SeenFrame>> LoadAll(const std::vector<std::uint32_t>& frames) {
    const subject::PointsSeen points = subject::PointsOfFrames(reconstruction_);
    std::vector<Result<SeenFrame>> loaded(frames.size());
    ParallelFor(frames.size(), threads_, [&](std::size_t i) {
      loaded[i] = subject::LoadSeen(sweep_, reconstruction_, points, frames[i], kSearchSidePx);
    });
    std::vector<SeenFrame> out;
    for (Result<SeenFrame>& seen : loaded) {
      if (!seen) return Forward(seen);
      out.push_back(std::move(*seen));
    }
    return out;
  }

  void LookFor() {
    place_ = first_place_;
    found_ = Subject{};
    LookForPlace();
    search_.emplace(frames_, reconstruction_, place_, threads_);
    search_->Run();
    if (subject::MeasureHull(search_->volume(), search_->hull(), up_, found_) == 0)
      search_.reset();
    else
      found_.placed = arc_ >= kAllSides && found_.radius < kMostRadius * cameras_away_;
  }

  // Labels and hull agree, and no item goes beyond much of its pictures' edges.
  bool IsPlausible() const {
    if (!search_) return false;
    std::vector<double> agreed, beyond;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const std::vector<float> hull =
          subject::Projected(search_->volume(), search_->hull_shell(), frames_[i].sight).front();
      agreed.push_back(Agreement(search_->labels()[i], hull));
      beyond.push_back(ShareOfEdge(search_->labels()[i], frames_[i].lab.cols));
    }
    return Median(agreed) >= kAgreed && Median(beyond) < kMostOfEdge;
  }

  bool HasEvenBackdrop() const {
    const auto even = std::count_if(frames_.begin(), frames_.end(),
                                    [](const SeenFrame& frame) { return !frame.backdrop.empty(); });
    return static_cast<double>(even) >= kNearlyAll * static_cast<double>(frames_.size());
  }

  // The item may be larger than the orbit's subject, or beside its center: a glance tells about where it is.
  void LookForPlace() {
    const std::size_t step = frames_.size() > kGlanceFrames ? 2 : 1;
    std::vector<SeenFrame> some;
    for (std::size_t i = 0; i < frames_.size(); i += step) some.push_back(frames_[i]);
    ItemSearch glance(some, reconstruction_, place_, threads_);
    glance.Glance();
    Subject seen;
    if (subject::MeasureHull(glance.volume(), glance.hull(), up_, seen) == 0 ||
        seen.radius > kMostRadius * cameras_away_)
      return;
    place_ = PlaceAt(reconstruction_, up_, cameras_away_, seen.center, seen.radius);
  }

  const Sweep& sweep_;
  const Reconstruction& reconstruction_;
  Eigen::Vector3d up_;
  double arc_;           // radians
  double cameras_away_;  // from the orbit's center
  int threads_;
  std::vector<std::uint32_t> ring_;
  subject::SearchPlace first_place_, place_;
  bool in_studio_ = false;            // before an even backdrop
  bool by_backdrop_ = false;          // the item is what stands before it
  std::vector<SeenFrame> frames_;     // searched in
  std::optional<ItemSearch> search_;  // empty where nothing was found
  Subject found_;
};

SubjectFinder::SubjectFinder(const Sweep& sweep,
                             const Reconstruction& reconstruction,
                             const Orbit& orbit,
                             int threads)
    : work_(std::make_unique<Work>(sweep, reconstruction, orbit, threads)) {}

SubjectFinder::~SubjectFinder() = default;

Result<Subject> SubjectFinder::Search(const Progress& progress) { return work_->Search(progress); }

void SubjectFinder::FramesMoved(const std::vector<std::uint32_t>& moved_to) { work_->FramesMoved(moved_to); }

Result<Subject> SubjectFinder::Outline(const Orbit& orbit, const Progress& progress) {
  return work_->Outline(orbit, progress);
}

Result<Subject> FindSubject(const Sweep& sweep,
                            const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            int threads,
                            const Progress& progress) {
  SubjectFinder finder(sweep, reconstruction, orbit, threads);
  const Result<Subject> found = finder.Search(progress);
  if (!found) return Forward(found);
  return finder.Outline(orbit, progress);
}

}  // namespace rv
