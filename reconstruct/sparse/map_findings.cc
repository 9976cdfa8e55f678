#include "reconstruct/sparse/map_findings.h"

#include <algorithm>

namespace rv::sparse {

std::vector<std::string> DescribeUnposed(const Reconstruction& reconstruction) {
  constexpr std::size_t kMaxSentences = 8;
  std::vector<std::string> findings;
  const auto& frames = reconstruction.frames;
  for (std::size_t begin = 0; begin < frames.size(); ++begin) {
    if (frames[begin].posed) continue;
    std::size_t end = begin;
    while (end + 1 < frames.size() && !frames[end + 1].posed) ++end;
    const std::string who = begin == end ? "frame " + frames[begin].name
                                         : "frames " + frames[begin].name + " to " + frames[end].name;
    findings.push_back(who + ": " + frames[begin].reason +
                       "; film slower and steadily there, without glare or blur");
    begin = end;
    if (findings.size() == kMaxSentences) break;
  }
  return findings;
}

}  // namespace rv::sparse
