#include "convert/item_on_orbit.h"

#include <algorithm>
#include <utility>

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

bool HasMattesOfRing(const Subject& subject, const Orbit& orbit) {
  return std::all_of(orbit.frames.begin(), orbit.frames.end(), [&](const OrbitFrame& frame) {
    return !frame.on_ring || !subject.mattes[frame.frame.value].empty();
  });
}

}  // namespace

Result<ItemOnOrbit> FindItemOnOrbit(const Sweep& sweep,
                                    const Reconstruction& reconstruction,
                                    const Orbit& orbit,
                                    const ConvertOptions& options,
                                    const Progress& progress) {
  Result<Subject> subject = FindSubject(sweep, reconstruction, orbit, options.threads, progress);
  if (!subject) return Forward(subject);
  Orbit about = AboutItem(sweep, reconstruction, orbit, *subject, options);
  if (!subject->known || HasMattesOfRing(*subject, about))
    return ItemOnOrbit{std::move(*subject), std::move(about)};
  // About the item another ring may be the best one: then the item is looked for in the frames of that one.
  Result<Subject> again = FindSubject(sweep, reconstruction, about, options.threads, progress);
  if (!again) return Forward(again);
  if (again->known) return ItemOnOrbit{std::move(*again), std::move(about)};
  return ItemOnOrbit{std::move(*subject), orbit};
}

}  // namespace rv::convert
