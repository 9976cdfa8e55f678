// Capture: a clip, a folder of photos or a ZIP of them in, a Sweep out.
//
// Everything that is not ours is decoded in a child process with a system-call filter and limits on memory
// and CPU (capture/sandbox/sandbox.h); what comes back are JPEGs that this program encoded itself.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "capture/clip_frames.h"
#include "capture/input/limits.h"
#include "scene/sweep.h"

namespace rv {

struct CaptureOptions {
  // Frames chosen from a clip, at most; `keep_frames` come on top. 120 is 3 degrees apart on a full turn.
  // However long the clip, they are spread over all of it. Fewer map faster; 240 help on clips with several
  // turns. Range: 2..2000.
  int max_frames = 120;
  // Numbers of video frames (from 0, in order of presentation) that must be in the sweep.
  std::vector<int> keep_frames;
  // A transforms.json with poses of the phone (nerfstudio, ARKit: camera to world, OpenGL axes). Empty: one
  // that lies in the folder, or beside its images/, is used.
  std::filesystem::path pose_priors;
  CaptureLimits limits;
  // Threads for decoding; 0 = all hardware threads. Never changes the result.
  int threads = 0;

  // Fails with kInvalidArgument, naming field, value and bound.
  Status Validate() const;
};

struct CaptureTimings {
  double analyze_s = 0;  // looking at the clip, or decoding photos
  double extract_s = 0;  // decoding and encoding the chosen frames
  double total_s = 0;
};

struct CaptureResult {
  Sweep sweep;
  CaptureTimings timings;
  std::optional<ClipFrames> clip;  // of a clip
};

// Reads `source`: a clip, one photo, a ZIP of photos, a folder of photos, or a folder with images/ or video/
// in it. Reports progress as stage "decode". Fails with
//   kNotFound          no such file or folder, or it may not be read
//   kCorrupt           empty, cut off or damaged so that nothing can be read
//   kUnsupported       no photo or clip, sound only, encrypted, over a limit
//   kInsufficientData  a folder or ZIP without a readable photo, a clip without a frame
//   kInvalidArgument   bad options, a kept frame that the clip does not have
//   kCancelled
// Unreadable photos among readable ones are listed in Sweep::rejected; a clip cut off near its end goes on
// with a warning. Photos are named as in capture/photos/photo_names.h. The same source gives the same bytes with any
// number of threads.
Result<Sweep> CaptureSweep(const std::filesystem::path& source,
                           const CaptureOptions& options,
                           const Progress& progress);

// As CaptureSweep, with the time taken, and with the clip's other frames.
Result<CaptureResult> CaptureTimed(const std::filesystem::path& source,
                                   const CaptureOptions& options,
                                   const Progress& progress);

// Numbers of frames, one a line; blank lines and lines that start with # are skipped. Sorted, each once.
// Fails with kNotFound or kInvalidArgument (naming the line).
Result<std::vector<int>> ReadKeepFrames(const std::filesystem::path& path);

}  // namespace rv
