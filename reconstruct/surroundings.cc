#include "reconstruct/surroundings.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "reconstruct/orbit/orbit_center.h"

namespace rv {
namespace {

constexpr int kCellsAcross = 12, kCellsDown = 9;
using Cells = std::bitset<kCellsAcross * kCellsDown>;

constexpr double kItemReach = 1.2;  // of the subject's radius
// Cells with surroundings that match anywhere: to accuse a map of a fold, and to choose between pairs once it is one.
constexpr std::size_t kFewestToTell = 12, kFewestToChoose = 4;
// A picture contradicts the map where one beside it shares next to nothing of its surroundings; or little, while the picture
// that shares most stands more than so many times as far off.
constexpr double kNothingShared = 0.1, kLittleShared = 0.5, kFurther = 2;
constexpr double kBeside = 0.14;       // 8 degrees
constexpr double kAlmostThere = 0.08;  // frames of a clip this near each other share more or less by blur
constexpr double kOtherSide = 0.7;     // 40 degrees: there the picture most alike stands only by mistake
constexpr int kTail = 3;               // of one hump: fewer than a third of what comes before it
constexpr int kFewestContradictions = 4;
constexpr double kContradictingShare = 0.25;  // of the pictures that tell

// Where the item is in a picture, work px.
struct ItemDisc {
  Eigen::Vector2d center;
  double radius = 0;
};

std::vector<std::optional<ItemDisc>> FindDiscs(const MatchedSweep& matched,
                                               const Reconstruction& reconstruction,
                                               const orbit::SubjectEstimate& subject) {
  std::vector<std::optional<ItemDisc>> discs(reconstruction.frames.size());
  for (std::size_t f = 0; f < discs.size(); ++f) {
    const PosedFrame& frame = reconstruction.frames[f];
    if (!frame.posed) continue;
    const Image& gray = matched.gray[f];
    const Camera camera = reconstruction.cameras[frame.camera].Scaled(gray.width, gray.height);
    const Eigen::Vector3d center = frame.cam_from_world * subject.center;
    if (const auto px = camera.Project(center))
      discs[f] = ItemDisc{*px, kItemReach * camera.focal_px * subject.radius / center.z()};
  }
  return discs;
}

// The cells of both pictures in which a pair matches off the item.
struct PairCells {
  Cells a, b;
};

std::size_t CellAt(const Image& gray, const Eigen::Vector2d& px) {
  const int col = std::clamp(static_cast<int>(px.x() / gray.width * kCellsAcross), 0, kCellsAcross - 1);
  const int row = std::clamp(static_cast<int>(px.y() / gray.height * kCellsDown), 0, kCellsDown - 1);
  return static_cast<std::size_t>(row * kCellsAcross + col);
}

PairCells CellsOf(const MatchedSweep& matched,
                  const matching::TwoView& pair,
                  const ItemDisc& item_a,
                  const ItemDisc& item_b) {
  PairCells out;
  for (const matching::FeatureMatch& match : pair.matches) {
    const Eigen::Vector2d& a = matched.features[pair.a].px[match.a];
    const Eigen::Vector2d& b = matched.features[pair.b].px[match.b];
    if ((a - item_a.center).norm() < item_a.radius || (b - item_b.center).norm() < item_b.radius) continue;
    out.a.set(CellAt(matched.gray[pair.a], a));
    out.b.set(CellAt(matched.gray[pair.b], b));
  }
  return out;
}

// How far two cameras are from seeing the same, radians: by where they stand, about the item, and where they look.
double Apart(const Reconstruction& reconstruction, const orbit::SubjectEstimate& subject, int a, int b) {
  const Rigid3& from = reconstruction.frames[a].cam_from_world;
  const Rigid3& to = reconstruction.frames[b].cam_from_world;
  return std::max((from.Origin() - to.Origin()).norm() / subject.camera_distance,
                  from.rotation.angularDistance(to.rotation));
}

// By pair: how much of the surroundings that the two pictures share with others they share with each other, 0 to 1; negative
// where one of them shares fewer cells than these with any other, or has no pose.
std::vector<double> SharedSurroundings(const MatchedSweep& matched,
                                       const Reconstruction& reconstruction,
                                       std::size_t fewest_cells) {
  const std::vector<matching::TwoView>& pairs = matched.matches.pairs;
  std::vector<double> shared(pairs.size(), -1);
  const orbit::SubjectEstimate subject = orbit::EstimateSubject(reconstruction, {});
  if (!subject.ok) return shared;
  const auto discs = FindDiscs(matched, reconstruction, subject);
  std::vector<std::optional<PairCells>> cells(pairs.size());
  std::vector<std::size_t> most(reconstruction.frames.size(), 0);  // cells shared with the picture most alike
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    if (!discs[pairs[p].a] || !discs[pairs[p].b]) continue;
    cells[p] = CellsOf(matched, pairs[p], *discs[pairs[p].a], *discs[pairs[p].b]);
    most[pairs[p].a] = std::max(most[pairs[p].a], cells[p]->a.count());
    most[pairs[p].b] = std::max(most[pairs[p].b], cells[p]->b.count());
  }
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const std::size_t of_a = most[pairs[p].a], of_b = most[pairs[p].b];
    if (!cells[p] || std::min(of_a, of_b) < fewest_cells) continue;
    shared[p] = 0.5 * (static_cast<double>(cells[p]->a.count()) / static_cast<double>(of_a) +
                       static_cast<double>(cells[p]->b.count()) / static_cast<double>(of_b));
  }
  return shared;
}

}  // namespace

