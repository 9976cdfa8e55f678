#include "reconstruct/spin/exposure.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/parallel.h"
#include "base/srgb.h"
#include "base/statistics.h"

namespace rv::spin {
namespace {

constexpr int kSampleSidePx = 480;         // longest side of the pictures that colors are read from
constexpr std::size_t kFewestShared = 12;  // samples that make a pair
constexpr double kMostPairWeight = 100;    // samples
constexpr double kDarkest = 0.01;          // linear light; darker samples are left out
constexpr double kBrightest = 0.85;        // linear light; brighter samples may be clipped
constexpr double kSubjectMargin = 1.3;     // of the subject's radius: the background begins here
constexpr int kPairReach = 3;              // neighbors along the ring that are compared
constexpr int kFewestClosed = 7;           // sources of a ring whose ends are compared
using Color = std::array<double, 3>;       // log of linear light

struct Sample {
  std::uint32_t key;  // point, or place in the picture
  Color color;
};

std::array<double, 256> LinearTable() {
  std::array<double, 256> table;
  for (int i = 0; i < 256; ++i) table[i] = LinearFromSrgb(i / 255.0);
  return table;
}

// Mean linear color of 3 x 3 px; empty near the border, in the dark or where clipped.
std::optional<Color> ColorAt(const Image& image, double x, double y) {
  static const std::array<double, 256> kLinear = LinearTable();
  const int col = static_cast<int>(std::floor(x));
  const int row = static_cast<int>(std::floor(y));
  if (col < 1 || row < 1 || col + 1 >= image.width || row + 1 >= image.height) return std::nullopt;
  Color sum{};
  for (int dy = -1; dy <= 1; ++dy) {
    const std::uint8_t* pixel = image.at(col - 1, row + dy);
    for (int k = 0; k < 9; ++k) sum[k % 3] += kLinear[pixel[k]];
  }
  Color color;
  for (int c = 0; c < 3; ++c) {
    const double mean = sum[c] / 9;
    if (mean < kDarkest || mean > kBrightest) return std::nullopt;
    color[c] = std::log(mean);
  }
  return color;
}

// Per source, the px of the sparse points that it saw, with the index of each point as z.
std::vector<std::vector<Eigen::Vector3d>> PlacesOfPoints(const Reconstruction& reconstruction,
                                                         const std::vector<SourceCamera>& sources) {
  std::vector<int> slot(reconstruction.frames.size(), -1);
  for (std::size_t s = 0; s < sources.size(); ++s) slot[sources[s].frame] = static_cast<int>(s);
  std::vector<std::vector<Eigen::Vector3d>> places(sources.size());
  for (std::size_t p = 0; p < reconstruction.points.size(); ++p)
    for (const Observation& seen : reconstruction.points[p].track)
      if (slot[seen.frame.value] >= 0)
        places[slot[seen.frame.value]].emplace_back(seen.pixel.x(), seen.pixel.y(), static_cast<double>(p));
  return places;
}

// A lattice over the possible static background: outside the subject's circle.
std::vector<std::vector<Eigen::Vector3d>> PlacesOfBackground(const Orbit& orbit,
                                                             const std::vector<SourceCamera>& sources) {
  constexpr int kBackgroundLattice = 40;
  std::vector<std::vector<Eigen::Vector3d>> places(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const Camera& camera = sources[s].camera;
    const Eigen::Vector3d center = sources[s].cam_from_world * orbit.center;
    const std::optional<Eigen::Vector2d> middle = camera.Project(center);
    const double radius =
        kSubjectMargin * camera.focal_px * orbit.subject_radius / std::max(center.z(), 1e-9);
    for (int i = 0; i < kBackgroundLattice * kBackgroundLattice; ++i) {
      const int column = i % kBackgroundLattice;
      const int row = i / kBackgroundLattice;
      const Eigen::Vector2d at(camera.width * (column + 0.5) / kBackgroundLattice,
                               camera.height * (row + 0.5) / kBackgroundLattice);
      if (!middle || (at - *middle).norm() > radius) places[s].emplace_back(at.x(), at.y(), i);
    }
  }
  return places;
}

exposure::ExposurePair Compare(int a,
                               int b,
                               const std::vector<Sample>& first,
                               const std::vector<Sample>& second) {
  std::array<std::vector<double>, 3> ratios;
  std::size_t j = 0;
  for (const Sample& sample : first) {
    while (j < second.size() && second[j].key < sample.key) ++j;
    if (j == second.size()) break;
    if (second[j].key != sample.key) continue;
    for (int c = 0; c < 3; ++c) ratios[c].push_back(sample.color[c] - second[j].color[c]);
  }
  exposure::ExposurePair pair{.a = a, .b = b};
  if (ratios[0].size() < kFewestShared) return pair;
  for (int c = 0; c < 3; ++c) pair.log_ratio[c] = Median(ratios[c]);
  pair.weight = std::min<double>(ratios[0].size(), kMostPairWeight);
  return pair;
}

using Samples = std::vector<std::vector<Sample>>;  // by source, by key

// Median absolute deviation of the log ratios of two frames' shared places, in the channel where it is
// largest; empty with too few shared places.
std::optional<double> RatioSpread(const std::vector<Sample>& first, const std::vector<Sample>& second) {
  constexpr std::size_t kFewestPlaces = 100;
  std::array<std::vector<double>, 3> ratios;
  auto other = second.begin();
  for (const Sample& sample : first) {
    other = std::find_if(other, second.end(), [&](const Sample& s) { return s.key >= sample.key; });
    if (other == second.end()) break;
    if (other->key != sample.key) continue;
    for (int c = 0; c < 3; ++c) ratios[c].push_back(sample.color[c] - other->color[c]);
  }
  if (ratios[0].size() < kFewestPlaces) return std::nullopt;
  double largest = 0;
  for (std::vector<double>& channel : ratios) {
    const double middle = Median(channel);
    for (double& ratio : channel) ratio = std::abs(ratio - middle);
    largest = std::max(largest, Median(channel));
  }
  return largest;
}

// Whether all frames, those from opposite sides too, show one background up to its brightness: a fixed camera
// in front of a wall on which nothing could be matched. The light on the item changes as it turns, so that
// then only the background shows the camera's exposure.
bool BackgroundIsSteady(const Samples& samples, const std::vector<int>& order) {
  constexpr double kSpread = 0.06;  // sensor noise and compression in the dark; shadows of the item
  const int count = static_cast<int>(order.size());
  int steady = 0;
  int pairs = 0;
  for (const int step : {std::max(1, count / 4), std::max(1, count / 2)}) {
    for (int i = 0; i + step < count; ++i, ++pairs) {
      const std::optional<double> spread = RatioSpread(samples[order[i]], samples[order[i + step]]);
      steady += spread && *spread < kSpread ? 1 : 0;
    }
  }
  return pairs > 0 && 10 * steady >= 9 * pairs;
}

Samples Sampled(const std::vector<std::vector<Eigen::Vector3d>>& places,
                const std::vector<SourceCamera>& sources,
                const std::vector<Image>& pictures) {
  Samples samples(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const double scale = static_cast<double>(pictures[s].width) / sources[s].camera.width;
    for (const Eigen::Vector3d& place : places[s])
      if (const std::optional<Color> color = ColorAt(pictures[s], place.x() * scale, place.y() * scale))
        samples[s].push_back({.key = static_cast<std::uint32_t>(place.z()), .color = *color});
  }
  return samples;
}

// Positions in `sources` by azimuth round the ring, starting after the widest gap.
std::vector<int> RingOrder(const std::vector<SourceCamera>& sources) {
  std::vector<int> order(sources.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return sources[a].azimuth < sources[b].azimuth; });
  std::size_t start = 0;
  double widest = 2 * kPi - sources[order.back()].azimuth + sources[order.front()].azimuth;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double gap = sources[order[i]].azimuth - sources[order[i - 1]].azimuth;
    if (gap <= widest) continue;
    widest = gap;
    start = i;
  }
  std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(start), order.end());
  return order;
}

}  // namespace

