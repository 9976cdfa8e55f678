// Code points for colors that clips and stills share (ITU-T H.273, CICP): AVCOL_* of FFmpeg, nclx of HEIF, cICP of PNG.
#pragma once

#include "capture/pixels/color.h"

namespace rv::pixels {

// PQ for 16, HLG for 18, else SDR: all other curves in use are shown on screens as sRGB is.
Transfer TransferOfCicp(int code);
// BT.2020 for 9, Display P3 for 12, else BT.709.
Primaries PrimariesOfCicp(int code);

}  // namespace rv::pixels
