#include "reconstruct/matching/tracks.h"

#include <algorithm>
#include <numeric>

namespace rv::matching {
namespace {

class DisjointTracks {
 public:
  explicit DisjointTracks(const std::vector<int>& frame_of)
      : parent_(frame_of.size()), members_(frame_of.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (std::size_t i = 0; i < frame_of.size(); ++i) members_[i] = {{frame_of[i], static_cast<int>(i)}};
  }

  int Find(int node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }

  void Join(int a, int b) {
    a = Find(a);
    b = Find(b);
    if (a == b || ShareFrame(members_[a], members_[b])) return;
    if (members_[a].size() < members_[b].size()) std::swap(a, b);
    parent_[b] = a;
    std::vector<Member> merged;
    merged.reserve(members_[a].size() + members_[b].size());
    std::merge(members_[a].begin(), members_[a].end(), members_[b].begin(), members_[b].end(),
               std::back_inserter(merged));
    members_[a] = std::move(merged);
    members_[b] = {};
  }

  using Member = std::pair<int, int>;  // (frame, node)
  const std::vector<std::vector<Member>>& members() const { return members_; }

 private:
  static bool ShareFrame(const std::vector<Member>& p, const std::vector<Member>& q) {
    auto i = p.begin();
    auto j = q.begin();
    while (i != p.end() && j != q.end()) {
      if (i->first == j->first) return true;
      if (i->first < j->first) {
        ++i;
      } else {
        ++j;
      }
    }
    return false;
  }

  std::vector<int> parent_;
  std::vector<std::vector<Member>> members_;
};

}  // namespace

std::vector<FeatureTrack> BuildTracks(const std::vector<features::FeatureSet>& features,
                                      const std::vector<TwoView>& pairs) {
  std::vector<int> first_node(features.size() + 1, 0);
  std::vector<int> frame_of;
  for (std::size_t f = 0; f < features.size(); ++f) {
    first_node[f + 1] = first_node[f] + static_cast<int>(features[f].size());
    frame_of.insert(frame_of.end(), features[f].size(), static_cast<int>(f));
  }
  std::vector<int> order(pairs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int p, int q) { return pairs[p].matches.size() > pairs[q].matches.size(); });
  DisjointTracks sets(frame_of);
  for (const int p : order) {
    for (const FeatureMatch& m : pairs[p].matches)
      sets.Join(first_node[pairs[p].a] + m.a, first_node[pairs[p].b] + m.b);
  }
  std::vector<FeatureTrack> tracks;
  for (const auto& members : sets.members()) {
    if (members.size() < 2) continue;
    FeatureTrack track;
    for (const auto& [frame, node] : members) track.push_back({frame, node - first_node[frame]});
    tracks.push_back(std::move(track));
  }
  std::sort(tracks.begin(), tracks.end(), [](const FeatureTrack& p, const FeatureTrack& q) {
    return std::pair{p[0].frame, p[0].feature} < std::pair{q[0].frame, q[0].feature};
  });
  return tracks;
}

}  // namespace rv::matching
