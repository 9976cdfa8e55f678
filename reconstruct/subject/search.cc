#include "reconstruct/subject/search.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "reconstruct/subject/behind_view.h"
#include "reconstruct/subject/coarser.h"
#include "reconstruct/subject/hull.h"
#include "reconstruct/subject/point_evidence.h"
#include "reconstruct/subject/project_cells.h"

namespace rv::subject {
namespace {

// What a round allows: how far beyond the hull, in cells, the item may reach, and what share of the frames may be wrong
// about a cell.
struct Round {
  int reach;
  double tolerated;
  bool look_behind = false;  // what others see behind the item is looked up; else as it was
};
constexpr Round kRounds[] = {{0, 0.35}, {8, 0.25, true}, {8, 0.2}, {8, 0.18, true}, {5, 0.18}};
constexpr int kRefineAfter = 2;  // this round, the volume is finer
constexpr int kGlance = 3;       // rounds
constexpr int kLastReach = 2;
constexpr int kCore = 3;  // cells deep in the hull

// Log odds for label 1 of a pixel.
constexpr float kByColor = 0.4F, kByLocalColor = 0.4F, kByPoints = 2.5F, kBySame = 2.5F, kByAnother = 4,
                kByBehind = 0.4F, kByBackdrop = 3;
constexpr float kByHull = 1, kByCore = 2, kByGuess = 1.5F, kBeyondReach = 3;
constexpr float kOddsCost = 0.12F;  // of one step of the log odds against a boundary's
constexpr float kReached = 0.3F;
// Weights, as background, of what could yet be a part of the item: next to the hull, and within reach.
constexpr float kNearItem = 0.1F, kNotFar = 0.5F;
constexpr float kGuessed = 0.15F;      // weight of the first guess for the item's colors
constexpr float kOthersBehind = 0.3F;  // of what lies behind the item in the other frames
constexpr int kSteps = 30, kLastSteps = 60;
constexpr int kLastStep = 2;  // px: frames and hull were seen at half the size of a matte

}  // namespace

ItemSearch::ItemSearch(const std::vector<SeenFrame>& frames,
                       const Reconstruction& reconstruction,
                       const SearchPlace& place,
                       int threads)
    : frames_(frames), reconstruction_(reconstruction), place_(place), threads_(threads) {
  std::vector<Sight> sights;
  for (const SeenFrame& frame : frames) sights.push_back(frame.sight);
  volume_ = MakeVolume(sights, place);
  hull_ = FirstGuess(volume_, place);
  same_ = {.sure = std::vector<float>(hull_.size(), 0.0F),
           .lab = std::vector<std::array<float, 3>>(hull_.size())};
  for (const Point& point : reconstruction.points) points_.push_back(point.position);
  labels_.resize(frames.size());
  evidence_.resize(frames.size());
  LocateCells();
}

void ItemSearch::RunRound(int number) {
  const Round& round = kRounds[number];
  const Stage stage = number == 0 ? Stage::kFirst : Stage::kLater;
  const Shells shells = ShellsOf(round.reach, number == 0);
  judged_ = number == 0
                ? JudgePoints(reconstruction_, place_, volume_, {}, {})
                : JudgePoints(reconstruction_, place_, volume_, Grown(volume_, hull_, 1), shells.values[3]);
  occupied_.assign(hull_.size(), 0);
  if (number > 0) OccupyCells();
  Learn(shells, stage, round.look_behind);
  std::vector<std::vector<float>> unlike(frames_.size());
  ParallelFor(frames_.size(), threads_, [&](std::size_t i) {
    labels_[i] = Solve(frames_[i], evidence_[i], std::move(labels_[i]), stage, &unlike[i]);
  });
  Carve(shells, round.tolerated, unlike);
}

void ItemSearch::Glance() {
  for (int number = 0; number < kGlance; ++number) RunRound(number);
}

void ItemSearch::Run() {
  for (int number = 0; number < static_cast<int>(std::size(kRounds)); ++number) {
    RunRound(number);
    if (number != kRefineAfter) continue;
    same_.Resample(Refine(volume_, hull_));
    LocateCells();
  }
  last_ = ShellsOf(kLastReach, false);
  hull_shell_ = MakeShells(volume_, {hull_});
  judged_ = JudgePoints(reconstruction_, place_, volume_, Grown(volume_, hull_, 1), last_.values[2]);
  last_floor_ = FindFloor(volume_, hull_, place_);
  last_covered_ = CoveredByItem(last_floor_);
}

void ItemSearch::Carve(const Shells& shells,
                       double tolerated,
                       const std::vector<std::vector<float>>& unlike) {
  const std::optional<Floor> floor = FindFloor(volume_, hull_, place_);
  same_ = FindSameColor({.volume = volume_,
                         .place = place_,
                         .floor = floor ? std::optional(floor->plane) : std::nullopt,
                         .frames = frames_,
                         .pixels = pixels_,
                         .unlike = unlike,
                         .within = shells.values[3]},
                        threads_);
  hull_ = CarveHull(volume_, place_,
                    {.frames = frames_,
                     .pixels = pixels_,
                     .labels = labels_,
                     .occupied = occupied_,
                     .same = same_,
                     .tolerated = tolerated},
                    threads_);
  // What the hull encloses is not seen.
  const Shells shell = MakeShells(volume_, {hull_});
  for (std::size_t cell = 0; cell < hull_.size(); ++cell)
    same_.sure[cell] = shell.shown[cell] ? std::min(same_.sure[cell], hull_[cell]) : 0;
}

ItemSearch::Labels ItemSearch::Label(const SeenFrame& frame) const {
  Evidence own = Gather(frame, last_, kLastStep);
  own.behind_seen = LookBehind(frame, own, last_covered_, last_floor_, kLastStep);
  for (std::size_t p = 0; p < own.hull.size(); ++p)
    if (const float weight = Behind(own, own.hull, p, Stage::kLast); weight > 0)
      own.behind.AddBehind(frame.Color(p), weight);
  own.behind.Add(all_behind_, kOthersBehind * own.behind.total() / std::max(1.0F, all_behind_.total()));
  own.behind.Finish();
  std::vector<float> item = Solve(frame, own, own.hull, Stage::kLast);
  return {.item = std::move(item), .hull = std::move(own.hull)};
}

void ItemSearch::LocateCells() {
  pixels_.resize(frames_.size());
  ParallelFor(frames_.size(), threads_,
              [&](std::size_t i) { pixels_[i] = PixelsOfCells(volume_, frames_[i].sight); });
}

Shells ItemSearch::ShellsOf(int reach, bool first) const {
  return MakeShells(volume_, {first ? std::vector<float>(hull_.size(), 0.0F) : Shrunk(volume_, hull_, kCore),
                              hull_, Grown(volume_, hull_, reach / 3), Grown(volume_, hull_, reach)});
}

// A pixel that has the one color of a cell that it looks through.
std::vector<float> ItemSearch::SeenSame(const SeenFrame& frame) const {
  constexpr float kSome = 0.1F;
  return LargestSeen(
      volume_, frame.sight, [&](std::size_t cell) { return same_.sure[cell] > kSome; },
      [&](std::size_t cell, std::size_t p) { return same_.sure[cell] * same_.Match(cell, frame.Color(p)); });
}

ItemSearch::Evidence ItemSearch::Gather(const SeenFrame& frame, const Shells& shells, int step) const {
  std::vector<std::vector<float>> seen = Projected(volume_, shells, Coarser(frame.sight, step));
  for (std::vector<float>& values : seen) values = Enlarged(values, frame.sight.camera, step);
  return {.hull = std::move(seen[1]),
          .core = std::move(seen[0]),
          .near = std::move(seen[2]),
          .reach = std::move(seen[3]),
          .points = PointEvidence(frame, judged_),
          .same = SeenSame(frame)};
}

std::vector<std::vector<float>> ItemSearch::CoveredByItem(const std::optional<Floor>& floor) const {
  const std::vector<float> body = floor ? AboveFloor(volume_, hull_, *floor) : hull_;
  const Shells shell = MakeShells(volume_, {Grown(volume_, body, 1)});
  std::vector<std::vector<float>> out(frames_.size());
  ParallelFor(frames_.size(), threads_,
              [&](std::size_t i) { out[i] = Projected(volume_, shell, frames_[i].sight).front(); });
  return out;
}

std::vector<float> ItemSearch::LookBehind(const SeenFrame& frame,
                                          const Evidence& own,
                                          const std::vector<std::vector<float>>& covered,
                                          const std::optional<Floor>& floor,
                                          int step) const {
  std::vector<OtherFrame> others;
  for (std::size_t i = 0; i < frames_.size(); ++i)
    if (frames_[i].frame != frame.frame) others.push_back({frames_[i], covered[i]});
  return SeenBehind(frame, own.reach, step,
                    {.place = place_,
                     .floor = floor,
                     .others = others,
                     .points = points_,
                     .judged = judged_,
                     .still_background = reconstruction_.turntable});
}

// The colors on both sides, from what is known so far.
void ItemSearch::Learn(const Shells& shells, Stage stage, bool look_behind) {
  std::vector<ColorHistogram> items(frames_.size());
  ParallelFor(frames_.size(), threads_, [&](std::size_t i) {
    std::vector<float> behind_seen = std::move(evidence_[i].behind_seen);
    evidence_[i] = Gather(frames_[i], shells, 1);
    evidence_[i].behind_seen = std::move(behind_seen);
  });
  if (look_behind) {
    const std::optional<Floor> floor = FindFloor(volume_, hull_, place_);
    const std::vector<std::vector<float>> covered = CoveredByItem(floor);
    ParallelFor(frames_.size(), threads_, [&](std::size_t i) {
      evidence_[i].behind_seen = LookBehind(frames_[i], evidence_[i], covered, floor, 1);
    });
  }
  ParallelFor(frames_.size(), threads_, [&](std::size_t i) {
    const SeenFrame& frame = frames_[i];
    Evidence& own = evidence_[i];
    for (std::size_t p = 0; p < own.hull.size(); ++p) {
      if (const float weight = OnItem(frame, own, labels_[i], p, stage); weight > 0)
        items[i].Add(frame.Color(p), weight);
      if (const float weight = Behind(own, labels_[i], p, stage); weight > 0)
        own.behind.AddBehind(frame.Color(p), weight);
    }
  });
  item_ = ColorHistogram();
  all_behind_ = ColorHistogram();
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    item_.Add(items[i], 1);
    all_behind_.Add(evidence_[i].behind, 1);
  }
  item_.Finish();
  for (Evidence& own : evidence_) {
    own.behind.Add(all_behind_, kOthersBehind * own.behind.total() / std::max(1.0F, all_behind_.total()));
    own.behind.Finish();
  }
}

