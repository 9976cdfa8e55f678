// The two passes over a clip, as the parent sees them: look at its frames in small, then fetch the chosen
// ones.
#pragma once

#include <map>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "capture/select.h"
#include "capture/video/video_jobs.h"

namespace rv::capture {

// One frame as it was seen in small.
struct SeenMeasure {
  int key = 0;      // as SeenFrame's
  int ordinal = 0;  // as SeenFrame's
  double time_s = 0;
  double sharpness = 0;
  Thumb thumb{};
  int width = 0, height = 0;  // of the frame in small, as stored
};

struct Analysis {
  MediaProbe probe;
  video::DecodeSummary summary;
  std::vector<SeenMeasure> frames;  // in order of presentation
  std::vector<double> motion;       // of each frame, as FrameMeasure's
  // Number of a frame = key - shift where packets were left out, since the decoder never showed the first `shift`
  // frames of a broken start; else the ordinal.
  bool by_key = false;
  int shift = 0;
  int total = 0;  // frames of the clip as numbered

  int NumberOf(const SeenMeasure& f) const { return by_key ? f.key - shift : f.ordinal; }
};

// Decodes as much of the clip as it takes to choose. `keep` are numbers (sorted) that must be among the
// frames seen. Reports stage "decode" up to its share. Sets source.threads to 1 for damaged clips, which a
// decoder with several threads would patch up differently; source.by_order for those whose frames have times
// that no packet announces; source.deinterlace for interlaced
// ones; source.content_nits for HDR. Fails as CaptureSweep does.
Result<Analysis> AnalyzeClip(video::VideoSource& source,
                             const std::vector<int>& keep,
                             const Progress& progress);

// The frames with these keys (sorted) as JPEGs, by key; those that do not decode are missing.
Result<std::map<int, video::ChosenFrame>> ExtractFrames(const video::VideoSource& source,
                                                        const std::vector<int>& keys,
                                                        int jpeg_quality,
                                                        const Progress& progress);

}  // namespace rv::capture
