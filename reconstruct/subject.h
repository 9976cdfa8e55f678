// The item of a sweep whose cameras are known: where it is in space, and a matte for the frames of the ring.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv {

// In two steps, so that frames can join the sweep in between: where the item is, then its outline in each frame.
class SubjectFinder {
 public:
  // All are looked at again by each step; the frames of `orbit`'s ring are those searched in.
  SubjectFinder(const Sweep& sweep, const Reconstruction& reconstruction, const Orbit& orbit, int threads);
  ~SubjectFinder();

  // Looks for what stands at the orbit's center in the frames of its ring at once, by colors, edges, sparse points and the
  // surface that it stands on. Mattes that frames have already take precedence. The subject has no mattes yet; its place
  // (center, radius, `placed`) holds if Outline finds it `known`. Fails with kCorrupt when a picture does not decode,
  // kCancelled. Stage reported: "subject", up to 0.7.
  Result<Subject> Search(const Progress& progress);

  // Frames joined the sweep and its map: the new index of each former one.
  void FramesMoved(const std::vector<std::uint32_t>& moved_to);

  // After Search: the subject, with mattes for the frames of this orbit's ring. `known` is false where frames and hull do
  // not agree on an item; that is no error. Fails as Search.
  Result<Subject> Outline(const Orbit& orbit, const Progress& progress);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// Both steps on the same frames.
Result<Subject> FindSubject(const Sweep& sweep,
                            const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            int threads,
                            const Progress& progress);

}  // namespace rv
