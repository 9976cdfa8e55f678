// The focal length of a photo as phones write it: EXIF tag FocalLengthIn35mmFilm with the picture's own size (CIPA
// DC-008, Exif 2.3).
#pragma once

#include "scene/geometry.h"
#include "scene/image.h"

namespace rv {

// Puts an EXIF segment behind the JPEG's first marker. The 35 mm equivalent is by the diagonal and whole, so that it is
// off by up to half a millimeter, as in photos.
void AddFocalExif(const Camera& camera, EncodedImage& jpeg);

}  // namespace rv
