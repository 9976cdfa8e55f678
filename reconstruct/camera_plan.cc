#include "reconstruct/camera_plan.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include "base/log.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/matching/focal.h"
#include "reconstruct/matching/zoom.h"

namespace rv {
namespace {

// Focal lengths in metadata are rounded: within this factor they are one lens.
constexpr double kOneLens = 1.06;

// Focal length of a frame's metadata against the longer side of its picture; 0 when unknown.
double PriorRatio(const SweepFrame& frame) {
  if (!frame.focal_prior_px) return 0;
  return *frame.focal_prior_px / std::max(frame.image.width, frame.image.height);
}

// Number of the lens of each frame by its metadata: 0 without, else from 1 by focal length.
std::vector<int> LensOfFrames(const Sweep& sweep) {
  std::vector<double> ratios;
  for (const SweepFrame& frame : sweep.frames)
    if (const double ratio = PriorRatio(frame); ratio > 0) ratios.push_back(ratio);
  std::sort(ratios.begin(), ratios.end());
  std::vector<double> begins;
  for (std::size_t i = 0; i < ratios.size(); ++i)
    if (i == 0 || ratios[i] > kOneLens * ratios[i - 1]) begins.push_back(ratios[i]);
  std::vector<int> lens;
  for (const SweepFrame& frame : sweep.frames)
    lens.push_back(
        static_cast<int>(std::upper_bound(begins.begin(), begins.end(), PriorRatio(frame)) - begins.begin()));
  return lens;
}

bool AnyUnknown(const std::vector<int>& lens) { return std::find(lens.begin(), lens.end(), 0) != lens.end(); }

// Pairs of two frames whose focal length is unknown: those that may say what it is.
std::vector<matching::TwoView> OfUnknown(const std::vector<matching::TwoView>& pairs,
                                         const std::vector<int>& lens) {
  std::vector<matching::TwoView> out;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(out),
               [&](const matching::TwoView& pair) { return lens[pair.a] == 0 && lens[pair.b] == 0; });
  return out;
}

struct Groups {
  CameraPlan plan;
  std::vector<std::vector<double>> priors;  // by camera: focal lengths of its frames' metadata, work px
  std::vector<double> relative;             // by camera: zoom against the others without metadata
};

Groups GroupFrames(const Sweep& sweep,
                   const std::vector<Image>& gray,
                   const std::vector<int>& lens,
                   const matching::ZoomGroups& zooms) {
  Groups out;
  std::map<std::tuple<int, int, int, int>, int> numbers;  // width, height, lens, zoom
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) {
    const Image& work = gray[i];
    const int zoom = lens[i] == 0 ? zooms.group_of[i] : 0;
    const auto [at, added] = numbers.try_emplace({work.width, work.height, lens[i], zoom},
                                                 static_cast<int>(out.plan.cameras.size()));
    if (added) {
      out.plan.cameras.push_back(
          Camera::Simple(work.width, work.height, 1.1 * std::max(work.width, work.height)));
      out.priors.emplace_back();
      out.relative.push_back(lens[i] == 0 ? zooms.relative[static_cast<std::size_t>(zoom)] : 1);
    }
    out.plan.camera_of.push_back(at->second);
    if (const double ratio = PriorRatio(sweep.frames[i]); ratio > 0)
      out.priors[static_cast<std::size_t>(at->second)].push_back(ratio * std::max(work.width, work.height));
  }
  return out;
}

}  // namespace

CameraPlan PlanCameras(const Sweep& sweep,
                       const std::vector<Image>& gray,
                       const std::vector<features::FeatureSet>& features,
                       const std::vector<matching::TwoView>& pairs) {
  const std::vector<int> lens = LensOfFrames(sweep);
  matching::ZoomGroups zooms{.group_of = std::vector<int>(sweep.frames.size(), 0), .relative = {1}};
  if (sweep.kind == SourceKind::kPhotos && AnyUnknown(lens) && !sweep.camera_known)
    zooms = matching::FindZoomGroups(features, pairs);
  if (zooms.relative.size() > 1)
    LogVerbose(Text("cameras: ", zooms.relative.size(), " zooms among the photos"));
  Groups groups = GroupFrames(sweep, gray, lens, zooms);
  CameraPlan& plan = groups.plan;
  const matching::FocalEstimate focal =
      AnyUnknown(lens)
          ? matching::EstimateFocal(OfUnknown(pairs, lens), plan.cameras, plan.camera_of, groups.relative)
          : matching::FocalEstimate{};
  plan.focal_known = true;
  for (std::size_t c = 0; c < plan.cameras.size(); ++c) {
    Camera& camera = plan.cameras[c];
    const bool known = !groups.priors[c].empty();
    plan.focal_known = plan.focal_known && known;
    camera.focal_px = known ? UpperMedian(groups.priors[c])
                            : focal.ratio * groups.relative[c] * std::max(camera.width, camera.height);
  }
  if (!plan.focal_known) LogVerbose(Text("focal estimate: ", Fixed(focal.ratio, 3), " of the longer side"));
  if (sweep.camera_known && sweep.camera && plan.cameras.size() == 1) {
    plan.cameras[0] = sweep.camera->Scaled(plan.cameras[0].width, plan.cameras[0].height);
    plan.camera_known = plan.focal_known = true;
  }
  return std::move(plan);
}

}  // namespace rv
