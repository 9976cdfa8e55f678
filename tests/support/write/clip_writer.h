// Writes synthetic frames as a video file the way phones do: H.264 or HEVC, 8 bits or 10-bit HLG/PQ with the
// real transfer curves and color tags, any frame times, stored sideways with a display matrix, B-frames.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv {

struct ClipOptions {
  std::string codec = "h264";       // or "hevc"
  std::string hdr = "sdr";          // "hlg" or "pq": 10-bit BT.2020 (hevc only); 1.0 is shown at 203 cd/m2
  std::string preset = "veryfast";  // of x264 / x265
  int crf = 20;
  int b_frames = 2;
  int key_interval = 60;
  // What a player turns the stored picture by, clockwise: 0, 90, 180 or 270. Frames are given upright.
  int rotation_deg = 0;
  // Size of the upright video; 0 = as rendered. Larger: enlarged bicubically, a quick stand-in for rendering
  // at full size.
  int width = 0;
  int height = 0;
  double fps = 30;  // nominal
  int threads = 0;
  Status Validate() const;
};

class ClipWriter {
 public:
  // `path` ends in .mp4 or .mov.
  static Result<ClipWriter> Open(const std::filesystem::path& path, const ClipOptions& options);
  ~ClipWriter();
  ClipWriter(ClipWriter&&) noexcept;
  ClipWriter& operator=(ClipWriter&&) noexcept;

  // Frames in presentation order, all of one size, even width and height.
  Status Add(const LinearImage& frame, double time_s);
  Status Finish();

 private:
  struct Impl;
  explicit ClipWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Keeps FFmpeg's and the encoders' own messages off stderr, for the whole process.
void QuietEncoders();

}  // namespace rv