void ItemSearch::OccupyCells() {
  for (std::size_t p = 0; p < judged_.size(); ++p) {
    const Point& point = reconstruction_.points[p];
    if (judged_[p] <= 0 || point.track.size() < 3) continue;
    if (const std::ptrdiff_t cell = volume_.CellOf(point.position); cell >= 0)
      occupied_[static_cast<std::size_t>(cell)] = 1;
  }
}

// Weights of a pixel among the colors of the item, and of what lies behind it.
float ItemSearch::OnItem(const SeenFrame& frame,
                         const Evidence& own,
                         const std::vector<float>& labels,
                         std::size_t p,
                         Stage stage) const {
  if (!frame.given.empty() && frame.given[p] < -1) return 0;
  if (!frame.backdrop.empty() && frame.backdrop[p] > 0) return 0;
  const float label = stage == Stage::kFirst ? kGuessed * own.hull[p] * own.hull[p]
                                             : std::max(labels[p], own.same[p]) * own.hull[p];
  return std::clamp(label + own.points[p], 0.0F, 1.0F);
}

float ItemSearch::Behind(const Evidence& own,
                         const std::vector<float>& labels,
                         std::size_t p,
                         Stage stage) const {
  float label = 1 - own.reach[p];
  if (stage != Stage::kFirst)
    label = (1 - std::max(labels[p], own.same[p])) * (own.near[p] > kReached    ? kNearItem
                                                      : own.reach[p] > kReached ? kNotFar
                                                                                : 1);
  return std::clamp(label - own.points[p], 0.0F, 1.0F);
}

