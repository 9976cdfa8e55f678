// Pictures in, a video file out, through the FFmpeg libraries. One thread and bit-exact flags: the same bytes
// on every run.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "publish/view_pictures.h"
#include "scene/image.h"

namespace rv::publish {

struct VideoFormat {
  std::string muxer;    // "mp4", "webm", "gif"
  std::string encoder;  // "libx264", "libvpx-vp9", "gif"
  std::string filter;   // lavfi graph from rgb24 (or rgba) to what the encoder takes
  std::vector<std::pair<std::string, std::string>> encoder_options;
  std::vector<std::pair<std::string, std::string>> muxer_options;
  bool is_yuv = true;      // tagged as BT.709, limited range
  bool has_alpha = false;  // pictures are RGBA
};

class VideoWriter {
 public:
  // `path` must exist and is written over. Fails with kUnsupported when this FFmpeg lacks the encoder.
  static Result<VideoWriter> Open(const std::filesystem::path& path,
                                  const VideoFormat& format,
                                  ShownSize size,
                                  double fps);
  VideoWriter(VideoWriter&&) noexcept;
  ~VideoWriter();

  // RGB, or RGBA as the format says, of the size given to Open.
  Status Add(const Image& picture);
  // Call once, last.
  Status Finish();

 private:
  struct State;
  explicit VideoWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rv::publish
