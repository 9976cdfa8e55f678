// The main job as one function, which a test, the command line and a worker call alike: a clip, photos or a
// ZIP of photos in, an .rview out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "convert/convert_options.h"
#include "convert/stage_clock.h"
#include "scene/rotating_view.h"

namespace rv {

struct ConvertResult {
  RotatingView view;  // as written
  int frames = 0;     // of the sweep: those that a pose was sought for
  int posed = 0;      // of them, those that have one; 0 in tiers 3 and 4
  int fetched =
      0;  // of a clip, those that joined with their poses afterwards, for views; not among the above
  StageSeconds seconds;
  std::vector<std::string> warnings;  // capture's, and why there are no tags
};

// Captures `source`, poses it, builds the spin (or what the pictures carry: convert/ladder.h) and writes it
// to `out`, whole or not at all; an existing file is replaced. The bytes written depend on the source and on
// the options that shape the result alone.
//
// `progress` is told the stages "decode", "features", "matching", "mapping", "subject", "frames", "views", "tags" and
// "package". A conversion without tags does not fail: `warnings` says why there are none.
// Fails as the stages do: kNotFound (no such source or output folder), kInvalidArgument (an option, an output
// that cannot be written), kCorrupt, kUnsupported, kInsufficientData (no spin can be made: one photo,
// unrelated photos), kCancelled. Nothing is left behind then.
Result<ConvertResult> Convert(const std::filesystem::path& source,
                              const std::filesystem::path& out,
                              const ConvertOptions& options,
                              const Progress& progress);

// The result as one line of JSON: output, tier, tier_reason, views, frames, posed, fetched, seconds by stage ("export"
// among them), findings, warnings. `event`, unless empty, comes first under that name.
std::string ConvertSummaryJson(const ConvertResult& result,
                               const std::filesystem::path& out,
                               double export_seconds,
                               const std::string& event);

}  // namespace rv