std::vector<float> ItemSearch::Solve(const SeenFrame& frame,
                                     const Evidence& own,
                                     std::vector<float> labels,
                                     Stage stage,
                                     std::vector<float>* unlike) const {
  const int width = frame.lab.cols;
  LocalHistograms local(width, frame.lab.rows, own.behind);
  for (std::size_t p = 0; p < own.hull.size(); ++p)
    if (const float weight = Behind(own, labels, p, stage); weight > 0)
      local.AddBehind(static_cast<int>(p) % width, static_cast<int>(p) / width, frame.Color(p), weight);
  local.Finish();
  std::vector<float> cost(own.hull.size());
  if (unlike != nullptr) unlike->resize(own.hull.size());
  for (std::size_t p = 0; p < cost.size(); ++p) {
    float odds = kByPoints * own.points[p] + kByCore * own.core[p] + kBySame * own.same[p];
    if (!own.behind_seen.empty()) {
      const float seen = own.behind_seen[p];
      odds += seen > 0 ? kByAnother * seen : kByBehind * seen;
    }
    odds += stage == Stage::kFirst ? kByGuess * (own.hull[p] - 0.5F)
                                   : kByHull * std::max(0.0F, own.hull[p] - 0.5F);
    if (!frame.given.empty()) odds += frame.given[p];
    if (!frame.backdrop.empty()) odds -= kByBackdrop * frame.backdrop[p];
    if (own.reach[p] < kReached) odds -= kBeyondReach;
    const LabColor color = frame.Color(p);
    odds += kByColor * LogOdds(item_, own.behind, color) +
            kByLocalColor *
                LogOdds(item_, local, static_cast<int>(p) % width, static_cast<int>(p) / width, color);
    cost[p] = -kOddsCost * odds;
    if (unlike != nullptr)
      (*unlike)[p] = Unlike(local, static_cast<int>(p) % width, static_cast<int>(p) / width, color);
  }
  return SolveLabels(frame.Size(), cost, frame.edge, std::move(labels),
                     stage == Stage::kLast ? kLastSteps : kSteps);
}

}  // namespace rv::subject
