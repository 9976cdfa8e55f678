// The mattes of the ring's frames, from a search that has run. Internal to reconstruct/.
#pragma once

#include "reconstruct/subject/search.h"
#include "scene/subject.h"

namespace rv::subject {

struct FramesToMatte {
  const Sweep& sweep;
  const Reconstruction& reconstruction;
  const PointsSeen& points;
  const std::vector<std::uint32_t>& frames;  // indices into Sweep::frames, with poses
  const Eigen::Vector3d& up;                 // world
  bool in_studio = false;                    // the search knew of an even backdrop in nearly all frames
  bool by_backdrop = false;                  // the search was told what stands before the even backdrop
};

// Each frame is labeled by itself, then its outline told anew by what all say together. Sets mattes and confidence and the tight hull of
// `out`, which have an entry for each frame of the sweep; its center and radius are known. Fails with kCorrupt when a picture does not decode.
Status MakeMattes(const FramesToMatte& in, const ItemSearch& search, int threads, Subject& out);

}  // namespace rv::subject
