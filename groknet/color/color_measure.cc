#include "groknet/color/color_measure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "groknet/color/color_names.h"

namespace rv {
namespace {

constexpr int kGrid = 40;  // samples along each side
constexpr int kIterations = 12;
constexpr int kBorder = 2;  // samples that count as the border
constexpr int kBorderColors = 3;
constexpr double kBorderShare = 0.12;  // a border color rarer than this may be the item itself
constexpr double kBackgroundSpread = 10;
constexpr double kLeastWeight = 0.02;    // of a pixel that looks like the border
constexpr double kLeastCovered = 0.35;   // of a cell that says something about the item
constexpr double kSubjectSigma = 0.35;   // of the picture: items are filmed near its middle
constexpr double kLeastSubject = 0.004;  // of the picture, for a map that is believed

struct Sample {
  Lab lab{};
  double weight = 0;
};

struct Cluster {
  Lab lab{};
  double weight = 0;
};

// A small generator whose numbers are the same everywhere (Numerical Recipes' constants).
double NextUniform(unsigned& state) {
  state = state * 1664525U + 1013904223U;
  return (state >> 8) / 16777216.0;
}

double Squared(double value) { return value * value; }

double SquaredDistance(const Lab& a, const Lab& b) {
  return Squared(a[0] - b[0]) + Squared(a[1] - b[1]) + Squared(a[2] - b[2]);
}

double NearestSquared(const Lab& lab, const std::vector<Cluster>& clusters) {
  double least = std::numeric_limits<double>::max();
  for (const Cluster& cluster : clusters) least = std::min(least, SquaredDistance(lab, cluster.lab));
  return least;
}

// k-means++ (D. Arthur, S. Vassilvitskii, SODA 2007), weighted.
std::vector<Cluster> Seed(const std::vector<Sample>& samples, int count, unsigned seed) {
  std::vector<Cluster> clusters;
  std::vector<double> mass(samples.size());
  for (int k = 0; k < count; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double spread = k == 0 ? 1 : NearestSquared(samples[i].lab, clusters);
      sum += mass[i] = samples[i].weight * spread;
    }
    if (sum <= 0) break;
    double target = NextUniform(seed) * sum;
    std::size_t pick = 0;
    while (pick + 1 < samples.size() && target >= mass[pick]) target -= mass[pick++];
    clusters.push_back({.lab = samples[pick].lab});
  }
  return clusters;
}

// One round; true while anything moves.
bool Improve(const std::vector<Sample>& samples, std::vector<Cluster>& clusters) {
  std::vector<Cluster> next(clusters.size());
  for (const Sample& sample : samples) {
    const auto nearest = std::ranges::min_element(
        clusters, {}, [&](const Cluster& cluster) { return SquaredDistance(cluster.lab, sample.lab); });
    Cluster& cluster = next[static_cast<std::size_t>(nearest - clusters.begin())];
    cluster.weight += sample.weight;
    for (std::size_t c = 0; c < 3; ++c) cluster.lab[c] += sample.weight * sample.lab[c];
  }
  bool moved = false;
  for (std::size_t k = 0; k < clusters.size(); ++k) {
    if (next[k].weight <= 0) {
      next[k].lab = clusters[k].lab;
      continue;
    }
    for (double& value : next[k].lab) value /= next[k].weight;
    moved = moved || LabDistance(next[k].lab, clusters[k].lab) > 0.05;
  }
  clusters = std::move(next);
  return moved;
}

// Joins the nearest two while they are nearer than `distance`.
void Join(std::vector<Cluster>& clusters, double distance) {
  while (clusters.size() > 1) {
    std::size_t first = 0;
    std::size_t second = 0;
    double least = distance;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (std::size_t j = i + 1; j < clusters.size(); ++j) {
        const double d = LabDistance(clusters[i].lab, clusters[j].lab);
        if (d >= least) continue;
        least = d;
        first = i;
        second = j;
      }
    }
    if (second == 0) return;
    Cluster& kept = clusters[first];
    const double sum = kept.weight + clusters[second].weight;
    for (std::size_t c = 0; c < 3; ++c)
      kept.lab[c] = (kept.weight * kept.lab[c] + clusters[second].weight * clusters[second].lab[c]) / sum;
    kept.weight = sum;
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(second));
  }
}

// Dominant colors, weights scaled to add up to 1, largest first.
std::vector<Cluster> Dominant(const std::vector<Sample>& samples, int count, double merge, unsigned seed) {
  std::vector<Cluster> clusters = Seed(samples, count, seed);
  if (clusters.empty()) return {};  // no sample weighs anything
  for (int i = 0; i < kIterations && Improve(samples, clusters); ++i) {
  }
  std::erase_if(clusters, [](const Cluster& cluster) { return cluster.weight <= 0; });
  Join(clusters, merge);
  double sum = 0;
  for (const Cluster& cluster : clusters) sum += cluster.weight;
  for (Cluster& cluster : clusters) cluster.weight /= sum;
  std::ranges::stable_sort(clusters, std::ranges::greater{}, &Cluster::weight);
  return clusters;
}

std::vector<MeasuredColor> Named(const std::vector<Cluster>& clusters, double least_share) {
  std::vector<MeasuredColor> colors;
  for (const Cluster& cluster : clusters) {
    if (cluster.weight < least_share) continue;
    ColorName name = NameColor(cluster.lab);
    colors.push_back({.lab = cluster.lab,
                      .rgb = RgbFromLab(cluster.lab),
                      .share = cluster.weight,
                      .name = std::move(name.name),
                      .term = std::move(name.term)});
  }
  return colors;
}

