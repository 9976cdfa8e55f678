#include "groknet/color/color_evidence.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

#include "base/check.h"
#include "groknet/color/color_names.h"

namespace rv {
namespace {

constexpr double kFloor = 0.05;

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// Listing terms (groknet/color/color_names.h) that a head's value goes by.
const std::map<std::string, std::set<std::string>>& TermsOfValues() {
  static const std::map<std::string, std::set<std::string>> terms = {
      {"black", {"black"}},
      {"white", {"white"}},
      {"off white", {"white", "cream"}},
      {"cream", {"cream", "white", "beige"}},
      {"grey", {"grey", "charcoal"}},
      {"grey melange", {"grey", "charcoal"}},
      {"silver", {"grey", "white"}},
      {"steel", {"grey", "charcoal"}},
      {"metallic", {"grey", "charcoal"}},
      {"charcoal", {"charcoal", "black"}},
      {"red", {"red"}},
      {"maroon", {"maroon"}},
      {"burgundy", {"maroon"}},
      {"pink", {"pink", "coral"}},
      {"magenta", {"magenta"}},
      {"peach", {"peach", "coral"}},
      {"skin", {"peach", "beige", "tan"}},
      {"orange", {"orange", "coral"}},
      {"rust", {"rust"}},
      {"copper", {"rust", "brown"}},
      {"bronze", {"brown", "mustard"}},
      {"brown", {"brown", "taupe", "rust"}},
      {"tan", {"tan", "brown"}},
      {"beige", {"beige", "cream", "khaki", "taupe"}},
      {"khaki", {"khaki", "olive", "taupe"}},
      {"yellow", {"yellow", "gold"}},
      {"gold", {"gold", "mustard"}},
      {"mustard", {"mustard", "gold"}},
      {"olive", {"olive"}},
      {"green", {"green"}},
      {"teal", {"teal"}},
      {"turquoise", {"turquoise", "teal"}},
      {"turquoise blue", {"turquoise", "teal"}},
      {"blue", {"blue", "turquoise"}},
      {"navy blue", {"navy blue"}},
      {"purple", {"purple"}},
      {"lavender", {"lavender"}},
  };
  return terms;
}

}  // namespace

bool IsColorHead(std::string_view head) { return head == "base_colour" || head == "home_colour"; }

std::vector<double> ReconcileColor(const std::vector<std::string>& values,
                                   std::span<const double> head,
                                   const std::vector<MeasuredColor>& colors,
                                   double trust) {
  RV_CHECK_EQ(values.size(), head.size());
  std::vector<double> out(head.begin(), head.end());
  if (colors.empty()) return out;
  std::map<std::string, double> measured;
  for (const MeasuredColor& color : colors) {
    for (const auto& [term, share] : TermShares(color.lab)) measured[term] += color.share * share;
  }
  std::vector<double> evidence(values.size(), -1);
  double borne_out = 0;
  double mass = 0;
  for (std::size_t v = 0; v < values.size(); ++v) {
    const auto terms = TermsOfValues().find(Lower(values[v]));
    if (terms == TermsOfValues().end()) continue;
    evidence[v] = 0;
    for (const std::string& term : terms->second) evidence[v] += measured[term];
    borne_out += head[v] * evidence[v];
    mass += head[v];
  }
  const double neutral = mass > 0 ? borne_out / mass : 0;
  double sum = 0;
  for (std::size_t v = 0; v < values.size(); ++v) {
    out[v] *= std::pow((evidence[v] < 0 ? neutral : evidence[v]) + kFloor, trust);
    sum += out[v];
  }
  for (double& probability : out) probability /= sum;
  return out;
}

}  // namespace rv
