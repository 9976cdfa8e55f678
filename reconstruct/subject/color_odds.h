// How much likelier a color is on the item than behind it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace rv::subject {

// CIE L*a*b*, 8 bits each as OpenCV stores it.
using LabColor = std::array<std::uint8_t, 3>;

// Shares of colors among weighted samples.
class ColorHistogram {
 public:
  ColorHistogram();
  void Add(const LabColor& color, float weight);
  // Also as the color looks in the item's shadow.
  void AddBehind(const LabColor& color, float weight);
  void Add(const ColorHistogram& other, float factor);
  // Blurs by about one bin, as samples are few and light changes; then shares sum to 1. Once, after the last Add.
  void Finish();
  float Share(const LabColor& color) const;
  float total() const { return total_; }

 private:
  std::vector<float> bins_;
  float total_ = 0;
};

// Of what lies behind the item near each place of a picture: a color may be common in the room and not there.
class LocalHistograms {
 public:
  // `everywhere`: finished; stands in where few samples are near.
  LocalHistograms(int width, int height, const ColorHistogram& everywhere);
  void Add(int x, int y, const LabColor& color, float weight);
  // Also as the color looks in the item's shadow.
  void AddBehind(int x, int y, const LabColor& color, float weight);
  void Finish();
  // Comparable with four times the share of a ColorHistogram, whose bins are finer.
  float Share(int x, int y, const LabColor& color) const;

 private:
  const ColorHistogram& everywhere_;
  int tile_ = 1, cols_ = 0, rows_ = 0;
  std::vector<float> bins_, total_;
};

// Natural logarithms of ratios, limited. What lies behind the item is seen from many sides and well known; a color that
// neither shows is rather a part of the item that nobody has pointed at.
float LogOdds(const ColorHistogram& item, const ColorHistogram& behind, const LabColor& color);
float LogOdds(const ColorHistogram& item, const LocalHistograms& behind, int x, int y, const LabColor& color);
// How far a color is none of those behind the item at a place, 0 to 1.
float Unlike(const LocalHistograms& behind, int x, int y, const LabColor& color);

}  // namespace rv::subject
