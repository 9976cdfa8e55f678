#include "reconstruct/unfolding.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/orbit.h"
#include "reconstruct/orbit/orbit_center.h"
#include "reconstruct/surroundings.h"

namespace rv {
namespace {

using matching::TwoView;

constexpr int kChainFrames = 3;          // frames apart: these follow each other
constexpr double kSameSideDeg = 45;      // SIFT hardly matches across more
constexpr double kLeapDeg = 40;          // between frames that follow each other
constexpr double kAgreeingShare = 0.35;  // of a pair's matches, with the map's epipolar geometry
constexpr double kAgreeingPx = 4;        // work px
constexpr double kAsMany = 0.85;         // of the frames that the folded map had
constexpr double kStrongMatches = 30, kStrongShare = 0.4;  // of usual neighbors

// Directions from the item's center to the cameras; zero without a pose.
std::vector<Eigen::Vector3d> Sides(const Reconstruction& reconstruction) {
  const orbit::SubjectEstimate subject = orbit::EstimateSubject(reconstruction, {});
  std::vector<Eigen::Vector3d> sides;
  for (const PosedFrame& frame : reconstruction.frames)
    sides.push_back(frame.posed && subject.ok
                        ? (frame.cam_from_world.Origin() - subject.center).normalized().eval()
                        : Eigen::Vector3d::Zero().eval());
  return sides;
}

// Degrees between two sides; negative where one has no pose.
double Apart(const std::vector<Eigen::Vector3d>& sides, int a, int b) {
  if (sides[a].isZero() || sides[b].isZero()) return -1;
  return ToDegrees(std::acos(std::clamp(sides[a].dot(sides[b]), -1.0, 1.0)));
}

// Whether most frames stand next to the one before them.
bool InOrder(const std::vector<Eigen::Vector3d>& sides) {
  constexpr double kMostLeaps = 0.25;
  int steps = 0, wide = 0, last = -1;
  for (int f = 0; f < static_cast<int>(sides.size()); ++f) {
    if (sides[f].isZero()) continue;
    if (last >= 0) {
      ++steps;
      wide += Apart(sides, last, f) > kLeapDeg;
    }
    last = f;
  }
  return wide <= kMostLeaps * steps;
}

Eigen::Matrix3d CrossMatrix(const Eigen::Vector3d& v) {
  Eigen::Matrix3d out;
  out << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return out;
}

// Share of a pair's matches that the map's poses explain (Sampson distance).
double AgreeingShare(const MatchedSweep& matched, const Reconstruction& reconstruction, const TwoView& pair) {
  const PosedFrame &a = reconstruction.frames[pair.a], &b = reconstruction.frames[pair.b];
  const Rigid3 b_from_a = b.cam_from_world * a.cam_from_world.Inverse();
  const Eigen::Matrix3d essential = CrossMatrix(b_from_a.translation) * b_from_a.rotation.toRotationMatrix();
  const Camera camera_a =
      reconstruction.cameras[a.camera].Scaled(matched.gray[pair.a].width, matched.gray[pair.a].height);
  const Camera camera_b =
      reconstruction.cameras[b.camera].Scaled(matched.gray[pair.b].width, matched.gray[pair.b].height);
  int agreeing = 0;
  for (const matching::FeatureMatch& match : pair.matches) {
    const Eigen::Vector3d x = camera_a.Ray(matched.features[pair.a].px[match.a]);
    const Eigen::Vector3d y = camera_b.Ray(matched.features[pair.b].px[match.b]);
    const Eigen::Vector3d line_b = essential * x, line_a = essential.transpose() * y;
    const double length = std::sqrt(line_a.head<2>().squaredNorm() + line_b.head<2>().squaredNorm());
    agreeing += std::abs(y.dot(line_b)) * camera_b.focal_px < kAgreeingPx * length;
  }
  return static_cast<double>(agreeing) / static_cast<double>(std::max<std::size_t>(1, pair.matches.size()));
}

std::vector<TwoView> PairsOfNeighbors(const std::vector<TwoView>& pairs, int most_apart) {
  std::vector<TwoView> out;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(out),
               [&](const TwoView& pair) { return pair.b - pair.a <= most_apart; });
  return out;
}

// Neighbors, and the pairs that see the same side as the map has it.
std::vector<TwoView> PairsOfOneSide(const std::vector<TwoView>& pairs, const Reconstruction& reconstruction) {
  const std::vector<Eigen::Vector3d> sides = Sides(reconstruction);
  std::vector<TwoView> out;
  for (const TwoView& pair : pairs) {
    const double apart = Apart(sides, pair.a, pair.b);
    if (pair.b - pair.a <= kChainFrames || (apart >= 0 && apart < kSameSideDeg)) out.push_back(pair);
  }
  return out;
}

// How well the map holds frames that follow each other: the agreeing share that all but a tenth of the neighbors reach.
double ChainAgreement(const MatchedSweep& matched, const Reconstruction& reconstruction) {
  std::vector<double> shares;
  for (const TwoView& pair : matched.matches.pairs)
    if (pair.b - pair.a <= 2 && reconstruction.frames[pair.a].posed && reconstruction.frames[pair.b].posed)
      shares.push_back(AgreeingShare(matched, reconstruction, pair));
  LogVerbose(Text("folds: neighbors agree with the map by ", Fixed(Quantile(shares, 0.1), 3),
                  " of their matches, usually ", Fixed(Median(shares), 3)));
  return Quantile(shares, 0.1);
}

// No more frames in a row without a pose than neighbors are followed across.
bool Unbroken(const Reconstruction& reconstruction) {
  int last = -1;
  for (int f = 0; f < static_cast<int>(reconstruction.frames.size()); ++f) {
    if (!reconstruction.frames[f].posed) continue;
    if (last >= 0 && f - last > kChainFrames) return false;
    last = f;
  }
  return true;
}

Result<ReconstructResult> Unsettled() {
  return Fail(ErrorCode::kInsufficientData, "what links the frames does not settle the fold");
}

int PosedCount(const ReconstructResult& result) { return result.reconstruction.stats.posed_frames; }

// By the order of the frames.
bool LeapsOrOverlaps(const MatchedSweep& matched, const Sweep& sweep, const Reconstruction& reconstruction) {
  if (!FindLeaps(matched, reconstruction).empty()) return true;
  const Result<Orbit> orbit = EstimateOrbit(reconstruction, sweep, {});
  return orbit && LooksFolded(*orbit);
}

bool Folded(const MatchedSweep& matched, const Sweep& sweep, const Reconstruction& reconstruction) {
  return LeapsOrOverlaps(matched, sweep, reconstruction) ||
         JudgeBySurroundings(matched, reconstruction).folded;
}

// From neighbors up to `window` frames apart alone, then with what agrees with that.
Result<ReconstructResult> MapFromChain(const Sweep& sweep,
                                       const MatchedSweep& matched,
                                       int window,
                                       const ReconstructOptions& options,
                                       const Progress& progress) {
  constexpr double kHeld = 0.8, kAsWell = 0.03;
  Result<ReconstructResult> chain =
      MapPairs(sweep, matched, PairsOfNeighbors(matched.matches.pairs, window), options, progress);
  if (!chain) return chain;
  if (Folded(matched, sweep, chain->reconstruction)) return Unsettled();
  const double held = ChainAgreement(matched, chain->reconstruction);
  if (held < kHeld) return Unsettled();
  const std::vector<TwoView> agreeing = PairsOfOneSide(matched.matches.pairs, chain->reconstruction);
  Result<ReconstructResult> whole = MapPairs(sweep, matched, agreeing, options, progress);
  if (!whole && whole.error().code != ErrorCode::kInsufficientData) return whole;
  const bool better = whole && PosedCount(*whole) >= PosedCount(*chain) &&
                      !Folded(matched, sweep, whole->reconstruction) &&
                      ChainAgreement(matched, whole->reconstruction) > held - kAsWell;
  LogVerbose(Text("folds: ", PosedCount(*chain), " frames by neighbors up to ", window, " apart; ",
                  agreeing.size(), " of ", matched.matches.pairs.size(), " pairs agree, the map of these ",
                  (better ? "holds" : "does not hold")));
  // By neighbors alone a map drifts, and what lies beyond a frame without a pose hangs on nothing.
  if (!better || !Unbroken(whole->reconstruction)) return Unsettled();
  return whole;
}

// The first of growing neighborhoods that settles it for nearly as many frames as `folded` had.
Result<ReconstructResult> MapAgain(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const ReconstructResult& folded,
                                   const ReconstructOptions& options,
                                   const Progress& progress) {
  Result<ReconstructResult> again = Unsettled();
  for (const int window : {kChainFrames, kChainFrames + 1, kChainFrames + 3}) {
    again = MapFromChain(sweep, matched, window, options, progress);
    if (again && PosedCount(*again) >= kAsMany * PosedCount(folded)) return again;
    if (!again && again.error().code != ErrorCode::kInsufficientData) return again;
  }
  return Unsettled();
}

// Maps again and again, and keeps what holds with the fewest pictures on a wrong side.
class MapsBySurroundings {
 public:
  MapsBySurroundings(const Sweep& sweep,
                     const MatchedSweep& matched,
                     double least_posed,
                     const ReconstructOptions& options,
                     const Progress& progress)
      : sweep_(sweep), matched_(matched), least_posed_(least_posed), options_(options), progress_(progress) {}

