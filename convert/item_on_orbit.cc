#include "convert/item_on_orbit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "reconstruct/between_choice.h"
#include "reconstruct/between_frames.h"
#include "reconstruct/orbit.h"
#include "reconstruct/subject.h"

namespace rv::convert {
namespace {

Orbit AboutItem(const Sweep& sweep,
                const Reconstruction& reconstruction,
                const Orbit& orbit,
                const Subject& subject,
                const ConvertOptions& options) {
  if (!subject.placed) return orbit;
  constexpr double kShown = 0.95;
  Orbit about = OrbitAbout(reconstruction, sweep, orbit, subject.center, subject.radius, options.orbit);
  const auto on_ring = [](const Orbit& of) {
    return static_cast<double>(std::count_if(of.frames.begin(), of.frames.end(),
                                             [](const OrbitFrame& frame) { return frame.on_ring; }));
  };
  return on_ring(about) < kShown * on_ring(orbit) ? orbit : about;
}

// Whether each frame of the ring of `orbit` is on that of `other`.
bool HasItsRingOn(const Orbit& orbit, const Orbit& other) {
  std::set<std::uint32_t> ring;
  for (const OrbitFrame& frame : other.frames)
    if (frame.on_ring) ring.insert(frame.frame.value);
  return std::all_of(orbit.frames.begin(), orbit.frames.end(), [&](const OrbitFrame& frame) {
    return !frame.on_ring || ring.contains(frame.frame.value);
  });
}

// The new index of each former frame; empty where none joined.
Result<std::vector<std::uint32_t>> AddFramesForViews(Sweep& sweep,
                                                     Reconstruction& reconstruction,
                                                     const Orbit& orbit,
                                                     const ConvertOptions& options,
                                                     const ClipFrames& clip,
                                                     const Progress& progress) {
  const std::vector<int> numbers =
      ChooseFramesBetween(sweep, reconstruction, orbit, clip.candidates(), options.spin);
  if (numbers.empty()) return std::vector<std::uint32_t>{};
  Result<std::vector<SweepFrame>> fetched = clip.Fetch(numbers, progress);
  if (!fetched) return Forward(fetched);
  Result<std::vector<FrameBetween>> posed =
      PoseFramesBetween(sweep, reconstruction, std::move(*fetched), options.threads, progress);
  if (!posed) return Forward(posed);
  LogInfo(Text("frames: ", posed->size(), " of ", numbers.size(), " fetched ones join"));
  if (posed->empty()) return std::vector<std::uint32_t>{};
  return JoinFrames(std::move(*posed), sweep, reconstruction);
}

}  // namespace

Result<ItemOnOrbit> FindItemOnOrbit(Sweep& sweep,
                                    Reconstruction& reconstruction,
                                    const Orbit& orbit,
                                    const ConvertOptions& options,
                                    const std::optional<ClipFrames>& clip,
                                    const Progress& progress) {
  SubjectFinder finder(sweep, reconstruction, orbit, options.threads);
  const Result<Subject> found = finder.Search(progress);
  if (!found) return Forward(found);
  Orbit about = AboutItem(sweep, reconstruction, orbit, *found, options);
  // About the item another ring may be the best one: then the item is looked for in the frames of that one.
  std::optional<SubjectFinder> again;
  if (!HasItsRingOn(about, orbit)) {
    again.emplace(sweep, reconstruction, about, options.threads);
    if (const Result<Subject> second = again->Search(progress); !second) return Forward(second);
  }
  Orbit cameras = orbit;
  if (clip) {
    const Result<std::vector<std::uint32_t>> moved_to =
        AddFramesForViews(sweep, reconstruction, about, options, *clip, progress);
    if (!moved_to) return Forward(moved_to);
    if (!moved_to->empty()) {
      cameras = WithJoinedFrames(cameras, reconstruction, *moved_to);
      about = WithJoinedFrames(about, reconstruction, *moved_to);
      finder.FramesMoved(*moved_to);
      if (again) again->FramesMoved(*moved_to);
    }
  }
  if (again) {
    Result<Subject> subject = again->Outline(about, progress);
    if (!subject) return Forward(subject);
    if (subject->known) return ItemOnOrbit{std::move(*subject), std::move(about)};
    about = cameras;
  }
  Result<Subject> subject = finder.Outline(about, progress);
  if (!subject) return Forward(subject);
  return ItemOnOrbit{std::move(*subject), subject->known ? std::move(about) : std::move(cameras)};
}

}  // namespace rv::convert
