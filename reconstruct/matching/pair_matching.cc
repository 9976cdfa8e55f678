#include "reconstruct/matching/pair_matching.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/parallel.h"

namespace rv::matching {
namespace {

using Pair = std::pair<int, int>;

struct RawPair {
  Pair frames;
  std::vector<FeatureMatch> matches;
};

std::vector<RawPair> MatchRaw(const std::vector<features::FeatureSet>& features,
                              const std::vector<Pair>& pairs,
                              const PairMatchingOptions& options) {
  std::vector<RawPair> raw(pairs.size());
  ParallelFor(pairs.size(), options.threads, [&](std::size_t i) {
    const auto [a, b] = pairs[i];
    raw[i] = {pairs[i], MatchDescriptors(features[a].descriptors, features[b].descriptors, options.match)};
  });
  return raw;
}

// Compression noise alone moves features of small pictures by a good half pixel.
double StaticLimit(const PairMatchingOptions& options, int side_px) {
  return std::max(options.static_shift * side_px, 0.75);
}

// How many matches of a pair stay within `limit_px`, and how many move clearly.
struct MotionCount {
  int still = 0;
  int moving = 0;
};

MotionCount CountMotion(const RawPair& pair,
                        const std::vector<features::FeatureSet>& features,
                        double limit_px) {
  MotionCount count;
  for (const FeatureMatch& m : pair.matches) {
    const double shift = (features[pair.frames.first].px[m.a] - features[pair.frames.second].px[m.b]).norm();
    if (shift < limit_px) ++count.still;
    if (shift > 3 * limit_px) ++count.moving;
  }
  return count;
}

// A hand-held camera leaves nothing at its place while other things move; a still one does in most pairs.
// Where the item turns too far between photos to match at all, only the background does, and it stands still.
bool HasStaticBackground(const std::vector<RawPair>& raw,
                         const std::vector<features::FeatureSet>& features,
                         const std::vector<int>& sides_px,
                         const PairMatchingOptions& options) {
  int informative = 0;
  int mixed = 0;
  int matched = 0;
  int frozen = 0;
  for (const RawPair& pair : raw) {
    const MotionCount count = CountMotion(pair, features, StaticLimit(options, sides_px[pair.frames.first]));
    const int total = static_cast<int>(pair.matches.size());
    if (total >= 10) {
      ++matched;
      frozen += 2 * count.still >= total ? 1 : 0;
    }
    if (count.moving < 15) continue;
    ++informative;
    mixed += count.still >= std::max(10, count.moving / 12) ? 1 : 0;
  }
  return (informative >= 3 && mixed * 2 > informative) || (matched >= 3 && frozen * 10 >= matched * 7);
}

void DropStatic(RawPair& pair, const std::vector<features::FeatureSet>& features, double limit_px) {
  std::erase_if(pair.matches, [&](const FeatureMatch& m) {
    return (features[pair.frames.first].px[m.a] - features[pair.frames.second].px[m.b]).norm() < limit_px;
  });
}

std::span<const std::uint8_t> Top(const features::FeatureSet& set, int count) {
  const std::size_t rows = std::min<std::size_t>(count, set.size());
  return std::span(set.descriptors).first(rows * features::kDescriptorSize);
}

// Frames that look alike but are not neighbors, by matches among each frame's largest features.
std::vector<Pair> SimilarPairs(const std::vector<features::FeatureSet>& features,
                               const std::set<Pair>& known,
                               const PairMatchingOptions& options) {
  const int count = static_cast<int>(features.size());
  const int stride = std::max(1, (count + options.max_voters - 1) / options.max_voters);
  std::vector<int> voters;
  for (int i = 0; i < count; i += stride) voters.push_back(i);
  const int n = static_cast<int>(voters.size());
  std::vector<std::vector<int>> votes(n, std::vector<int>(n, 0));
  ParallelFor(n, options.threads, [&](std::size_t i) {
    for (int j = static_cast<int>(i) + 1; j < n; ++j) {
      votes[i][j] =
          static_cast<int>(MatchDescriptors(Top(features[voters[i]], options.similar_features),
                                            Top(features[voters[j]], options.similar_features), options.match)
                               .size());
    }
  });
  std::set<Pair> chosen;
  for (int i = 0; i < n; ++i) {
    std::vector<std::pair<int, int>> ranked;  // (-votes, j)
    for (int j = 0; j < n; ++j) {
      const Pair pair{voters[std::min(i, j)], voters[std::max(i, j)]};
      if (i != j && !known.contains(pair)) ranked.emplace_back(-votes[std::min(i, j)][std::max(i, j)], j);
    }
    std::sort(ranked.begin(), ranked.end());
    for (int k = 0; k < std::min<int>(options.similar_per_frame, static_cast<int>(ranked.size())); ++k) {
      const int j = ranked[k].second;
      if (-ranked[k].first >= 6) chosen.emplace(voters[std::min(i, j)], voters[std::max(i, j)]);
    }
  }
  return {chosen.begin(), chosen.end()};
}

class Matcher {
 public:
  Matcher(const std::vector<features::FeatureSet>& features,
          const std::vector<int>& sides_px,
          const PairMatchingOptions& options)
      : features_(features), sides_px_(sides_px), options_(options) {}