// kGrid x kGrid samples of equal weight, rows first; the alpha, if any, as the weight.
std::vector<Sample> SampleGrid(const Image& image) {
  std::vector<Sample> samples;
  samples.reserve(kGrid * kGrid);
  for (int y = 0; y < kGrid; ++y) {
    for (int x = 0; x < kGrid; ++x) {
      const std::uint8_t* pixel =
          image.at((2 * x + 1) * image.width / (2 * kGrid), (2 * y + 1) * image.height / (2 * kGrid));
      samples.push_back({.lab = LabFromRgb(pixel[0], pixel[1], pixel[2]),
                         .weight = image.channels == 4 ? pixel[3] / 255.0 : 1.0});
    }
  }
  return samples;
}

bool OnBorder(int x, int y) { return std::min({x, y, kGrid - 1 - x, kGrid - 1 - y}) < kBorder; }

// Weighs samples by how likely they show the item; see the header.
void WeighForeground(std::vector<Sample>& samples, unsigned seed) {
  std::vector<Sample> border;
  for (int i = 0; i < kGrid * kGrid; ++i)
    if (OnBorder(i % kGrid, i / kGrid)) border.push_back(samples[static_cast<std::size_t>(i)]);
  std::vector<Cluster> background = Dominant(border, kBorderColors, kBackgroundSpread, seed);
  std::erase_if(background, [](const Cluster& cluster) { return cluster.weight < kBorderShare; });
  constexpr double kSigma = 0.28 * kGrid;
  for (int i = 0; i < kGrid * kGrid; ++i) {
    Sample& sample = samples[static_cast<std::size_t>(i)];
    const int column = i % kGrid;
    const int row = i / kGrid;
    const double from_center = Squared(column + 0.5 - kGrid / 2.0) + Squared(row + 0.5 - kGrid / 2.0);
    const double like_border =
        background.empty()
            ? 0
            : std::exp(-NearestSquared(sample.lab, background) / (2 * Squared(kBackgroundSpread)));
    sample.weight = std::exp(-from_center / (2 * Squared(kSigma))) * std::max(kLeastWeight, 1 - like_border);
  }
}

// The map between the middles of its cells.
double Interpolated(std::span<const float> map, int cells, double x, double y) {
  const double left = std::clamp(x * cells - 0.5, 0.0, cells - 1.0);
  const double top = std::clamp(y * cells - 0.5, 0.0, cells - 1.0);
  const int x0 = std::min(static_cast<int>(left), cells - 2);
  const int y0 = std::min(static_cast<int>(top), cells - 2);
  const auto at = [&](int cx, int cy) {
    return static_cast<double>(
        map[static_cast<std::size_t>(cy) * static_cast<std::size_t>(cells) + static_cast<std::size_t>(cx)]);
  };
  return std::lerp(std::lerp(at(x0, y0), at(x0 + 1, y0), left - x0),
                   std::lerp(at(x0, y0 + 1), at(x0 + 1, y0 + 1), left - x0), top - y0);
}

// Weighs samples by the map; false, and nothing is changed, where it finds next to nothing.
bool WeighSubject(std::vector<Sample>& samples, std::span<const float> subject, int cells) {
  std::vector<double> weights;
  weights.reserve(samples.size());
  double sum = 0;
  for (int i = 0; i < kGrid * kGrid; ++i) {
    const int column = i % kGrid;
    const int row = i / kGrid;
    const double x = (column + 0.5) / kGrid;
    const double y = (row + 0.5) / kGrid;
    const double covered = Interpolated(subject, cells, x, y);
    // Cells that the item only touches show more of the ground than of it. What lies about it is further out.
    const double from_center = Squared(x - 0.5) + Squared(y - 0.5);
    const double central = std::exp(-from_center / (2 * Squared(kSubjectSigma)));
    weights.push_back(covered < kLeastCovered ? 0 : covered * covered * central);
    sum += weights.back();
  }
  if (sum < kLeastSubject * kGrid * kGrid) return false;
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].weight = weights[i];
  return true;
}

}  // namespace

std::vector<MeasuredColor> MeasureColors(const Image& image, const ColorOptions& options) {
  return MeasureColors(image, {}, 0, options);
}

std::vector<MeasuredColor> MeasureColors(const Image& image,
                                         std::span<const float> subject,
                                         int cells,
                                         const ColorOptions& options) {
  RV_CHECK(image.channels == 3 || image.channels == 4);
  RV_CHECK_EQ(subject.size(), static_cast<std::size_t>(cells) * static_cast<std::size_t>(cells));
  std::vector<Sample> samples = SampleGrid(image);
  if (image.channels == 3 && !(cells > 1 && WeighSubject(samples, subject, cells)))
    WeighForeground(samples, options.seed);
  return Named(Dominant(samples, options.colors + 1, options.merge_distance, options.seed),
               options.least_share);
}

std::vector<MeasuredColor> MergeColors(std::span<const std::vector<MeasuredColor>> views,
                                       std::span<const double> weights,
                                       const ColorOptions& options) {
  RV_CHECK_EQ(views.size(), weights.size());
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < views.size(); ++i) {
    for (const MeasuredColor& color : views[i])
      samples.push_back({.lab = color.lab, .weight = color.share * weights[i]});
  }
  if (samples.empty()) return {};
  return Named(Dominant(samples, options.colors + 1, options.merge_distance, options.seed),
               options.least_share);
}

}  // namespace rv
