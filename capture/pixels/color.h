// The maths of turning high-dynamic-range and wide-gamut clips and stills into sRGB.
//
// HLG and PQ follow ITU-R BT.2100; light is scaled so that reference white (203 cd/m^2, BT.2408) is 1 in SDR,
// and highlights above it are rolled off by the curve of BT.2390 annex 5 on max(R, G, B), which keeps hues.
// Colors outside BT.709 after the primaries' change are clipped at zero before that.
#pragma once

#include <algorithm>
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
  double peak_nits = 1000;  // of the content: highlights up to it are rolled off; brighter ones are clipped
};

// Linear light of an encoded value in [0, 1]: HLG gives scene light in [0, 1], PQ cd/m^2 / 10000.
double HlgToSceneLight(double encoded);
double PqToLight(double encoded);
double LightToPq(double light);
// BT.2390 roll-off: display light in cd/m^2, at most `peak_nits`, to SDR light in [0, 1] where 1 is 203
// cd/m^2.
double RollOff(double nits, double peak_nits);
// Display light of an encoded value of the brightest channel, cd/m^2; 0 for SDR.
double EncodedToNits(Transfer transfer, double encoded);

// How bright a picture or clip is, for ColorSpec::peak_nits: what the file says of it is often missing, and the
// peak of some mastering display, which would darken all that is white in a picture without highlights.
class ContentPeak {
 public:
  void Add(double encoded);  // brightest channel or luma of a pixel, 0..1
  // Light that but a thousandth of the pixels stay below, cd/m^2, not below reference white.
  double Nits(Transfer transfer) const;

 private:
  static constexpr int kBins = 1024;
  std::array<std::uint64_t, kBins> counts_{};
  std::uint64_t total_ = 0;
};

// Row-major 3x3: linear RGB in `from` to linear RGB of BT.709.
std::array<double, 9> ToBt709(Primaries from);

// Y'CbCr code values to R'G'B', 0..1 but for overshoot.
class ChannelDecoder {
 public:
  explicit ChannelDecoder(const ColorSpec& spec);
  // The largest of R', G', B'.
  float Brightest(std::uint16_t y, std::uint16_t cb, std::uint16_t cr) const {
    const std::array<float, 3> rgb = Decode(y, cb, cr);
    return std::max({rgb[0], rgb[1], rgb[2]});
  }
  std::array<float, 3> Decode(std::uint16_t y, std::uint16_t cb, std::uint16_t cr) const {
    const float luma = (static_cast<float>(y) - y_offset_) * y_scale_;
    const float u = (static_cast<float>(cb) - c_offset_) * c_scale_;
    const float v = (static_cast<float>(cr) - c_offset_) * c_scale_;
    return {luma + r_cr_ * v, luma + g_cb_ * u + g_cr_ * v, luma + b_cb_ * u};
  }

 private:
  float y_scale_ = 0, y_offset_ = 0, c_scale_ = 0, c_offset_ = 0;
  float r_cr_ = 0, g_cb_ = 0, g_cr_ = 0, b_cb_ = 0;
};

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
  // One row of R'G'B' (16-bit words, 0 to 2^spec.bits - 1) the same way.
  void ConvertRgbRow(const std::uint16_t* red,
                     const std::uint16_t* green,
                     const std::uint16_t* blue,
                     int width,
                     std::uint8_t* rgb) const;

 private:
  struct Block;
  void Decode(const std::uint16_t* y,
              const std::uint16_t* cb,
              const std::uint16_t* cr,
              int count,
              Block& block) const;
  void Linearize(int count, Block& block) const;
  void ToDisplayLight(int count, Block& block) const;
  void Encode(int count, Block& block, std::uint8_t* rgb) const;
  ColorSpec spec_;
  ChannelDecoder decoder_;
  std::array<float, 9> gamut_{};
  std::vector<float> linear_;       // encoded -> linear
  std::vector<float> system_;       // HLG: sqrt(scene luminance) -> factor to display light
  std::vector<float> gain_;         // sqrt(max channel light / peak) -> factor to SDR light
  std::vector<std::uint8_t> srgb_;  // sqrt(SDR light) -> byte
};

}  // namespace rv::pixels
