// One frame of a clip as it came out of the decoding process, as a frame of the sweep; and the clip kept open for more.
#pragma once

#include <string>
#include <vector>

#include "capture/clip_frames.h"
#include "capture/input/sniff.h"
#include "capture/video/video_jobs.h"
#include "capture/video_passes.h"

namespace rv::capture {

// "000123.jpg"
std::string VideoFrameName(int number);

// All that does not depend on why it was chosen.
SweepFrame FrameOfClip(int number, video::ChosenFrame picture, const MediaProbe& probe);

// `source`: as AnalyzeClip left it. `mixed`: numbers (sorted) of frames that are no candidates.
ClipFrames KeepOpen(input::OpenFile file,
                    const video::VideoSource& source,
                    const Analysis& analysis,
                    const std::vector<int>& mixed,
                    int jpeg_quality);

}  // namespace rv::capture
