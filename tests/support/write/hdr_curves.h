// Transfer curves of ITU-R BT.2100 and the primaries of BT.2020.
#pragma once

#include "tests/support/scene/vec.h"

namespace rv::synthetic {

// Linear sRGB / BT.709 primaries to linear BT.2020 (ITU-R BT.2087).
Vec3 Bt2020FromBt709(const Vec3& linear);
// Scene light, 1 = HLG's peak, to signal [0, 1] (ARIB STD-B67 OETF).
float HlgSignal(float light);
// Display light in cd/m2 to signal [0, 1] (SMPTE ST 2084 inverse EOTF).
float PqSignal(float candela);
// Scene light at which SDR white (1.0) sits in HLG: signal 0.75 (BT.2408).
constexpr float kHlgWhite = 0.265F;
// Its display light in PQ (BT.2408).
constexpr float kPqWhite = 203.0F;

}  // namespace rv::synthetic
