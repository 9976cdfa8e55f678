#include "capture/pixels/cicp.h"

namespace rv::pixels {

Transfer TransferOfCicp(int code) {
  constexpr int kSmpte2084 = 16, kAribStdB67 = 18;
  if (code == kSmpte2084) return Transfer::kPq;
  return code == kAribStdB67 ? Transfer::kHlg : Transfer::kSdr;
}

Primaries PrimariesOfCicp(int code) {
  constexpr int kBt2020 = 9, kSmpte432 = 12;
  if (code == kBt2020) return Primaries::kBt2020;
  return code == kSmpte432 ? Primaries::kP3D65 : Primaries::kBt709;
}

}  // namespace rv::pixels