  // Matches and verifies new pairs; those verified are kept.
  void Run(const std::vector<Pair>& pairs, bool decide_background) {
    std::vector<RawPair> raw = MatchRaw(features_, pairs, options_);
    if (decide_background) {
      result_.static_background =
          result_.static_background || HasStaticBackground(raw, features_, sides_px_, options_);
    }
    std::vector<std::optional<TwoView>> verified(raw.size());
    ParallelFor(raw.size(), options_.threads, [&](std::size_t i) {
      const auto [a, b] = raw[i].frames;
      if (result_.static_background) DropStatic(raw[i], features_, StaticLimit(options_, sides_px_[a]));
      TwoViewOptions two_view = options_.two_view;
      two_view.seed += static_cast<std::uint64_t>(a) * 7919 + b;
      verified[i] = VerifyPair(a, b, features_[a], features_[b], raw[i].matches, two_view);
    });
    for (std::size_t i = 0; i < raw.size(); ++i) {
      tried_.insert(raw[i].frames);
      if (verified[i]) {
        good_.insert(raw[i].frames);
        result_.pairs.push_back(*std::move(verified[i]));
      }
    }
  }

  // Frames at either end of a tried pair that was not verified, or only just.
  std::vector<int> WeakFrames(int count) const {
    std::map<Pair, int> inliers;
    for (const TwoView& pair : result_.pairs)
      inliers[{pair.a, pair.b}] = static_cast<int>(pair.matches.size());
    std::vector<char> weak(count, 0);
    for (const Pair& pair : tried_) {
      const auto found = inliers.find(pair);
      if (found == inliers.end() || found->second < options_.weak_inliers)
        weak[pair.first] = weak[pair.second] = 1;
    }
    std::vector<int> frames;
    for (int f = 0; f < count; ++f) {
      if (weak[f]) frames.push_back(f);
    }
    return frames;
  }

  // Takes back all pairs of these frames, to be matched anew.
  std::vector<Pair> Forget(const std::vector<int>& frames) {
    const std::set<int> gone(frames.begin(), frames.end());
    const auto touches = [&](const Pair& pair) {
      return gone.contains(pair.first) || gone.contains(pair.second);
    };
    std::vector<Pair> again;
    std::copy_if(tried_.begin(), tried_.end(), std::back_inserter(again), touches);
    std::erase_if(tried_, touches);
    std::erase_if(good_, touches);
    std::erase_if(result_.pairs, [&](const TwoView& pair) { return touches({pair.a, pair.b}); });
    return again;
  }

  bool Good(int a, int b) const { return good_.contains({a, b}); }
  const std::set<Pair>& tried() const { return tried_; }
  PairMatches Take() {
    std::sort(result_.pairs.begin(), result_.pairs.end(), [](const TwoView& p, const TwoView& q) {
      return Pair{p.a, p.b} < Pair{q.a, q.b};
    });
    return std::move(result_);
  }

 private:
  const std::vector<features::FeatureSet>& features_;
  const std::vector<int>& sides_px_;
  const PairMatchingOptions& options_;
  std::set<Pair> tried_;
  std::set<Pair> good_;
  PairMatches result_;
};

}  // namespace

Result<PairMatches> MatchPairs(std::vector<features::FeatureSet>& features,
                               const std::vector<int>& sides_px,
                               const Densify& densify,
                               const PairMatchingOptions& options,
                               const Progress& progress) {
  const int count = static_cast<int>(features.size());
  Matcher matcher(features, sides_px, options);
  const double rounds = static_cast<double>(options.offsets.size()) + 2;
  int previous = 0;
  for (std::size_t round = 0; round < options.offsets.size(); ++round) {
    if (!Report(progress, "matching", round / rounds)) return Cancelled();
    const int offset = options.offsets[round];
    std::vector<Pair> pairs;
    for (int a = 0; a + offset < count; ++a) {
      if (previous == 0 || matcher.Good(a, a + previous)) pairs.emplace_back(a, a + offset);
    }
    matcher.Run(pairs, round == 0);
    if (round == 0 && densify) {
      if (const std::vector<int> weak = matcher.WeakFrames(count); !weak.empty()) {
        densify(features, weak);
        matcher.Run(matcher.Forget(weak), true);
      }
    }
    previous = offset;
  }
  if (!Report(progress, "matching", (rounds - 2) / rounds)) return Cancelled();
  const std::vector<Pair> similar = SimilarPairs(features, matcher.tried(), options);
  matcher.Run(similar, false);
  if (!Report(progress, "matching", (rounds - 1) / rounds)) return Cancelled();

  // A verified loop pair opens its neighborhood.
  std::set<Pair> around;
  for (const auto& [a, b] : similar) {
    if (!matcher.Good(a, b)) continue;
    for (const auto& [da, db] : {Pair{-1, 0}, Pair{1, 0}, Pair{0, -1}, Pair{0, 1}}) {
      const Pair pair{a + da, b + db};
      if (pair.first >= 0 && pair.second < count && pair.first < pair.second &&
          !matcher.tried().contains(pair))
        around.insert(pair);
    }
  }
  matcher.Run({around.begin(), around.end()}, false);
  if (!Report(progress, "matching", 1)) return Cancelled();
  return matcher.Take();
}

}  // namespace rv::matching
