#include "reconstruct/reconstruct.h"

namespace rv {

Status ReconstructOptions::Validate() const {
  if (work_side_px < 160 || work_side_px > 8192)
    return Fail(ErrorCode::kInvalidArgument, "work_side_px must be 160 to 8192, got " + std::to_string(work_side_px));
  if (threads < 0) return Fail(ErrorCode::kInvalidArgument, "threads must not be negative");
  return {};
}

}  // namespace rv
