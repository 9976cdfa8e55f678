// Which track of a file is the clip.
#pragma once

struct AVFormatContext;

namespace rv::video {

// The largest moving picture: a small preview is a track, too, and may be the one flagged as default; covers and
// thumbnails move not at all. Among equals the default one, then the first. -1 when there is no picture track.
int ChooseTrack(const AVFormatContext* format);

}  // namespace rv::video
