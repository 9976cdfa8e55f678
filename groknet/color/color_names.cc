#include "groknet/color/color_names.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "base/srgb.h"
#include "groknet/color/color_centroids.h"

namespace rv {
namespace {

constexpr Lab kWhiteXyz = {0.95047, 1.0, 1.08883};  // D65
constexpr double kTermSpread = 8;

double Linear(std::uint8_t value) {
  static const std::array<double, 256> table = [] {
    std::array<double, 256> linear{};
    for (std::size_t i = 0; i < linear.size(); ++i) linear[i] = LinearFromSrgb(static_cast<double>(i) / 255);
    return linear;
  }();
  return table[value];
}

double Encoded(double linear) { return 255 * SrgbFromLinear(std::clamp(linear, 0.0, 1.0)); }

double LabCurve(double t) {
  constexpr double kEdge = 216.0 / 24389;
  return t > kEdge ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

double LabCurveBack(double f) {
  constexpr double kEdge = 6.0 / 29;
  return f > kEdge ? f * f * f : (116 * f - 16) * 27 / 24389;
}

// Where listings and ISCC-NBS part: the reds of screens and prints, which the system calls reddish orange.
constexpr color::ColorCentroid kListingAnchors[] = {{"red", 0xFF0000}, {"red", 0xCC0010}};

struct NamedCentroid {
  const char* name;
  std::string term;
  Lab lab;
};

std::vector<NamedCentroid> InLab(std::span<const color::ColorCentroid> colors) {
  std::vector<NamedCentroid> list;
  for (const auto& [name, rgb] : colors) {
    const auto byte = [value = rgb](int shift) { return static_cast<std::uint8_t>(value >> shift); };
    list.push_back({name, std::string(color::ListingTerm(name)), LabFromRgb(byte(16), byte(8), byte(0))});
  }
  return list;
}

const std::vector<NamedCentroid>& Centroids() {
  static const std::vector<NamedCentroid> all = InLab(color::kColorCentroids);
  return all;
}

const std::vector<NamedCentroid>& Anchors() {
  static const std::vector<NamedCentroid> all = InLab(kListingAnchors);
  return all;
}

}  // namespace

Lab LabFromRgb(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  const double lr = Linear(r);
  const double lg = Linear(g);
  const double lb = Linear(b);
  const double x = LabCurve((0.4124564 * lr + 0.3575761 * lg + 0.1804375 * lb) / kWhiteXyz[0]);
  const double y = LabCurve((0.2126729 * lr + 0.7151522 * lg + 0.0721750 * lb) / kWhiteXyz[1]);
  const double z = LabCurve((0.0193339 * lr + 0.1191920 * lg + 0.9503041 * lb) / kWhiteXyz[2]);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

std::array<std::uint8_t, 3> RgbFromLab(const Lab& lab) {
  const double fy = (lab[0] + 16) / 116;
  const double x = kWhiteXyz[0] * LabCurveBack(fy + lab[1] / 500);
  const double y = kWhiteXyz[1] * LabCurveBack(fy);
  const double z = kWhiteXyz[2] * LabCurveBack(fy - lab[2] / 200);
  const auto byte = [](double linear) { return static_cast<std::uint8_t>(std::lround(Encoded(linear))); };
  return {byte(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
          byte(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
          byte(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)};
}

double LabDistance(const Lab& a, const Lab& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

ColorName NameColor(const Lab& lab) {
  const auto distance = [&](const NamedCentroid& centroid) { return LabDistance(centroid.lab, lab); };
  const auto name = std::ranges::min_element(Centroids(), {}, distance);
  const auto anchor = std::ranges::min_element(Anchors(), {}, distance);
  return {.name = name->name, .term = distance(*anchor) < distance(*name) ? anchor->term : name->term};
}

std::map<std::string, double> TermShares(const Lab& lab) {
  std::map<std::string, double> nearest;
  double least = std::numeric_limits<double>::max();
  for (const std::vector<NamedCentroid>* list : {&Centroids(), &Anchors()}) {
    for (const NamedCentroid& centroid : *list) {
      const double distance = LabDistance(centroid.lab, lab);
      const auto [term, added] = nearest.emplace(centroid.term, distance);
      if (!added) term->second = std::min(term->second, distance);
      least = std::min(least, distance);
    }
  }
  double sum = 0;
  for (auto& [term, value] : nearest) {
    // Relative to the nearest, which no division can then lose.
    value = std::exp((least * least - value * value) / (2 * kTermSpread * kTermSpread));
    sum += value;
  }
  for (auto& [term, value] : nearest) value /= sum;
  return nearest;
}

namespace color {
namespace {

// One rule: the first whose hue word ends the name (or is it) and one of whose modifiers, if it has any, is
// in it.
struct TermRule {
  std::string_view hue;
  std::vector<std::string_view> modifiers;  // none: any
  std::string_view term;
};

const std::vector<TermRule>& Rules() {
  static const std::vector<TermRule> rules = {
      {"black", {}, "black"},
      {"white", {}, "white"},
      {"gray", {"dark"}, "charcoal"},
      {"gray", {}, "grey"},
      {"brownish pink", {}, "beige"},
      {"yellowish pink", {"vivid", "strong", "deep"}, "coral"},
      {"yellowish pink", {}, "peach"},
      {"pink", {}, "pink"},
      {"purplish red", {"deep", "dark"}, "maroon"},
      {"purplish red", {}, "magenta"},
      {"red", {"deep", "dark", "blackish"}, "maroon"},
      {"red", {}, "red"},
      {"brownish orange", {}, "brown"},
      {"orange", {"deep", "dark"}, "rust"},
      {"orange", {}, "orange"},
      {"olive brown", {"light"}, "mustard"},
      {"brown", {"light grayish"}, "taupe"},
      {"brown", {"light"}, "tan"},
      {"brown", {}, "brown"},
      {"orange yellow", {"deep", "dark"}, "mustard"},
      {"orange yellow", {"pale", "light"}, "beige"},
      {"yellow", {"grayish"}, "khaki"},
      {"yellow", {"pale"}, "cream"},
      {"yellow", {"deep", "dark"}, "mustard"},
      {"yellow", {"strong yellow", "moderate yellow"}, "gold"},
      {"yellow", {}, "yellow"},
      {"olive green", {}, "olive"},
      {"olive", {}, "olive"},
      {"bluish green", {}, "teal"},
      {"green", {}, "green"},
      {"greenish blue", {"vivid", "brilliant", "light"}, "turquoise"},
      {"greenish blue", {}, "teal"},
      {"blue", {"deep purplish", "dark", "blackish"}, "navy blue"},
      {"blue", {"vivid blue"}, "turquoise"},
      {"blue", {}, "blue"},
      {"reddish purple", {"vivid"}, "magenta"},
      {"purple", {"light", "pale"}, "lavender"},
      {"purple", {}, "purple"},
      {"violet", {"light", "pale"}, "lavender"},
      {"violet", {}, "purple"},
  };
  return rules;
}

}  // namespace

std::string_view ListingTerm(std::string_view iscc_name) {
  for (const TermRule& rule : Rules()) {
    if (!iscc_name.ends_with(rule.hue)) continue;
    const bool fits =
        rule.modifiers.empty() || std::ranges::any_of(rule.modifiers, [&](std::string_view word) {
          return iscc_name.find(word) != std::string_view::npos;
        });
    if (fits) return rule.term;
  }
  return "";
}

}  // namespace color
}  // namespace rv
