#include "capture/input/limits.h"

#include <string>

namespace rv {

Status CaptureLimits::Validate() const {
  const auto bad = [](const std::string& field) {
    return Fail(ErrorCode::kInvalidArgument, "capture limit " + field + " must be above zero",
                "leave the limit out to use its default");
  };
  if (max_bytes == 0) return bad("max_bytes");
  if (max_pixels == 0) return bad("max_pixels");
  if (max_side <= 0) return bad("max_side");
  if (max_frames_decoded <= 0) return bad("max_frames_decoded");
  if (!(max_duration_s > 0)) return bad("max_duration_s");
  if (max_files <= 0) return bad("max_files");
  if (!(max_zip_ratio >= 1)) return bad("max_zip_ratio");
  if (max_decoder_memory == 0) return bad("max_decoder_memory");
  if (max_decoder_cpu_s <= 0) return bad("max_decoder_cpu_s");
  if (max_decoder_silence_s <= 0) return bad("max_decoder_silence_s");
  return {};
}

}  // namespace rv
