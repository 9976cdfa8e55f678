#include "reconstruct/sparse/unposed_frames.h"

#include <algorithm>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::sparse {
namespace {

constexpr int kMatchedElsewhere = 20;  // points that unposed frames share, to say that they belong together
constexpr double kSharedWithPosed = 0.2;   // of these, at most, are shared with posed frames too
constexpr int kEnoughShared = 30;          // points that fix a camera many times over
constexpr double kBlurredShare = 0.4;      // of the median sharpness around
constexpr int kAround = 6;                 // frames to either side
constexpr double kDarkLuma = 25;           // of 255, and
constexpr double kDarkShare = 0.5;         // of what is usual: an item before black is dark all along
constexpr std::size_t kMostSentences = 8;  // a receipt is read by people
constexpr std::size_t kMostNames = 4;

struct Shared {
  int posed = 0;    // triangulated points
  int unposed = 0;  // points seen by other unposed frames and by no posed one
};

std::vector<Shared> CountShared(const SparseMap& map) {
  std::vector<Shared> out(map.frames.size());
  for (const MapPoint& point : map.points) {
    const bool by_posed =
        std::any_of(point.track.begin(), point.track.end(),
                    [&](const MapObservation& seen) { return map.frames[seen.frame].posed; });
    for (const MapObservation& seen : point.track) {
      out[seen.frame].posed += point.valid ? 1 : 0;
      out[seen.frame].unposed += !by_posed && point.track.size() > 1 ? 1 : 0;
    }
  }
  return out;
}

bool IsBlurred(const Sweep& sweep, int frame) {
  const int count = static_cast<int>(sweep.frames.size());
  std::vector<double> around;
  for (int k = std::max(0, frame - kAround); k <= std::min(count - 1, frame + kAround); ++k)
    if (k != frame) around.push_back(sweep.frames[k].sharpness);
  return around.size() >= 3 && sweep.frames[frame].sharpness < kBlurredShare * Median(around);
}

double UsualLuma(const Sweep& sweep, const SparseMap& map) {
  std::vector<double> lumas;
  for (std::size_t f = 0; f < map.frames.size(); ++f)
    if (map.frames[f].posed) lumas.push_back(sweep.frames[f].mean_luma);
  return lumas.empty() ? 255 : Median(std::move(lumas));
}

UnposedCause CauseOf(
    const Sweep& sweep, const SparseMap& map, int frame, const Shared& shared, double usual_luma) {
  if (sweep.frames[frame].mean_luma < std::min(kDarkLuma, kDarkShare * usual_luma))
    return UnposedCause::kDark;
  if (shared.unposed >= kMatchedElsewhere && shared.posed < kSharedWithPosed * shared.unposed)
    return UnposedCause::kElsewhere;
  if (IsBlurred(sweep, frame)) return UnposedCause::kBlurred;
  if (map.frames[frame].sees.empty()) return UnposedCause::kUnmatched;
  return shared.posed >= kEnoughShared ? UnposedCause::kDisagreeing : UnposedCause::kFewShared;
}

std::string Noun(const Sweep& sweep, std::size_t count) {
  return Text(sweep.kind == SourceKind::kPhotos ? "photo" : "frame", count == 1 ? "" : "s");
}

// "frames 000012.jpg to 000031.jpg", "photos a.jpg, b.jpg and 3 more".
std::string Who(const Sweep& sweep, const std::vector<int>& frames) {
  std::string text = Noun(sweep, frames.size()) + " " + sweep.frames[frames.front()].name;
  if (frames.size() == 1) return text;
  if (sweep.kind == SourceKind::kVideo) return text + " to " + sweep.frames[frames.back()].name;
  for (std::size_t i = 1; i < std::min(frames.size(), kMostNames); ++i)
    text += ", " + sweep.frames[frames[i]].name;
  return frames.size() > kMostNames ? text + Text(" and ", frames.size() - kMostNames, " more") : text;
}

std::string Sentence(const Sweep& sweep, const std::vector<int>& frames, UnposedCause cause) {
  const bool photos = sweep.kind == SourceKind::kPhotos, one = frames.size() == 1;
  const std::string who = Who(sweep, frames);
  switch (cause) {
    case UnposedCause::kElsewhere:
      return who + (one ? " shows" : " show") +
             " another place or item, or a side that nothing joins to the rest";
    case UnposedCause::kUnmatched:
      return who + (one ? " matches" : " match") + " no other " + Noun(sweep, 1) +
             (photos ? ": something else, or a side that no other photo shows" : "");
    case UnposedCause::kBlurred:
      return who + (one ? " is" : " are") + " blurred; " +
             (photos ? "take " + std::string(one ? "it" : "them") + " again, holding the phone still"
                     : "move more slowly there");
    case UnposedCause::kDark:
      return who + (one ? " is" : " are") + " too dark; give more light";
    case UnposedCause::kFewShared:
      return who + (one ? " shares" : " share") + " too few details with the rest to be placed";
    case UnposedCause::kDisagreeing:
      return who + (one ? " does" : " do") + " not fit the rest, though details match";
  }
  return who;
}

bool SameGroup(const Sweep& sweep, const std::vector<int>& group, int frame) {
  return sweep.kind == SourceKind::kPhotos || group.back() + 1 == frame;
}

}  // namespace

