#include "capture/pixels/color.h"

#include <algorithm>
#include <cmath>

#include "base/srgb.h"

namespace rv::pixels {
namespace {

constexpr int kTable = 16384;
constexpr int kBlock = 256;
constexpr double kReferenceWhiteNits = 203;
constexpr double kHlgPeakNits = 1000;
constexpr double kHlgGamma = 1.2;  // BT.2100 at 1000 cd/m^2

// Nearest entry; the tables are fine enough that steps stay below half a level of the result.
inline float Lookup(const std::vector<float>& table, float at) {
  return table[static_cast<int>(std::min(std::max(at, 0.0F), 1.0F) * (kTable - 1) + 0.5F)];
}

template <typename F>
std::vector<float> Tabulate(const F& f) {
  std::vector<float> table(kTable);
  for (int i = 0; i < kTable; ++i) table[i] = static_cast<float>(f(static_cast<double>(i) / (kTable - 1)));
  return table;
}

// Light of the largest encoded value, cd/m^2.
double FullScaleNits(const ColorSpec& spec) {
  return spec.transfer == Transfer::kHlg ? kHlgPeakNits : spec.peak_nits;
}

}  // namespace

double HlgToSceneLight(double e) {
  constexpr double kA = 0.17883277;
  constexpr double kB = 1 - 4 * kA;
  const double c = 0.5 - kA * std::log(4 * kA);
  return e <= 0.5 ? e * e / 3 : (std::exp((e - c) / kA) + kB) / 12;
}

namespace {
constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;
}  // namespace

double PqToLight(double e) {
  const double p = std::pow(std::clamp(e, 0.0, 1.0), 1 / kM2);
  return std::pow(std::max(p - kC1, 0.0) / (kC2 - kC3 * p), 1 / kM1);
}

double LightToPq(double light) {
  const double p = std::pow(std::clamp(light, 0.0, 1.0), kM1);
  return std::pow((kC1 + kC2 * p) / (1 + kC3 * p), kM2);
}

double RollOff(double nits, double peak_nits) {
  const double peak = std::max(peak_nits, kReferenceWhiteNits);
  const double source = LightToPq(peak / 10000);
  const double top = LightToPq(kReferenceWhiteNits / 10000) / source;
  const double knee = 1.5 * top - 0.5;
  double e = LightToPq(std::clamp(nits, 0.0, peak) / 10000) / source;
  if (e > knee && knee < 1) {
    const double t = (e - knee) / (1 - knee);
    const double t2 = t * t;
    const double t3 = t2 * t;
    e = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * top;
  }
  return std::min(PqToLight(e * source) * 10000 / kReferenceWhiteNits, 1.0);
}

double EncodedToNits(Transfer transfer, double encoded) {
  if (transfer == Transfer::kPq) return PqToLight(encoded) * 10000;
  if (transfer == Transfer::kHlg)
    return kHlgPeakNits * std::pow(HlgToSceneLight(std::clamp(encoded, 0.0, 1.0)), kHlgGamma);
  return 0;
}

void ContentPeak::Add(double encoded) {
  ++counts_[static_cast<std::size_t>(std::clamp(encoded, 0.0, 1.0) * (kBins - 1) + 0.5)];
  ++total_;
}

double ContentPeak::Nits(Transfer transfer) const {
  constexpr double kSpeckles = 0.001;
  std::uint64_t above = 0;
  int bin = kBins - 1;
  for (; bin > 0; --bin) {
    above += counts_[static_cast<std::size_t>(bin)];
    if (static_cast<double>(above) > kSpeckles * static_cast<double>(total_)) break;
  }
  return std::max(EncodedToNits(transfer, static_cast<double>(bin) / (kBins - 1)), kReferenceWhiteNits);
}

std::array<double, 9> ToBt709(Primaries from) {
  switch (from) {
    case Primaries::kBt2020:  // ITU-R BT.2087
      return {1.660491, -0.587641, -0.072850, -0.124550, 1.132900, -0.008349, -0.018151, -0.100579, 1.118730};
    case Primaries::kP3D65:
      return {1.224940, -0.224940, 0, -0.042057, 1.042057, 0, -0.019638, -0.078636, 1.098274};
    case Primaries::kBt709:
      break;
  }
  return {1, 0, 0, 0, 1, 0, 0, 0, 1};
}

ChannelDecoder::ChannelDecoder(const ColorSpec& spec) {
  const double top = (1 << spec.bits) - 1;
  const double unit = 1 << (spec.bits - 8);
  y_scale_ = static_cast<float>(spec.full_range ? 1 / top : 1 / (219 * unit));
  y_offset_ = static_cast<float>(spec.full_range ? 0 : 16 * unit);
  c_scale_ = static_cast<float>(spec.full_range ? 1 / top : 1 / (224 * unit));
  c_offset_ = static_cast<float>(128 * unit);
  const double kg = 1 - spec.kr - spec.kb;
  r_cr_ = static_cast<float>(2 * (1 - spec.kr));
  b_cb_ = static_cast<float>(2 * (1 - spec.kb));
  g_cr_ = static_cast<float>(-2 * (1 - spec.kr) * spec.kr / kg);
  g_cb_ = static_cast<float>(-2 * (1 - spec.kb) * spec.kb / kg);
}

ColorConverter::ColorConverter(const ColorSpec& spec) : spec_(spec), decoder_(spec) {
  const std::array<double, 9> gamut = ToBt709(spec.primaries);
  std::copy(gamut.begin(), gamut.end(), gamut_.begin());
  const double peak = FullScaleNits(spec);
  switch (spec.transfer) {
    case Transfer::kSdr:
      // BT.709 camera curve undone by what displays do (BT.1886): video shown on sRGB screens is taken as sRGB.
      linear_ = Tabulate(LinearFromSrgb);
      break;
    case Transfer::kHlg:
      linear_ = Tabulate(HlgToSceneLight);
      break;
    case Transfer::kPq:
      linear_ = Tabulate([&](double e) { return std::min(PqToLight(e) * 10000 / peak, 1.0); });
      break;
  }
  system_ = Tabulate([](double root) { return std::pow(root * root, kHlgGamma - 1); });
  // Indexed by the square root, which spends its steps where the eye sees them.
  gain_ = Tabulate([&](double root) {
    const double light = std::max(root * root, 1e-7);
    return spec.transfer == Transfer::kSdr ? 1.0 : RollOff(light * peak, spec.peak_nits) / light;
  });
  srgb_.resize(kTable);
  for (int i = 0; i < kTable; ++i) {
    const double root = static_cast<double>(i) / (kTable - 1);
    srgb_[i] = static_cast<std::uint8_t>(std::lround(255 * SrgbFromLinear(root * root)));
  }
}

// A stretch of a row in separate planes, so that the arithmetic between the look-ups runs on vectors.
struct ColorConverter::Block {
  float channel[3][kBlock];
  float factor[kBlock];
};

void ColorConverter::Decode(
    const std::uint16_t* y, const std::uint16_t* cb, const std::uint16_t* cr, int count, Block& block) const {
  for (int x = 0; x < count; ++x) {
    const std::array<float, 3> rgb = decoder_.Decode(y[x], cb[x], cr[x]);
    for (int c = 0; c < 3; ++c) block.channel[c][x] = rgb[c];
  }
}

void ColorConverter::Linearize(int count, Block& block) const {
  for (auto& channel : block.channel)
    for (int x = 0; x < count; ++x) channel[x] = Lookup(linear_, channel[x]);
}

// To display light of BT.709 primaries relative to the peak; `factor` becomes the root of the brightest
// channel.
void ColorConverter::ToDisplayLight(int count, Block& block) const {
  auto& [r, g, b] = block.channel;
  if (spec_.transfer == Transfer::kHlg) {
    for (int x = 0; x < count; ++x)
      block.factor[x] = std::sqrt(0.2627F * r[x] + 0.6780F * g[x] + 0.0593F * b[x]);
    for (int x = 0; x < count; ++x) block.factor[x] = Lookup(system_, block.factor[x]);
    for (auto& channel : block.channel)
      for (int x = 0; x < count; ++x) channel[x] *= block.factor[x];
  }
  const auto& m = gamut_;
  for (int x = 0; x < count; ++x) {
    const float red = std::max(m[0] * r[x] + m[1] * g[x] + m[2] * b[x], 0.0F);
    const float green = std::max(m[3] * r[x] + m[4] * g[x] + m[5] * b[x], 0.0F);
    const float blue = std::max(m[6] * r[x] + m[7] * g[x] + m[8] * b[x], 0.0F);
    r[x] = red;
    g[x] = green;
    b[x] = blue;
    block.factor[x] = std::sqrt(std::max(std::max(red, green), blue));
  }
}

void ColorConverter::Encode(int count, Block& block, std::uint8_t* rgb) const {
  for (int x = 0; x < count; ++x) block.factor[x] = Lookup(gain_, block.factor[x]);
  for (int c = 0; c < 3; ++c) {
    float* channel = block.channel[c];
    for (int x = 0; x < count; ++x)
      channel[x] = std::sqrt(std::min(channel[x] * block.factor[x], 1.0F)) * (kTable - 1) + 0.5F;
    for (int x = 0; x < count; ++x) rgb[3 * x + c] = srgb_[static_cast<int>(channel[x])];
  }
}

void ColorConverter::ConvertRow(const std::uint16_t* y,
                                const std::uint16_t* cb,
                                const std::uint16_t* cr,
                                int width,
                                std::uint8_t* rgb) const {
  Block block;
  for (int x = 0; x < width; x += kBlock) {
    const int count = std::min(kBlock, width - x);
    Decode(y + x, cb + x, cr + x, count, block);
    Linearize(count, block);
    ToDisplayLight(count, block);
    Encode(count, block, rgb + 3 * x);
  }
}

void ColorConverter::ConvertRgbRow(const std::uint16_t* red,
                                   const std::uint16_t* green,
                                   const std::uint16_t* blue,
                                   int width,
                                   std::uint8_t* rgb) const {
  const float scale = 1.0F / static_cast<float>((1 << spec_.bits) - 1);
  Block block;
  for (int x = 0; x < width; x += kBlock) {
    const int count = std::min(kBlock, width - x);
    const std::uint16_t* const from[3] = {red + x, green + x, blue + x};
    for (int c = 0; c < 3; ++c)
      for (int k = 0; k < count; ++k) block.channel[c][k] = static_cast<float>(from[c][k]) * scale;
    Linearize(count, block);
    ToDisplayLight(count, block);
    Encode(count, block, rgb + 3 * x);
  }
}

}  // namespace rv::pixels
