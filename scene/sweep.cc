#include "scene/sweep.h"

#include "base/text.h"

namespace rv {

Result<Image> DecodeFrame(const SweepFrame& frame, int max_side) {
  Result<Image> picture = DecodeScaled(frame.image, 3, max_side);
  if (!picture)
    return Fail(picture.error().code, Text("frame ", frame.name, ": ", picture.error().message),
                picture.error().remedy);
  return picture;
}

}  // namespace rv
