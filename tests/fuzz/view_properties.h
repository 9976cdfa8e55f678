// What must hold of every view that was read, whatever the bytes.
#pragma once

#include <cstdlib>

#include "asset/info.h"
#include "asset/rview_file.h"

namespace rv::fuzz {

// A view that was read can be written, and comes back the same.
inline void CheckRead(const RotatingView& view) {
  const auto written = EncodeRview(view);
  if (!written) std::abort();
  const auto again = DecodeRview(*written, {.strict = true});
  if (!again || EncodeRview(*again).value() != *written) std::abort();
  if (DescribeRview(view).empty()) std::abort();
}

}  // namespace rv::fuzz