  // Fails only where mapping as a whole is to end.
  Status Try(std::vector<TwoView> pairs) {
    Result<ReconstructResult> again = MapPairs(sweep_, matched_, pairs, options_, progress_);
    if (!again && again.error().code != ErrorCode::kInsufficientData) return Forward(again);
    LogVerbose(Text("folds: ", (again ? PosedCount(*again) : 0), " frames by ", pairs.size(), " of ",
                    matched_.matches.pairs.size(), " pairs"));
    if (!again || PosedCount(*again) < least_posed_) return {};
    SurroundingsVerdict verdict = JudgeBySurroundings(matched_, again->reconstruction);
    const bool better = !best_ || verdict.pictures.size() < wrong_.size();
    if (verdict.folded || !better || LeapsOrOverlaps(matched_, sweep_, again->reconstruction)) return {};
    best_ = std::move(again);
    pairs_ = std::move(pairs);
    wrong_ = std::move(verdict.pictures);
    return {};
  }

  bool Settled() const { return best_ && wrong_.empty(); }
  bool AllButSome() const { return best_ && !wrong_.empty(); }
  std::vector<TwoView> PairsWithoutWrong() const {
    return PairsFromElsewhere(pairs_, best_->reconstruction, wrong_);
  }
  Result<ReconstructResult> Best() && { return std::move(best_); }

