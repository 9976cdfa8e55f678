// What the mattes of all frames say together: a hull finer and tighter than the search's, in which one frame's mistake at
// an edge is outvoted by the others. Internal to reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "reconstruct/subject/search.h"

namespace rv::subject {

struct LabeledFrame {
  std::uint32_t frame = 0;  // index into Sweep::frames
  Sight sight;
  cv::Mat lab;         // CV_8UC3, continuous
  cv::Mat matte;       // CV_8UC1, 255 = the item, of one size with `lab` and sight.camera
  cv::Rect box;        // outside of it nothing was looked at
  cv::Mat fine;        // Lab of the box in a larger picture
  cv::Rect fine_box;   // where that lies
  cv::Size fine_size;  // of that picture
};

struct ConsensusOptions {
  int cells = 96;            // along the longest side
  float at_outline = 0.06F;  // share of the frames that see past a cell at the item's outline
};

class Consensus {
 public:
  // The item is sought in the box of the search's hull. A frame that does not find a part but shows the one color that the
  // search knows of it does not speak against it.
  Consensus(const ItemSearch& search,
            const std::vector<LabeledFrame>& frames,
            const ConsensusOptions& options,
            int threads);
  // CV_8UC1: 255 = all frames agree that the item is seen there, 127 = as many do not as at its outline.
  cv::Mat Silhouette(const Sight& sight) const;

  const Volume& volume() const { return volume_; }
  const std::vector<float>& values() const { return values_; }  // per cell, as of a pixel that sees it alone

 private:
  Volume volume_;
  std::vector<float> values_;
  std::vector<char> shown_;
};

}  // namespace rv::subject
