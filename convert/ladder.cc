#include "convert/ladder.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.h"
#include "convert/colmap_mapper.h"
#include "convert/item_on_orbit.h"
#include "convert/posed.h"
#include "convert/short_arc.h"
#include "reconstruct/given_poses.h"
#include "reconstruct/item_change.h"
#include "reconstruct/matched_sweep.h"
#include "reconstruct/motion.h"
#include "reconstruct/single_axis.h"
#include "reconstruct/unfolding.h"

namespace rv::convert {
namespace {

// Up to this arc the pictures are asked whether the camera turned on the spot: its poses then look like a
// short arc round nothing.
constexpr double kDoubtfulArcDeg = 45;
constexpr const char* kTurnedOnTheSpot =
    "the camera turned on the spot, which shows no side of an item but one";
// How much more of the turn a rung without poses must show to be worth losing them.
constexpr double kMuchMore = 1.5;

// Poses of a camera that turned on the spot agree well and mean nothing.
Result<bool> TurnedOnTheSpot(const Sweep& sweep,
                             const Posed& posed,
                             const ConvertOptions& options,
                             const Progress& progress) {
  if (ArcDegrees(posed.orbit) > kDoubtfulArcDeg) return false;
  const Result<SweepMotion> motion = AnalyzeMotion(sweep, {.threads = options.flat.threads}, progress);
  if (!motion) return Forward(motion);
  return motion->kind == CaptureMotion::kRotationInPlace;
}

// Most frames are placed by a camera that moved: what they say of its way holds, also that it was short.
bool KnowsTheWay(const Sweep& sweep, const Posed& posed) {
  constexpr double kNearlyAll = 0.8;
  const Reconstruction& map = posed.result.reconstruction;
  return !map.turntable && !posed.result.folded && !LooksFolded(posed.orbit) &&
         map.stats.posed_frames >= kNearlyAll * static_cast<double>(sweep.frames.size());
}

std::string WhyNotConvinced(const Sweep& sweep, const Posed& posed) {
  if (KnowsTheWay(sweep, posed) && WayDegrees(posed.orbit) < kSmallArcDeg)
    return DescribeShortArc(posed.orbit);
  if (posed.result.folded || LooksFolded(posed.orbit))
    return Text("two sides of the item look alike and were taken for one, ",
                std::lround(ArcDegrees(posed.orbit)), " degrees in all");
  return Text(posed.result.reconstruction.stats.posed_frames, " of ", sweep.frames.size(),
              " frames could be placed in space, and they show only ", std::lround(ArcDegrees(posed.orbit)),
              " degrees");
}

// Whether the spin without poses is worth losing them.
bool ShowsMore(const RotatingView& flat, const Orbit& orbit) {
  if (ArcDegrees(orbit) < kSmallArcDeg) return true;
  return flat.tier == Tier::kStabilized2d && flat.coverage.arc_deg > kMuchMore * ArcDegrees(orbit);
}

// Puts what the rung above found before what this one did.
RotatingView WithFindings(RotatingView view, std::vector<std::string> before) {
  before.insert(before.end(), view.coverage.findings.begin(), view.coverage.findings.end());
  view.coverage.findings = std::move(before);
  return view;
}

Result<RotatingView> BuildWithJoined(const Posed& posed,
                                     const ConvertOptions& options,
                                     const std::optional<ClipFrames>& clip,
                                     const Progress& progress,
                                     Sweep& sweep) {
  Reconstruction reconstruction = posed.result.reconstruction;
  const Result<ItemOnOrbit> item =
      FindItemOnOrbit(sweep, reconstruction, posed.orbit, options, clip, progress);
  if (!item) return Forward(item);
  Result<RotatingView> view =
      BuildSpin(sweep, reconstruction, item->orbit, item->subject, options.spin, progress);
  if (!view) return Forward(view);
  return WithFindings(std::move(*view), posed.result.findings);
}

// The sweep stays as it was where this fails.
Result<RotatingView> BuildFullPath(const Posed& posed,
                                   const ConvertOptions& options,
                                   const std::optional<ClipFrames>& clip,
                                   const Progress& progress,
                                   Sweep& sweep) {
  // Given poses are of the frames that they name, and are not added to.
  Result<RotatingView> view =
      BuildWithJoined(posed, options, options.poses_exact ? std::nullopt : clip, progress, sweep);
  if (!view) std::erase_if(sweep.frames, [](const SweepFrame& frame) { return frame.after_mapping; });
  return view;
}

Result<RotatingView> BuildOrbitPoses(const Posed& posed,
                                     const std::string& why_not_free,
                                     const ConvertOptions& options,
                                     const std::optional<ClipFrames>& clip,
                                     const Progress& progress,
                                     Sweep& sweep) {
  Result<RotatingView> view = BuildFullPath(posed, options, clip, progress, sweep);
  if (!view) return Forward(view);
  view->tier = Tier::kOrbitPoses;
  view->tier_reason =
      "camera positions come from one turn about an axis, as freely placed ones do not hold (" +
      why_not_free + ")";
  return view;
}

// Tiers 3 and 4, with the reason why it is none above.
Result<RotatingView> BuildWithoutPoses(const Sweep& sweep,
                                       const std::string& reason,
                                       std::optional<double> way_deg,
                                       const ConvertOptions& options,
                                       const Progress& progress) {
  StabilizedSpinOptions flat = options.flat;
  flat.known_arc_deg = way_deg;
  Result<RotatingView> view = BuildStabilizedSpin(sweep, flat, progress);
  if (!view) {
    if (StepsDown(view.error())) view.error().details.push_back("no camera positions either: " + reason);
    return view;
  }
  return WithFindings(std::move(*view), {"without camera positions: " + reason});
}

// What the rungs with poses came to: the poses to show, or why there are none.
struct PosedRungs {
  std::optional<Posed> free;    // tier 1, convincing or not
  std::optional<Posed> circle;  // tier 2, convincing
  std::string why_not_free;     // empty: tier 1 convinces
  std::string why_not_circle;
  std::optional<double> way_deg;  // no wider arc is claimed without poses: how far the cameras went round
  bool no_turn = false;           // the camera is known to have moved otherwise than round anything
};

// Tier 2 where tier 1 does not convince.
Status TryCircle(const Sweep& sweep,
                 const MatchedSweep& matched,
                 const ConvertOptions& options,
                 const Progress& progress,
                 PosedRungs& rungs) {
  Result<Posed> circle =
      WithOrbit(sweep, MapOnSingleAxis(sweep, matched, options.reconstruct, progress), options);
  if (!circle && !StepsDown(circle.error())) return Forward(circle);
  if (!circle) {
    rungs.why_not_circle = circle.error().message;
  } else if (!Convinces(sweep, *circle)) {
    rungs.why_not_circle = WhyNotConvinced(sweep, *circle);
  } else {
    rungs.circle = std::move(*circle);
  }
  return {};
}

// The freely placed cameras, and the matches where they are ours.
struct FreeMap {
  std::optional<MatchedSweep> matched;
  Result<Posed> posed;
};

Result<FreeMap> MapFreely(const Sweep& sweep, const ConvertOptions& options, const Progress& progress) {
  // COLMAP is asked for its own poses, so ours do not stand in for them.
  if (options.mapper == kMapperColmap)
    return FreeMap{std::nullopt,
                   WithOrbit(sweep, ReconstructWithColmap(sweep, options.reconstruct, progress), options)};
  Result<MatchedSweep> matched = MatchSweep(sweep, options.reconstruct, progress);
  if (!matched) return Forward(matched);
  if (options.poses_exact) {
    Result<Posed> given =
        WithOrbit(sweep, MapGivenPoses(sweep, *matched, options.reconstruct, progress), options);
    // Who asks for these poses does not want a spin without any.
    if (!given && StepsDown(given.error()))
      return Fail(ErrorCode::kInvalidArgument, given.error().message, given.error().remedy);
    if (!given) return Forward(given);
    return FreeMap{std::nullopt, std::move(given)};
  }
  const bool given_poses = HasGivenPoses(sweep);
  if (given_poses) {
    Result<Posed> given =
        WithOrbit(sweep, MapFromGivenPoses(sweep, *matched, options.reconstruct, progress), options);
    if (given && Convinces(sweep, *given)) return FreeMap{std::move(*matched), std::move(given)};
    if (!given && !StepsDown(given.error()) && given.error().code != ErrorCode::kInvalidArgument)
      return Forward(given);
  }
  if (matched->turned_on_the_spot)
    return FreeMap{std::move(*matched),
                   Fail(ErrorCode::kInsufficientData, kTurnedOnTheSpot, "walk round the item")};
  Result<Posed> posed =
      WithOrbit(sweep, MapUnfolded(sweep, *matched, options.reconstruct, progress), options);
  if (given_poses && posed)
    posed->result.findings.insert(
        posed->result.findings.begin(),
        "the given poses do not agree with the pictures; poses are found without them");
  return FreeMap{std::move(*matched), std::move(posed)};
}

// Names what stands against freely placed cameras, or keeps them.
Status JudgeFree(const Sweep& sweep,
                 FreeMap& map,
                 const ConvertOptions& options,
                 const Progress& progress,
                 PosedRungs& rungs) {
  if (!map.posed) {
    if (!StepsDown(map.posed.error())) return Forward(map.posed);
    rungs.why_not_free = map.posed.error().message;
    if (rungs.why_not_free == kTurnedOnTheSpot) {
      rungs.way_deg = 0;
      rungs.no_turn = true;
    }
    if (map.matched && rungs.why_not_free == kNoParallax && !map.matched->matches.static_background &&
        MatchedThroughout(*map.matched))
      rungs.way_deg = 0;
    return {};
  }
  const Result<bool> on_the_spot = TurnedOnTheSpot(sweep, *map.posed, options, progress);
  if (!on_the_spot) return Forward(on_the_spot);
  if (*on_the_spot) {
    rungs.why_not_free = kTurnedOnTheSpot;
    rungs.way_deg = 0;
    rungs.no_turn = true;
    return {};
  }
  if (!Convinces(sweep, *map.posed)) rungs.why_not_free = WhyNotConvinced(sweep, *map.posed);
  if (KnowsTheWay(sweep, *map.posed) && WayDegrees(map.posed->orbit) < kSmallArcDeg) {
    rungs.way_deg = WayDegrees(map.posed->orbit);
    // Before a camera that stands still in a hand the item may turn.
    rungs.no_turn = !StandsStill(map.posed->orbit);
  }
  if (map.matched && !map.posed->result.reconstruction.turntable) {
    const std::vector<int> changes =
        FindItemChanges(*map.matched, map.posed->result.reconstruction, map.posed->orbit);
    if (!changes.empty()) {
      rungs.why_not_free = "another thing stands in the item's place from " +
                           sweep.frames[changes.front()].name + " on, while its surroundings stay";
      rungs.way_deg = WayDegrees(map.posed->orbit);
      rungs.no_turn = true;
      return {};
    }
  }
  // Where it is known to be wrong, it is no spin of a short arc either.
  if (!map.posed->result.folded) rungs.free = std::move(*map.posed);
  return {};
}

Result<PosedRungs> FindPoses(const Sweep& sweep, const ConvertOptions& options, const Progress& progress) {
  Result<FreeMap> map = MapFreely(sweep, options, progress);
  if (!map) return Forward(map);
  PosedRungs rungs;
  if (options.poses_exact) {  // nobody asked whether they convince
    rungs.free = std::move(*map->posed);
    return rungs;
  }
  if (const Status judged = JudgeFree(sweep, *map, options, progress, rungs); !judged) return Forward(judged);
  // Where the way of a moving camera is known, it is no turn about an axis.
  if (rungs.why_not_free.empty() || !map->matched || rungs.no_turn) return rungs;
  if (const Status tried = TryCircle(sweep, *map->matched, options, progress, rungs); !tried)
    return Forward(tried);
  return rungs;
}

std::string Reason(const PosedRungs& rungs) {
  if (rungs.why_not_circle.empty()) return rungs.why_not_free;
  return rungs.why_not_free + "; as one turn about an axis: " + rungs.why_not_circle;
}

}  // namespace

Result<RotatingView> BuildOnLadder(Sweep& sweep,
                                   const ConvertOptions& options,
                                   const std::optional<ClipFrames>& clip,
                                   const Progress& progress) {
  Result<PosedRungs> rungs = FindPoses(sweep, options, progress);
  if (!rungs)
    return StepsDown(rungs.error())
               ? BuildWithoutPoses(sweep, rungs.error().message, std::nullopt, options, progress)
               : Result<RotatingView>(Forward(rungs));
  if (rungs->why_not_free.empty()) {
    Result<RotatingView> full = BuildFullPath(*rungs->free, options, clip, progress, sweep);
    if (full || !StepsDown(full.error())) return full;
    return BuildWithoutPoses(sweep, full.error().message, std::nullopt, options, progress);
  }
  if (rungs->circle) {
    Result<RotatingView> view =
        BuildOrbitPoses(*rungs->circle, rungs->why_not_free, options, clip, progress, sweep);
    if (view || !StepsDown(view.error())) return view;
    rungs->why_not_circle = view.error().message;
  }
  Result<RotatingView> flat = BuildWithoutPoses(sweep, Reason(*rungs), rungs->way_deg, options, progress);
  if (!rungs->free || (!flat && !StepsDown(flat.error()))) return flat;
  if (flat && ShowsMore(*flat, rungs->free->orbit)) return flat;
  Result<RotatingView> full = BuildFullPath(*rungs->free, options, clip, progress, sweep);
  return full || !flat ? std::move(full) : std::move(flat);
}

}  // namespace rv::convert
