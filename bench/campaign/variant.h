// One input of the campaign and what must come of it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace rv::campaign {

// What may become of a file, as bits.
enum Fate : unsigned { kUsed = 1, kLeftOut = 2, kUnread = 4, kAnyFate = 7 };

struct Expected {
  std::set<int> exit_codes{0};
  int best_tier = 1;  // of a conversion: from the best to the worst that is right
  int worst_tier = 4;
  bool photos = false;  // then no finding says "film"
  // Every file given, by its name in the account.
  std::map<std::string, unsigned> files;
  bool clip = false;          // frames are accounted for too, from 0 without a gap
  std::optional<int> frames;  // how many; empty: it is not known of a damaged clip
  std::string finding_says;   // of a conversion: in a finding or warning
  std::string error_says;     // of a refusal: in its message or remedy
};

struct Variant {
  std::string kind;
  int number = 0;
  std::filesystem::path source;
  std::string what;     // the random choices, for people
  int max_frames = 10;  // of a clip; few, for speed
  Expected expected;
};

}  // namespace rv::campaign
