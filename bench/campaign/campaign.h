// The campaign: which variants, in what order, what became of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/campaign/recipes.h"
#include "bench/campaign/run_variant.h"

namespace rv::campaign {

// Variants at full size have numbers from here on, so that a number alone repeats a variant.
constexpr int kFirstFull = 1'000'000;

struct CampaignOptions {
  int count = 300;  // at the small size
  int full = 0;     // further ones at full size
  std::uint64_t seed = 1;
  std::string kind;            // this kind alone
  std::optional<int> only;     // this variant alone
  int twice_every = 1;         // each n-th variant is converted at two numbers of threads, the others once
  int jobs = 0;                // variants at a time; 0: one for each core
  double timeout_s = 60;       // of a small conversion; a full one has ten times as long
  std::filesystem::path work;  // the material stays here, variants go when they are done
  std::filesystem::path keep;  // wrong variants and those of `only` stay here; empty: nowhere
  std::filesystem::path make_sweep;
  RunOptions run;
};

enum class Ending { kConverted, kRefused, kWrong, kNotMade };

struct Entry {
  std::string kind;
  int number = 0;
  std::string what;
  Ending ending = Ending::kConverted;
  std::vector<std::string> faults;  // of kNotMade: why
  int tier = 0;
  double wall_s = 0;  // both conversions
  double cpu_s = 0;
  double peak_mb = 0;
  std::filesystem::path kept;  // input and outputs, where they were kept
};

std::string_view EndingName(Ending ending);

// The numbers to run. Fails with kInvalidArgument, naming what is wrong.
Result<std::vector<int>> VariantNumbers(const CampaignOptions& options);

// Makes the material, then runs each variant and hands it to `done`, one at a time and in no certain order. Fails
// with kNotFound, kUnsupported or kCancelled; what `done` got so far stands.
Status RunCampaign(const CampaignOptions& options,
                   const std::vector<int>& numbers,
                   const std::function<void(const Entry&)>& done);

}  // namespace rv::campaign