std::vector<UnposedCause> FindUnposedCauses(const Sweep& sweep, const SparseMap& map) {
  const std::vector<Shared> shared = CountShared(map);
  const double usual_luma = UsualLuma(sweep, map);
  std::vector<UnposedCause> out(map.frames.size(), UnposedCause::kFewShared);
  for (std::size_t f = 0; f < map.frames.size(); ++f) {
    if (!map.frames[f].posed) out[f] = CauseOf(sweep, map, static_cast<int>(f), shared[f], usual_luma);
  }
  return out;
}

std::string UnposedReason(const Sweep& sweep, const SparseMap& map, int frame, UnposedCause cause) {
  int visible = 0;
  for (const ObservationRef& ref : map.frames[frame].sees) visible += map.points[ref.point].valid ? 1 : 0;
  switch (cause) {
    case UnposedCause::kElsewhere:
      return "shows another place or item, or a side that nothing joins to the rest";
    case UnposedCause::kUnmatched:
      return "matches no other " + Noun(sweep, 1);
    case UnposedCause::kBlurred:
      return Text("blurred: ", visible, " points shared with the posed frames");
    case UnposedCause::kDark:
      return "too dark";
    case UnposedCause::kFewShared:
      return Text("only ", visible, " points shared with the posed frames");
    case UnposedCause::kDisagreeing:
      return Text("no camera position explains the ", visible, " points shared with the posed frames");
  }
  return {};
}

std::vector<std::string> DescribeUnposed(const Sweep& sweep, const SparseMap& map) {
  const std::vector<UnposedCause> causes = FindUnposedCauses(sweep, map);
  struct Group {
    UnposedCause cause;
    std::vector<int> frames;
  };
  std::vector<Group> groups;
  for (int f = 0; f < static_cast<int>(map.frames.size()); ++f) {
    if (map.frames[f].posed) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.cause == causes[f] && SameGroup(sweep, g.frames, f);
    });
    if (same != groups.end()) {
      same->frames.push_back(f);
    } else {
      groups.push_back({causes[f], {f}});
    }
  }
  std::vector<std::string> findings;
  for (const Group& group : groups) {
    if (findings.size() == kMostSentences) break;
    findings.push_back(Sentence(sweep, group.frames, group.cause));
  }
  if (groups.size() > kMostSentences)
    findings.push_back(Text(groups.size() - kMostSentences, " more runs of frames have no camera position"));
  return findings;
}

}  // namespace rv::sparse
