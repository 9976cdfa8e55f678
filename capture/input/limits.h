// What a source may cost before and while it is decoded. Checked against file headers before anything is
// decoded; the decoder's process is held to the rest by the kernel.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace rv {

struct CaptureLimits {
  // Clips of up to so many pixels in all frames together are decoded whole before frames are chosen (ten seconds of
  // CPU); of larger ones, frames that no other refers to are left out as far as the motion can still be followed.
  std::uint64_t whole_clip_pixels = 1'200'000'000;
  // Bytes of one source file, and of all photos of a folder or ZIP together. Range: >= 1.
  std::uint64_t max_bytes = 4ULL << 30;
  // Pixels of one picture or video frame. 64 million holds the 50-megapixel modes of phones.
  std::uint64_t max_pixels = 64'000'000;
  // Longest side of a picture, px. JPEG cannot hold more than 65500.
  int max_side = 32'000;
  // Frames of a clip (about 6 minutes at 60 a second). Raise it for longer clips.
  int max_frames_decoded = 24'000;
  // Seconds of a clip.
  double max_duration_s = 900;
  // Files in a folder or entries in a ZIP, photos or not.
  int max_files = 4000;
  // A ZIP entry may grow to at most this many times its packed size (beyond the first megabyte).
  double max_zip_ratio = 200;
  // Address space of the decoding process beyond what it starts with, bytes.
  std::uint64_t max_decoder_memory = 2ULL << 30;
  // CPU seconds of one decoding process, and seconds without any sign of life from it.
  int max_decoder_cpu_s = 1800;
  int max_decoder_silence_s = 120;

  // Fails with kInvalidArgument, naming the field that is out of range.
  Status Validate() const;
};

}  // namespace rv
