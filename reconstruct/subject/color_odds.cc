#include "reconstruct/subject/color_odds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace rv::subject {
namespace {

// Light changes with the side that is seen, hue hardly: bins are coarser in L.
constexpr int kLight = 16, kHue = 32;
constexpr int kBins = kLight * kHue * kHue;
constexpr float kFloor = 2e-5F;  // of all samples, in a bin: colors rarer than that tell nothing
constexpr float kUnknown = 2.5F;
constexpr float kMostOdds = 3;
constexpr float kShadows[] = {0.85F, 0.7F, 0.55F};  // light that is left
constexpr float kShadowShare = 0.08F;
// Local histograms.
constexpr int kTiles = 6;  // along the longer side
constexpr std::size_t kLocalBins = 8 * 16 * 16;
constexpr float kLocalFloor = 1e-3F;
constexpr float kFiner = 4;
constexpr float kElsewhere = 0.15F;  // weight of what is everywhere, in full tiles

std::size_t Bin(const LabColor& color) {
  return (static_cast<std::size_t>(color[0] >> 4) * kHue + (color[1] >> 3)) * kHue + (color[2] >> 3);
}

std::size_t LocalBin(const LabColor& c) {
  return (static_cast<std::size_t>(c[0] >> 5) * 16 + (c[1] >> 4)) * 16 + (c[2] >> 4);
}

// A channel's values in each of the shadows.
struct Dimmed {
  std::array<std::array<std::uint8_t, 256>, std::size(kShadows)> light, hue;
};

const Dimmed& DimmedValues() {
  static const Dimmed values = [] {
    Dimmed out;
    for (std::size_t k = 0; k < std::size(kShadows); ++k)
      for (int v = 0; v < 256; ++v) {
        const auto at = static_cast<std::size_t>(v);
        out.light[k][at] = static_cast<std::uint8_t>(static_cast<float>(v) * kShadows[k]);
        out.hue[k][at] =
            static_cast<std::uint8_t>(std::lround(128 + (static_cast<float>(v) - 128) * kShadows[k]));
      }
    return out;
  }();
  return values;
}

LabColor InShadow(const LabColor& color, std::size_t shadow) {
  const Dimmed& values = DimmedValues();
  return {values.light[shadow][color[0]], values.hue[shadow][color[1]], values.hue[shadow][color[2]]};
}

// Binomial (1 2 1) along one axis of the bins.
void Blur(std::vector<float>& bins, std::size_t stride, int count) {
  std::vector<float> out(bins.size());
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const int at = static_cast<int>(i / stride) % count;
    const float before = at > 0 ? bins[i - stride] : bins[i];
    const float after = at + 1 < count ? bins[i + stride] : bins[i];
    out[i] = (before + 2 * bins[i] + after) / 4;
  }
  bins = std::move(out);
}

float Limited(float item, float behind) { return std::clamp(std::log(item / behind), -kMostOdds, kMostOdds); }

}  // namespace

ColorHistogram::ColorHistogram() : bins_(kBins, 0.0F) {}

void ColorHistogram::Add(const LabColor& color, float weight) {
  bins_[Bin(color)] += weight;
  total_ += weight;
}

void ColorHistogram::AddBehind(const LabColor& color, float weight) {
  Add(color, weight);
  for (std::size_t k = 0; k < std::size(kShadows); ++k) Add(InShadow(color, k), kShadowShare * weight);
}

void ColorHistogram::Add(const ColorHistogram& other, float factor) {
  for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i] += factor * other.bins_[i];
  total_ += factor * other.total_;
}

void ColorHistogram::Finish() {
  Blur(bins_, 1, kHue);
  Blur(bins_, kHue, kHue);
  Blur(bins_, static_cast<std::size_t>(kHue) * kHue, kLight);
  if (total_ > 0)
    for (float& bin : bins_) bin /= total_;
}

float ColorHistogram::Share(const LabColor& color) const { return bins_[Bin(color)]; }

