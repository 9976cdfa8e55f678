// Names of colors: the centroids of the ISCC-NBS system (K. L. Kelly, D. B. Judd, "The ISCC-NBS method of
// designating colors and a dictionary of color names", NBS Circular 553, 1955; sRGB values of the centroids
// as in P. Centore, "sRGB centroids for the ISCC-NBS color system", 2016), the vocabulary that A.
// Mojsilovic, "A computational model for color naming and describing color composition of images", IEEE
// Trans. Image Processing 14(5), 2005, builds on. A color has the name of the centroid nearest in CIELAB.
// Its listing term is ours: that of the name, but for the reds of screens.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rv {

using Lab = std::array<double, 3>;  // CIELAB under D65: L 0..100, a, b

// sRGB, each 0..255, to CIELAB (IEC 61966-2-1, CIE 15) and back; what lies outside sRGB is clipped.
Lab LabFromRgb(std::uint8_t r, std::uint8_t g, std::uint8_t b);
std::array<std::uint8_t, 3> RgbFromLab(const Lab& lab);
// The Euclidean distance (CIE 1976).
double LabDistance(const Lab& a, const Lab& b);

struct ColorName {
  std::string name;  // ISCC-NBS: "dark purplish blue"
  std::string term;  // as listings say it: "navy blue"
};
ColorName NameColor(const Lab& lab);

// How well each listing term fits, adding up to 1: exp(-d^2 / 2 s^2) for the distance d to the term's nearest
// centroid, s = 8.
std::map<std::string, double> TermShares(const Lab& lab);

namespace color {
// The listing term of an ISCC-NBS name: its hue word, turned by its lightness and strength words.
std::string_view ListingTerm(std::string_view iscc_name);
}  // namespace color

}  // namespace rv