 private:
  const Sweep& sweep_;
  const MatchedSweep& matched_;
  double least_posed_;
  const ReconstructOptions& options_;
  const Progress& progress_;
  Result<ReconstructResult> best_ = Unsettled();
  std::vector<TwoView> pairs_;
  std::vector<int> wrong_;
};

// From the pairs that match on more than the item: the more, the fewer wrong ones are left, and the fewer right ones.
// Single pictures that still stand on a wrong side are taken off what holds them there.
Result<ReconstructResult> MapBySurroundings(const Sweep& sweep,
                                            const MatchedSweep& matched,
                                            const ReconstructResult& folded,
                                            const ReconstructOptions& options,
                                            const Progress& progress) {
  MapsBySurroundings maps(sweep, matched, kAsMany * PosedCount(folded), options, progress);
  for (const double least_shared : {0.25, 0.4, 0.55}) {
    if (maps.Settled()) break;
    if (const Status tried = maps.Try(PairsWithSurroundings(matched, folded.reconstruction, least_shared));
        !tried)
      return Forward(tried);
  }
  if (maps.AllButSome())
    if (const Status tried = maps.Try(maps.PairsWithoutWrong()); !tried) return Forward(tried);
  return std::move(maps).Best();
}

}  // namespace

std::vector<int> FindLeaps(const MatchedSweep& matched, const Reconstruction& reconstruction) {
  const std::vector<Eigen::Vector3d> sides = Sides(reconstruction);
  std::vector<double> counts;
  for (const TwoView& pair : matched.matches.pairs)
    if (pair.b - pair.a == 1) counts.push_back(static_cast<double>(pair.matches.size()));
  const double strong = std::max<double>(kStrongMatches, kStrongShare * Median(counts));
  std::vector<int> leaps;
  if (!InOrder(sides)) return leaps;
  for (const TwoView& pair : matched.matches.pairs) {
    // Weaker ones may be where one series of photos ends and another begins.
    if (pair.b - pair.a > 1 || static_cast<double>(pair.matches.size()) < strong) continue;
    if (Apart(sides, pair.a, pair.b) > kLeapDeg &&
        AgreeingShare(matched, reconstruction, pair) < kAgreeingShare)
      leaps.push_back(pair.b);
  }
  return leaps;
}

Result<ReconstructResult> MapUnfolded(const Sweep& sweep,
                                      const MatchedSweep& matched,
                                      const ReconstructOptions& options,
                                      const Progress& progress) {
  Result<ReconstructResult> first = MapSweep(sweep, matched, options, progress);
  if (!first) return first;
  const bool out_of_order = LeapsOrOverlaps(matched, sweep, first->reconstruction);
  if (!out_of_order && !JudgeBySurroundings(matched, first->reconstruction).folded) return first;
  Result<ReconstructResult> again = Unsettled();
  const char* told_by = "the order of the frames";
  if (out_of_order) again = MapAgain(sweep, matched, *first, options, progress);
  if (!again && again.error().code == ErrorCode::kInsufficientData) {
    told_by = "what stands round it";
    again = MapBySurroundings(sweep, matched, *first, options, progress);
  }
  if (again) {
    again->findings.insert(again->findings.begin(),
                           Text("two sides of the item look alike; they are told apart by ", told_by));
    return again;
  }
  if (again.error().code != ErrorCode::kInsufficientData) return again;
  first->folded = true;
  return first;
}

}  // namespace rv
