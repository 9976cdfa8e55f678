// Every option of a conversion, and one table that describes each once: command-line flags, job parameters
// and the provenance inside the asset are derived from it.
#pragma once

#include <map>
#include <string>

#include "base/options.h"
#include "base/result.h"
#include "capture/capture.h"
#include "reconstruct/orbit.h"
#include "reconstruct/reconstruct.h"
#include "reconstruct/spin.h"
#include "reconstruct/stabilized_spin.h"

namespace rv {

// Who computes the poses.
inline constexpr const char* kMapperRotaview = "rotaview";
inline constexpr const char* kMapperColmap = "colmap";

struct ConvertOptions {
  CaptureOptions capture;
  ReconstructOptions reconstruct;
  OrbitOptions orbit;
  SpinOptions spin;
  // spacing, views, size, quality and exposure are taken from `spin`, which all tiers share
  StabilizedSpinOptions flat;
  // kMapperRotaview, or kMapperColmap for the installed COLMAP as a second opinion.
  std::string mapper = kMapperRotaview;
  // Take the given poses and cameras (capture.pose_priors) as they are, instead of as a start.
  bool poses_exact = false;
  // Worker threads of every stage, 0 = all; replaces the stages' own. Never changes the result.
  int threads = 0;
  // Keep the captured frames in the asset. Without them it is several times smaller, and exports that need
  // the frames' pictures say so.
  bool keep_sources = true;
  // Leave out what a public page has no use for (convert/published.h); of captured frames, all beyond the item ...
  bool publish = false;
  // ... unless this is set too.
  bool publish_frames = false;
  // Look at the views and keep tags, a title and an embedding.
  bool tags = true;
  // The recognition model; empty: the one that FindModel finds (groknet/recognition/tagger.h).
  std::string model;
  // Where the model runs: cpu, auto, webgpu or cuda. Only the CPU gives the same bytes on every machine.
  std::string device = "cpu";

  // Fails with kInvalidArgument, naming the field that is out of range.
  Status Validate() const;
};

const OptionTable<ConvertOptions>& ConvertOptionTable();

// The value of every option that shapes the result, by name; for RotatingView::options.
std::map<std::string, std::string> ShapingOptions(const ConvertOptions& options);

}  // namespace rv
