#include "convert/scenes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>

#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/matched_sweep.h"

namespace rv::convert {
namespace {

// Matched pairs between two scenes that make them one: a single one may be chance.
constexpr int kJoiningPairs = 3;
// Where the shape changes, few frames may see both sides of the turn; and only one shape is used for the spin.
constexpr int kJoiningPairsOfShapes = 1;
constexpr double kMiddle = 0.25;  // of the picture's sides, to either side of its center
constexpr double kOfUsual = 0.5;  // of the central matches that pairs inside a scene have
// Fewer frames are no sweep: the clip is a series of pictures, which may all show one item.
constexpr std::size_t kFewestFrames = 6;

// Scene of each frame, by the cuts.
std::vector<int> SceneOfFrames(const Sweep& sweep) {
  std::vector<int> out;
  for (const SweepFrame& frame : sweep.frames)
    out.push_back(
        static_cast<int>(std::count_if(sweep.cuts.begin(), sweep.cuts.end(), [&](const SceneCut& cut) {
          return cut.first <= frame.source_index;
        })));
  return out;
}

template <typename Picture>
bool SameShape(const Picture& a, const Picture& b) {
  return a.width == b.width && a.height == b.height;
}

// Share of a pair's matches that lie in the middle of both pictures, where the item is.
double CentralShare(const MatchedSweep& matched, const matching::TwoView& pair) {
  const auto central = [&](int frame, std::uint32_t feature) {
    const Image& gray = matched.gray[frame];
    const Eigen::Vector2d& px = matched.features[frame].px[feature];
    return std::abs(px.x() / gray.width - 0.5) < kMiddle && std::abs(px.y() / gray.height - 0.5) < kMiddle;
  };
  const auto count = std::count_if(
      pair.matches.begin(), pair.matches.end(),
      [&](const matching::FeatureMatch& m) { return central(pair.a, m.a) && central(pair.b, m.b); });
  return static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(1, pair.matches.size()));
}

// What is usual inside a scene. Two items filmed in one place share its background and nothing in the middle.
double UsualCentralShare(const MatchedSweep& matched, const std::vector<int>& scene_of) {
  std::vector<double> shares;
  for (const matching::TwoView& pair : matched.matches.pairs)
    if (scene_of[pair.a] == scene_of[pair.b]) shares.push_back(CentralShare(matched, pair));
  return shares.empty() ? 0 : Median(std::move(shares));
}

// Scenes joined by matches: the representative of each.
std::vector<int> JoinScenes(const MatchedSweep& matched,
                            const std::vector<int>& scene_of,
                            std::size_t scenes) {
  std::vector<int> parent(scenes);
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int s) {
    while (parent[s] != s) s = parent[s];
    return s;
  };
  const double least = kOfUsual * UsualCentralShare(matched, scene_of);
  std::map<std::pair<int, int>, int> pairs;
  for (const matching::TwoView& pair : matched.matches.pairs) {
    const auto [a, b] = std::minmax(scene_of[pair.a], scene_of[pair.b]);
    if (a == b || CentralShare(matched, pair) < least) continue;
    const int enough =
        SameShape(matched.gray[pair.a], matched.gray[pair.b]) ? kJoiningPairs : kJoiningPairsOfShapes;
    if (++pairs[{a, b}] >= enough) parent[root(b)] = root(a);
  }
  std::vector<int> out;
  for (std::size_t s = 0; s < scenes; ++s) out.push_back(root(static_cast<int>(s)));
  return out;
}

std::string CutTimes(const Sweep& sweep) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, sweep.cuts.size()); ++i)
    text += (i > 0 ? ", " : "") + Fixed(sweep.cuts[i].time_s, 1);
  return sweep.cuts.size() > kMost ? text + Text(" s and ", sweep.cuts.size() - kMost, " more times")
                                   : text + " s";
}

void LeaveOutOthers(const std::vector<int>& item_of, int kept, Sweep& sweep) {
  std::vector<SweepFrame> frames;
  const auto shape_changes = std::adjacent_find(
      sweep.frames.begin(), sweep.frames.end(),
      [](const SweepFrame& a, const SweepFrame& b) { return !SameShape(a.image, b.image); });
  const std::string_view also =
      shape_changes != sweep.frames.end() ? ", and the picture's shape changes" : "";
  for (std::size_t f = 0; f < sweep.frames.size(); ++f) {
    const int number = sweep.frames[f].source_index;
    if (item_of[f] == kept || sweep.frames[f].kept_by_user) {
      frames.push_back(std::move(sweep.frames[f]));
    } else {
      sweep.rejected.push_back({.name = sweep.source_name,
                                .frames = FrameSpan{number, number},
                                .state = InputState::kLeftOut,
                                .reason = "another scene of the clip"});
    }
  }
  sweep.warnings.push_back(Text("The clip cuts to another scene at ", CutTimes(sweep), also, ": of ",
                                sweep.frames.size(), " frames chosen from it, the ", frames.size(),
                                " that show one item are used."));
  sweep.frames = std::move(frames);
}

}  // namespace

// A narrow picture leaves a wide one's sides empty, so that the two make no spin together.
void KeepToOneShape(Sweep& sweep) {
  const auto shape = [](const SweepFrame& f) { return Text(f.image.width, " x ", f.image.height); };
  std::map<std::string, std::size_t> counts;
  for (const SweepFrame& frame : sweep.frames) ++counts[shape(frame)];
  if (sweep.kind != SourceKind::kVideo || counts.size() < 2) return;
  const auto usual = std::max_element(counts.begin(), counts.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
  const SweepFrame* changed = nullptr;
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) {
    SweepFrame& frame = sweep.frames[i];
    if (i > 0 && changed == nullptr && shape(frame) != shape(sweep.frames[i - 1])) changed = &frame;
    if (shape(frame) == usual->first) continue;
    frame.for_spin = false;
    frame.note += "; of another shape than most of the clip";
  }
  sweep.warnings.push_back(Text("The picture's shape changes at ", Fixed(changed->time_s, 1),
                                " s, as when the phone is turned: the spin is made of the part of ",
                                usual->first, " pixels; hold the phone one way all through."));
}

Status KeepOneScene(const ReconstructOptions& options, const Progress& progress, Sweep& sweep) {
  if (sweep.cuts.empty() || sweep.frames.size() < 2) return {};
  const Result<MatchedSweep> matched = MatchSweep(sweep, options, progress);
  if (!matched) return Forward(matched);
  const std::vector<int> scene_of = SceneOfFrames(sweep);
  const std::vector<int> joined = JoinScenes(*matched, scene_of, sweep.cuts.size() + 1);
  std::vector<int> item_of;
  std::map<int, std::size_t> counts;
  for (const int scene : scene_of) ++counts[item_of.emplace_back(joined[scene])];
  const auto largest = std::max_element(counts.begin(), counts.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  if (counts.size() < 2 || largest->second < kFewestFrames) return {};
  LeaveOutOthers(item_of, largest->first, sweep);
  return {};
}

}  // namespace rv::convert
