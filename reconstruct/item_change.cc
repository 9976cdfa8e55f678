#include "reconstruct/item_change.h"

#include <algorithm>
#include <optional>

#include "base/statistics.h"

namespace rv {
namespace {

constexpr double kCore = 0.5;       // of the subject's radius: hardly anything but the item
constexpr int kNeighborsApart = 3;   // frames apart, at most
constexpr int kFewestFeatures = 15;  // on the core, to tell
constexpr double kLeastUsual = 0.06;  // share of the core's features that usually match
// Across a change: at most this share of what is usual on the item, at least this of its surroundings.
constexpr double kOnItem = 0.2, kAround = 0.5;

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

std::optional<Rates> RatesOf(const matching::TwoView& pair, const std::vector<std::optional<CoreView>>& views) {
  if (!views[pair.a] || !views[pair.b]) return std::nullopt;
  const CoreView &a = *views[pair.a], &b = *views[pair.b];
  const int core = std::min(a.count, b.count);
  const int rest = std::min(static_cast<int>(a.on_core.size()) - a.count, static_cast<int>(b.on_core.size()) - b.count);
  if (core < kFewestFeatures || rest < kFewestFeatures) return std::nullopt;
  int item = 0, around = 0;
  for (const matching::FeatureMatch& match : pair.matches) {
    item += a.on_core[match.a] && b.on_core[match.b];
    around += !a.on_core[match.a] && !b.on_core[match.b];
  }
  return Rates{static_cast<double>(item) / core, static_cast<double>(around) / rest};
}

struct Crossing {
  int a = 0, b = 0;
  Rates rates;
};

bool ChangesBefore(int frame, const std::vector<Crossing>& pairs, const Rates& usual) {
  bool stays = false, before = false, after = false;
  for (const Crossing& pair : pairs) {
    const bool item_matches = pair.rates.item >= kOnItem * usual.item;
    if (pair.a < frame && frame <= pair.b) {
      if (item_matches) return false;
      stays = stays || pair.rates.around >= kAround * usual.around;
    }
    // The thing itself is followed on either side: nothing is amiss with the frames.
    before = before || (item_matches && pair.b < frame && pair.b >= frame - kNeighborsApart);
    after = after || (item_matches && pair.a >= frame && pair.a < frame + kNeighborsApart);
  }
  return stays && before && after;
}

}  // namespace

std::vector<int> FindItemChanges(const MatchedSweep& matched,
                                 const Reconstruction& reconstruction,
                                 const Orbit& orbit) {
  std::vector<std::optional<CoreView>> views;
  const int count = static_cast<int>(reconstruction.frames.size());
  for (int f = 0; f < count; ++f) views.push_back(ViewCore(matched, reconstruction, orbit, f));
  std::vector<double> item, around;
  std::vector<Crossing> pairs;
  for (const matching::TwoView& pair : matched.matches.pairs) {
    if (pair.b - pair.a > kNeighborsApart) continue;
    const std::optional<Rates> rates = RatesOf(pair, views);
    if (!rates) continue;
    item.push_back(rates->item);
    around.push_back(rates->around);
    pairs.push_back({pair.a, pair.b, *rates});
  }
  const Rates usual{Median(item), Median(around)};
  std::vector<int> changes;
  if (usual.item < kLeastUsual) return changes;
  for (int f = 1; f < count; ++f)
    if (ChangesBefore(f, pairs, usual)) changes.push_back(f);
  return changes;
}

}  // namespace rv
