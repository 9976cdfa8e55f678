// The depth of one layer, item or background, of frames that are compared with each other. Internal to reconstruct/.
#pragma once

#include <vector>

#include "base/progress.h"
#include "reconstruct/depth/agreement.h"
#include "reconstruct/depth/frame_depths.h"
#include "reconstruct/depth/plane_sweep.h"

namespace rv::depth {

// Inverse depths of points that a frame sees, at their pixels; weight 0 to 1.
struct Anchor {
  int x = 0, y = 0;  // of the small picture
  float inverse = 0;
};

class LayerDepths {
 public:
  LayerDepths(const DepthInput& in, LayerKind kind, std::vector<DepthFrame> frames, int threads);

  // `from`, `to`: of the progress reported.
  Result<std::vector<DepthGrid>> Make(const Progress& progress, double from, double to);

 private:
  Planes PlanesFor(std::size_t i, const std::vector<const DepthFrame*>& others) const;
  Planes PlanesBetween(double farthest,
                       double nearest,
                       const DepthFrame& frame,
                       const std::vector<const DepthFrame*>& others) const;
  std::vector<Anchor> AnchorsOf(const DepthFrame& frame) const;
  // The layer's box and planes in a frame, and the frames to compare with; an empty box where it is not seen.
  struct Task {
    Layer layer;
    std::vector<const DepthFrame*> others;
  };
  Task TaskOf(std::size_t i) const;
  void Look(std::size_t i);
  // Towards what is known besides pictures; `off` (out): not of the layer.
  void Lean(std::size_t i, cv::Mat& values, cv::Mat& sure, cv::Mat& off) const;
  cv::Mat ItemSheet(std::size_t i, const cv::Mat& values, const cv::Mat& sure) const;
  cv::Mat BehindSheet(std::size_t i, const cv::Mat& values, const cv::Mat& sure) const;
  DepthGrid Finish(std::size_t i) const;

  const DepthInput& in_;
  LayerKind kind_;
  std::vector<DepthFrame> frames_;
  int threads_;
  std::vector<FoundDepth> found_;
  std::vector<Task> tasks_;
  std::vector<std::vector<Anchor>> anchors_;  // per frame; of the background
};

}  // namespace rv::depth
