// What the headers of a clip or photo say about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rv {

struct MediaProbe {
  bool video = false;     // false: a still picture
  std::string container;  // "mov,mp4,...", "matroska,webm"; for stills "JPEG", "PNG", "WebP", "HEIC", "TIFF"
  std::string codec;      // "h264", "hevc", ...; empty for stills
  std::uint64_t bytes = 0;
  int width = 0;  // px, upright as shown: rotation and pixel aspect applied (stills: as stored)
  int height = 0;
  int orientation = 1;      // how the stored picture is turned upright, as EXIF 1..8
  double pixel_aspect = 1;  // width / height of a stored pixel
  double duration_s = 0;    // 0 when unknown or a still
  double frame_rate = 0;    // average frames a second by the header; 0 when unknown
  std::int64_t frames = 0;  // by the header; 0 when unknown
  int bits = 8;             // of a sample
  std::string transfer;     // "bt709", "arib-std-b67" (HLG), "smpte2084" (PQ), ...; empty when not stated
  std::string primaries;    // "bt709", "bt2020", ...; empty when not stated
  std::string matrix;       // of Y'CbCr: "bt709", "bt2020nc", ...; empty when not stated
  bool full_range = false;
  double peak_nits = 0;  // mastering display or brightest content; 0 when not stated
  bool has_audio = false;
  std::string make;  // of the camera; empty when not stated
  std::string model;
  std::optional<double> focal_prior_px;  // at width x height; a hint, since phones crop videos
};

}  // namespace rv
