#include "reconstruct/item_change.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/statistics.h"
#include "reconstruct/matching/descriptor_matching.h"

namespace rv {
namespace {

constexpr double kCore = 0.5;         // of the subject's radius: hardly anything but the item
constexpr int kNeighborsApart = 3;    // frames apart, at most
constexpr int kFewestFeatures = 15;   // on the core, to tell
constexpr double kLeastUsual = 0.06;  // share of the core's features that usually match
// Across a change: at most this share of what is usual on the item, at least this of its surroundings.
constexpr double kOnItem = 0.2, kAround = 0.5;
constexpr double kFollowed = 0.7;  // on the item, right before and after

// Which features of a frame lie on the core of the item.
struct CoreView {
  std::vector<char> on_core;
  int count = 0;
};

std::optional<CoreView> ViewCore(const MatchedSweep& matched,
                                 const Reconstruction& reconstruction,
                                 const Orbit& orbit,
                                 int frame) {
  const PosedFrame& posed = reconstruction.frames[frame];
  if (!posed.posed) return std::nullopt;
  const Image& gray = matched.gray[frame];
  const Camera camera = reconstruction.cameras[posed.camera].Scaled(gray.width, gray.height);
  const Eigen::Vector3d center = posed.cam_from_world * orbit.center;
  const std::optional<Eigen::Vector2d> px = camera.Project(center);
  if (!px) return std::nullopt;
  const double reach = kCore * camera.focal_px * orbit.subject_radius / center.z();
  CoreView out;
  for (const Eigen::Vector2d& at : matched.features[frame].px) {
    out.on_core.push_back((at - *px).norm() < reach);
    out.count += out.on_core.back();
  }
  return out;
}

struct Rates {
  double item = 0, around = 0;  // share of the features that match
};

std::optional<Rates> RatesOf(const matching::TwoView& pair,
                             const std::vector<std::optional<CoreView>>& views) {
  if (!views[pair.a] || !views[pair.b]) return std::nullopt;
  const CoreView &a = *views[pair.a], &b = *views[pair.b];
  const int core = std::min(a.count, b.count);
  const int rest =
      std::min(static_cast<int>(a.on_core.size()) - a.count, static_cast<int>(b.on_core.size()) - b.count);
  if (core < kFewestFeatures || rest < kFewestFeatures) return std::nullopt;
  int from_a = 0, from_b = 0, around = 0;
  for (const matching::FeatureMatch& match : pair.matches) {
    from_a += a.on_core[match.a];
    from_b += b.on_core[match.b];
    around += !a.on_core[match.a] && !b.on_core[match.b];
  }
  // Of the item wherever it went: a frame with a wrong pose has its core in a wrong place.
  const double item = std::max(static_cast<double>(from_a) / a.count, static_cast<double>(from_b) / b.count);
  return Rates{item, static_cast<double>(around) / rest};
}

struct Crossing {
  int a = 0, b = 0;
  Rates rates;
};

bool ChangesBefore(int frame, const std::vector<Crossing>& pairs, const Rates& usual) {
  bool stays = false, before = false, after = false;
  for (const Crossing& pair : pairs) {
    if (pair.a < frame && frame <= pair.b) {
      if (pair.rates.item >= kOnItem * usual.item) return false;
      stays = stays || (pair.b == pair.a + 1 && pair.rates.around >= kAround * usual.around);
    }
    // Up to there and from there on it is followed as ever: it goes at once.
    const bool followed = pair.b == pair.a + 1 && pair.rates.item >= kFollowed * usual.item;
    before = before || (followed && pair.b == frame - 1);
    after = after || (followed && pair.a == frame);
  }
  return stays && before && after;
}

// Whether a frame and the one before it stand close in the map: where the walk has a gap, another side is seen.
bool CloseTogether(const Reconstruction& reconstruction, const Orbit& orbit, int frame) {
  constexpr double kCloseDeg = 25;
  const PosedFrame &a = reconstruction.frames[frame - 1], &b = reconstruction.frames[frame];
  if (!a.posed || !b.posed) return false;
  const Eigen::Vector3d from = (a.cam_from_world.Origin() - orbit.center).normalized();
  const Eigen::Vector3d to = (b.cam_from_world.Origin() - orbit.center).normalized();
  return from.dot(to) > std::cos(ToRadians(kCloseDeg));
}

// Whether hardly anything of the core before is like anything in the frame, by descriptors alone: geometry that holds for
// a ground drops what stands on it.
bool LooksOther(const MatchedSweep& matched, const CoreView& before, int frame, const Rates& usual) {
  const auto matches = matching::MatchDescriptors(matched.features[frame - 1].descriptors,
                                                  matched.features[frame].descriptors, {});
  const auto on_core =
      std::count_if(matches.begin(), matches.end(),
                    [&](const matching::FeatureMatch& match) { return before.on_core[match.a] != 0; });
  return static_cast<double>(on_core) < kFollowed * usual.item * before.count;
}

// Whether frames that lie further apart in the capture, as where a turn closes, show one item on both sides of `frame`; up
// to the changes before and after it. Then it was the light, or a print that repeats, that let the neighbors not match.
bool SameElsewhere(int frame,
                   const std::vector<int>& changes,
                   const std::vector<Crossing>& far,
                   double usual) {
  constexpr int kWitnesses = 2;
  const auto at = std::find(changes.begin(), changes.end(), frame);
  const int first = at == changes.begin() ? 0 : *(at - 1);
  const int end = at + 1 == changes.end() ? std::numeric_limits<int>::max() : *(at + 1);
  return std::count_if(far.begin(), far.end(), [&](const Crossing& pair) {
           return first <= pair.a && pair.a < frame && frame <= pair.b && pair.b < end &&
                  pair.rates.item >= kFollowed * usual;
         }) >= kWitnesses;
}

}  // namespace

std::vector<int> FindItemChanges(const MatchedSweep& matched,
                                 const Reconstruction& reconstruction,
                                 const Orbit& orbit) {
  std::vector<std::optional<CoreView>> views;
  const int count = static_cast<int>(reconstruction.frames.size());
  for (int f = 0; f < count; ++f) views.push_back(ViewCore(matched, reconstruction, orbit, f));
  std::vector<double> item, around;
  std::vector<Crossing> pairs, far;
  for (const matching::TwoView& pair : matched.matches.pairs) {
    const std::optional<Rates> rates = RatesOf(pair, views);
    if (!rates) continue;
    if (pair.b - pair.a > kNeighborsApart) {
      far.push_back({pair.a, pair.b, *rates});
      continue;
    }
    item.push_back(rates->item);
    around.push_back(rates->around);
    pairs.push_back({pair.a, pair.b, *rates});
  }
  const Rates usual{Median(item), Median(around)};
  std::vector<int> changes;
  if (usual.item < kLeastUsual || usual.around <= 0) return changes;
  for (int f = 1; f < count; ++f)
    if (CloseTogether(reconstruction, orbit, f) && ChangesBefore(f, pairs, usual) &&
        LooksOther(matched, *views[f - 1], f, usual))
      changes.push_back(f);
  const std::vector<int> all = changes;
  std::erase_if(changes, [&](int f) { return SameElsewhere(f, all, far, usual.item); });
  return changes;
}

}  // namespace rv
