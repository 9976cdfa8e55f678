// The maths of turning high-dynamic-range and wide-gamut video into sRGB.
//
// HLG and PQ follow ITU-R BT.2100; light is scaled so that reference white (203 cd/m^2, BT.2408) is 1 in SDR,
// and highlights above it are rolled off by the curve of BT.2390 annex 5 on max(R, G, B), which keeps hues.
// Colors outside BT.709 after the primaries' change are clipped at zero before that.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scene/image.h"

namespace rv::pixels {

enum class Transfer { kSdr, kHlg, kPq };
enum class Primaries { kBt709, kBt2020, kP3D65 };

struct ColorSpec {
  Transfer transfer = Transfer::kSdr;
  Primaries primaries = Primaries::kBt709;
  // Luma weights of the Y'CbCr matrix: kr, kb (BT.2020: 0.2627, 0.0593).
  double kr = 0.2126;
  double kb = 0.0722;
  bool full_range = false;
  int bits = 10;            // of each sample
  double peak_nits = 1000;  // of the mastering display; PQ only
};

// Linear light of an encoded value in [0, 1]: HLG gives scene light in [0, 1], PQ cd/m^2 / 10000.
double HlgToSceneLight(double encoded);
double PqToLight(double encoded);
double LightToPq(double light);
// BT.2390 roll-off: display light in cd/m^2, at most `peak_nits`, to SDR light in [0, 1] where 1 is 203
// cd/m^2.
double RollOff(double nits, double peak_nits);
// Row-major 3x3: linear RGB in `from` to linear RGB of BT.709.
std::array<double, 9> ToBt709(Primaries from);

// Tables for one ColorSpec; Convert may be called from several threads.
class ColorConverter {
 public:
  explicit ColorConverter(const ColorSpec& spec);
  // One row of Y'CbCr 4:4:4 (16-bit words holding spec.bits) to `width` sRGB pixels of 3 bytes.
  void ConvertRow(const std::uint16_t* y,
                  const std::uint16_t* cb,
                  const std::uint16_t* cr,
                  int width,
                  std::uint8_t* rgb) const;

 private:
  struct Block;
  void Decode(const std::uint16_t* y,
              const std::uint16_t* cb,
              const std::uint16_t* cr,
              int count,
              Block& block) const;
  void ToDisplayLight(int count, Block& block) const;
  void Encode(int count, Block& block, std::uint8_t* rgb) const;
  ColorSpec spec_;
  float y_scale_ = 0, y_offset_ = 0, c_scale_ = 0, c_offset_ = 0;
  float r_cr_ = 0, g_cb_ = 0, g_cr_ = 0, b_cb_ = 0;
  std::array<float, 9> gamut_{};
  std::vector<float> linear_;       // encoded -> linear
  std::vector<float> system_;       // HLG: sqrt(scene luminance) -> factor to display light
  std::vector<float> gain_;         // sqrt(max channel light / peak) -> factor to SDR light
  std::vector<std::uint8_t> srgb_;  // sqrt(SDR light) -> byte
};

}  // namespace rv::pixels