SurroundingsVerdict JudgeBySurroundings(const MatchedSweep& matched, const Reconstruction& reconstruction) {
  const orbit::SubjectEstimate subject = orbit::EstimateSubject(reconstruction, {});
  if (reconstruction.turntable || matched.matches.static_background || !subject.ok) return {};
  const std::vector<double> shared = SharedSurroundings(matched, reconstruction, kFewestToTell);
  struct Partner {
    double shared = -1, apart = 0;  // of the picture most alike
    double nearest = kBeside;       // how near any other stands
    double foreign = kBeside;       // and one that shares little
    bool other_place = false;       // one stands beside it that shares nothing
  };
  std::vector<Partner> partners(reconstruction.frames.size());
  int nothing = 0, little = 0;  // of the pairs side by side
  for (std::size_t p = 0; p < shared.size(); ++p) {
    const matching::TwoView& pair = matched.matches.pairs[p];
    if (shared[p] < 0) continue;
    const double apart = Apart(reconstruction, subject, pair.a, pair.b);
    nothing += apart < kBeside && shared[p] < kNothingShared;
    little += apart < kBeside && shared[p] >= kNothingShared && shared[p] < kLittleShared;
    for (Partner* partner : {&partners[pair.a], &partners[pair.b]}) {
      if (shared[p] > partner->shared) partner->shared = shared[p], partner->apart = apart;
      partner->nearest = std::min(partner->nearest, apart);
      partner->other_place |= shared[p] < kNothingShared && apart < kBeside;
      if (shared[p] < kLittleShared) partner->foreign = std::min(partner->foreign, apart);
    }
  }
  const auto tells =
      std::count_if(partners.begin(), partners.end(), [](const Partner& p) { return p.shared >= 0; });
  // Blur thins matches out by degrees; another place shares nothing at once.
  const bool at_once = kTail * nothing >= little;
  SurroundingsVerdict out;
  for (std::size_t f = 0; f < partners.size(); ++f) {
    const Partner& p = partners[f];
    if ((at_once && p.other_place) ||
        (p.foreign < kBeside && p.apart > std::max(kAlmostThere, kFurther * p.foreign)) ||
        (p.nearest < kBeside && p.apart > kOtherSide))
      out.pictures.push_back(static_cast<int>(f));
  }
  const int count = static_cast<int>(out.pictures.size());
  LogVerbose(Text("folds: ", count, " of ", tells, " pictures stand beside one with other surroundings"));
  out.folded = count >= kFewestContradictions && count >= kContradictingShare * static_cast<double>(tells);
  return out;
}

std::vector<matching::TwoView> PairsWithSurroundings(const MatchedSweep& matched,
                                                     const Reconstruction& reconstruction,
                                                     double least_shared) {
  const std::vector<double> shared = SharedSurroundings(matched, reconstruction, kFewestToChoose);
  std::vector<matching::TwoView> out;
  for (std::size_t p = 0; p < shared.size(); ++p)
    if (shared[p] < 0 || shared[p] >= least_shared) out.push_back(matched.matches.pairs[p]);
  return out;
}

std::vector<matching::TwoView> PairsFromElsewhere(const std::vector<matching::TwoView>& pairs,
                                                  const Reconstruction& reconstruction,
                                                  const std::vector<int>& pictures) {
  const orbit::SubjectEstimate subject = orbit::EstimateSubject(reconstruction, {});
  const auto wrong = [&](int f) { return std::binary_search(pictures.begin(), pictures.end(), f); };
  std::vector<matching::TwoView> out;
  for (const matching::TwoView& pair : pairs)
    if ((!wrong(pair.a) && !wrong(pair.b)) || !subject.ok || !reconstruction.frames[pair.a].posed ||
        !reconstruction.frames[pair.b].posed || Apart(reconstruction, subject, pair.a, pair.b) > kOtherSide)
      out.push_back(pair);
  return out;
}

}  // namespace rv