LocalHistograms::LocalHistograms(int width, int height, const ColorHistogram& everywhere)
    : everywhere_(everywhere), tile_(std::max(8, std::max(width, height) / kTiles)) {
  cols_ = (width + tile_ - 1) / tile_;
  rows_ = (height + tile_ - 1) / tile_;
  bins_.assign(static_cast<std::size_t>(cols_ * rows_) * kLocalBins, 0.0F);
  total_.assign(static_cast<std::size_t>(cols_ * rows_), 0.0F);
}

void LocalHistograms::Add(int x, int y, const LabColor& color, float weight) {
  const auto tile = static_cast<std::size_t>(y / tile_ * cols_ + x / tile_);
  bins_[tile * kLocalBins + LocalBin(color)] += weight;
  total_[tile] += weight;
}

void LocalHistograms::AddBehind(int x, int y, const LabColor& color, float weight) {
  Add(x, y, color, weight);
  const auto tile = static_cast<std::size_t>(y / tile_ * cols_ + x / tile_);
  for (std::size_t k = 0; k < std::size(kShadows); ++k)
    bins_[tile * kLocalBins + LocalBin(InShadow(color, k))] += kShadowShare * weight;
}

// Each tile takes half of what its neighbors have.
void LocalHistograms::Finish() {
  const std::vector<float> bins = bins_, total = total_;
  for (int y = 0; y < rows_; ++y)
    for (int x = 0; x < cols_; ++x)
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
          if ((dx == 0 && dy == 0) || y + dy < 0 || x + dx < 0 || y + dy >= rows_ || x + dx >= cols_)
            continue;
          const auto to = static_cast<std::size_t>(y * cols_ + x);
          const auto from = static_cast<std::size_t>((y + dy) * cols_ + x + dx);
          const float weight = dx == 0 || dy == 0 ? 0.5F : 0.25F;
          for (std::size_t b = 0; b < kLocalBins; ++b)
            bins_[to * kLocalBins + b] += weight * bins[from * kLocalBins + b];
          total_[to] += weight * total[from];
        }
}

float LocalHistograms::Share(int x, int y, const LabColor& color) const {
  const std::size_t bin = LocalBin(color);
  const float fx = (static_cast<float>(x) + 0.5F) / static_cast<float>(tile_) - 0.5F;
  const float fy = (static_cast<float>(y) + 0.5F) / static_cast<float>(tile_) - 0.5F;
  const int x0 = static_cast<int>(std::floor(fx)), y0 = static_cast<int>(std::floor(fy));
  const float all = kElsewhere * static_cast<float>(tile_ * tile_);
  float sum = all * std::min(1.0F, kFiner * everywhere_.Share(color)), total = all;
  for (int ty = y0; ty <= y0 + 1; ++ty)
    for (int tx = x0; tx <= x0 + 1; ++tx) {
      if (tx < 0 || ty < 0 || tx >= cols_ || ty >= rows_) continue;
      const float weight =
          (1 - std::abs(static_cast<float>(tx) - fx)) * (1 - std::abs(static_cast<float>(ty) - fy));
      const auto tile = static_cast<std::size_t>(ty * cols_ + tx);
      sum += weight * bins_[tile * kLocalBins + bin];
      total += weight * total_[tile];
    }
  return sum / total;
}

float LogOdds(const ColorHistogram& item, const ColorHistogram& behind, const LabColor& color) {
  return Limited(item.Share(color) + kUnknown * kFloor, behind.Share(color) + kFloor);
}

float LogOdds(
    const ColorHistogram& item, const LocalHistograms& behind, int x, int y, const LabColor& color) {
  return Limited(kFiner * item.Share(color) + kUnknown * kLocalFloor,
                 behind.Share(x, y, color) + kLocalFloor);
}

float Unlike(const LocalHistograms& behind, int x, int y, const LabColor& color) {
  constexpr float kUsual = 0.01F;  // share from which on a color belongs to a place
  return kUsual / (kUsual + behind.Share(x, y, color));
}

}  // namespace rv::subject
