// The kinds of input that people report, each as a recipe that makes one variant and says what must come of it.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/campaign/material.h"
#include "bench/campaign/random.h"
#include "bench/campaign/variant.h"

namespace rv::campaign {

struct Kitchen {
  const Material& material;
  std::filesystem::path folder;  // empty, for this variant alone
  Random& random;
};

struct Kind {
  std::string_view name;
  std::string_view what;  // one line of --help
  // Fills source, what and expected. Fails with kUnsupported where ffmpeg cannot make it.
  Result<Variant> (*make)(const Kitchen&);
};

std::vector<Kind> PhotoKinds();  // folders
std::vector<Kind> ZipKinds();
std::vector<Kind> ClipKinds();     // sound clips of many makes
std::vector<Kind> OddClipKinds();  // damaged, edited, refused
std::vector<Kind> AllKinds();      // in a fixed order: a variant's number decides its kind

}  // namespace rv::campaign