Result<std::vector<exposure::Gain>> EstimateGains(const Sweep& sweep,
                                                  const Reconstruction& reconstruction,
                                                  const Orbit& orbit,
                                                  const std::vector<SourceCamera>& sources,
                                                  int threads) {
  const int count = static_cast<int>(sources.size());
  std::vector<Image> pictures(count);
  std::vector<Status> read(count);
  ParallelFor(count, threads, [&](std::size_t s) {
    Result<Image> image = DecodeScaled(sweep.frames[sources[s].frame].image, 3, kSampleSidePx);
    if (image)
      pictures[s] = std::move(*image);
    else
      read[s] = Forward(image);
  });
  for (const Status& status : read)
    if (!status) return Forward(status);

  const std::vector<int> order = RingOrder(sources);
  Samples samples = Sampled(PlacesOfBackground(orbit, sources), sources, pictures);
  if (!reconstruction.turntable && !BackgroundIsSteady(samples, order))
    samples = Sampled(PlacesOfPoints(reconstruction, sources), sources, pictures);
  std::vector<exposure::ExposurePair> pairs;
  for (int i = 0; i < count; ++i) {
    for (int step = 1; step <= kPairReach; ++step) {
      const int j = i + step;
      if (j >= count && (!orbit.closed || count < kFewestClosed)) break;
      exposure::ExposurePair pair = Compare(i, j % count, samples[order[i]], samples[order[j % count]]);
      if (pair.weight > 0) pairs.push_back(pair);
    }
  }
  const std::vector<exposure::Gain> in_ring_order = exposure::SolveGains(count, pairs, orbit.closed);
  std::vector<exposure::Gain> gains(count);
  for (int i = 0; i < count; ++i) gains[order[i]] = in_ring_order[i];
  return gains;
}

}  // namespace rv::spin
