#include "bench/campaign/campaign.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/parallel.h"
#include "base/text.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

constexpr double kFullTimes = 10;  // what a variant at full size may take more of time
constexpr double kFullMegabytes = 6000;

std::optional<std::size_t> FindKind(const std::vector<Kind>& kinds, const std::string& name) {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (kinds[i].name == name) return i;
  return std::nullopt;
}

// A photo without permissions would stay behind.
void Remove(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

// Runs one variant in a folder of its own.
Result<Entry> RunOne(const CampaignOptions& options,
                     const Kind& kind,
                     int number,
                     const Material& material,
                     const fs::path& folder) {
  Entry entry{.kind = std::string(kind.name), .number = number};
  // The kind is decided by the number; both together give each variant a stream of its own.
  Random random(options.seed * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(number));
  Remove(folder);
  fs::create_directories(folder / "input");
  const Result<Variant> variant =
      kind.make({.material = material, .folder = folder / "input", .random = random});
  if (!variant) {
    if (variant.error().code != ErrorCode::kUnsupported) return Forward(variant);
    entry.ending = Ending::kNotMade;
    entry.faults = {variant.error().message};
    return entry;
  }
  entry.what = variant->what;
  RunOptions run = options.run;
  run.threads = {1, random.Between(2, 4)};
  if (number % options.twice_every != 0) run.threads.resize(1);
  const bool full = number >= kFirstFull;
  run.limits.wall_s = options.timeout_s * (full ? kFullTimes : 1);
  run.limits.cpu_s = static_cast<std::uint64_t>(2 * run.limits.wall_s);
  const Result<Outcome> outcome = RunVariant(*variant, run, folder);
  if (!outcome) return Forward(outcome);
  entry.faults = FindFaults(variant->expected, *outcome, full ? kFullMegabytes : kMaxMegabytes);
  entry.tier = TierOf(*outcome);
  for (const Conversion& c : outcome->conversions) {
    entry.wall_s += c.wall_s;
    entry.cpu_s += c.cpu_s;
    entry.peak_mb = std::max(entry.peak_mb, c.peak_mb);
  }
  entry.ending = entry.tier > 0 ? Ending::kConverted : Ending::kRefused;
  if (!entry.faults.empty()) entry.ending = Ending::kWrong;
  return entry;
}

// Moves a variant to where it is kept.
fs::path Keep(const CampaignOptions& options, const Entry& entry, const fs::path& folder) {
  const bool wanted = entry.ending == Ending::kWrong || options.only.has_value();
  if (options.keep.empty() || !wanted) return {};
  const fs::path kept = options.keep / Text(entry.kind, "_seed", options.seed, "_", entry.number);
  std::error_code error;
  fs::create_directories(options.keep, error);
  Remove(kept);
  // Links and pipes are no files to copy: they stay what they are.
  fs::rename(folder, kept, error);
  if (error) fs::copy(folder, kept, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
  return error ? fs::path() : kept;
}

struct Materials {
  std::optional<Material> small, full;
};

Result<Materials> MakeMaterials(const CampaignOptions& options, const std::vector<int>& numbers) {
  Materials out;
  for (const bool full : {false, true}) {
    const bool needed = std::any_of(numbers.begin(), numbers.end(),
                                    [&](int number) { return (number >= kFirstFull) == full; });
    if (!needed) continue;
    Result<Material> made = MakeMaterial(options.work / "material", options.make_sweep, full);
    if (!made) return Forward(made);
    (full ? out.full : out.small) = std::move(*made);
  }
  return out;
}

Result<Entry> RunAndKeep(const CampaignOptions& options,
                         int number,
                         const Materials& materials,
                         const fs::path& folder) {
  static const std::vector<Kind> kinds = AllKinds();
  Material material = *(number >= kFirstFull ? materials.full : materials.small);
  material.log = folder / "tool.log";
  const Kind& kind = kinds[static_cast<std::size_t>(number) % kinds.size()];
  Result<Entry> entry = RunOne(options, kind, number, material, folder);
  if (entry) entry->kept = Keep(options, *entry, folder);
  return entry;
}

}  // namespace

std::string_view EndingName(Ending ending) {
  switch (ending) {
    case Ending::kConverted:
      return "converted";
    case Ending::kRefused:
      return "refused";
    case Ending::kWrong:
      return "wrong";
    case Ending::kNotMade:
      return "not made";
  }
  return "";
}

Result<std::vector<int>> VariantNumbers(const CampaignOptions& options) {
  if (options.only) return std::vector<int>{*options.only};
  const std::vector<Kind> kinds = AllKinds();
  const auto step = static_cast<int>(kinds.size());
  const std::optional<std::size_t> kind = FindKind(kinds, options.kind);
  if (!options.kind.empty() && !kind) {
    return Fail(ErrorCode::kInvalidArgument, "no kind is named " + options.kind, "--help lists the kinds");
  }
  std::vector<int> numbers;
  for (const auto& [first, count] : {std::pair{0, options.count}, {kFirstFull, options.full}}) {
    for (int i = 0; i < count; ++i) {
      if (!kind) numbers.push_back(first + i);
      // Numbers of one kind lie a whole round apart.
      if (kind) numbers.push_back((first + step - 1) / step * step + i * step + static_cast<int>(*kind));
    }
  }
  return numbers;
}

Status RunCampaign(const CampaignOptions& options,
                   const std::vector<int>& numbers,
                   const std::function<void(const Entry&)>& done) {
  const Result<Materials> materials = MakeMaterials(options, numbers);
  if (!materials) return Forward(materials);
  const int jobs = std::clamp(options.jobs > 0 ? options.jobs : HardwareThreads(), 1, 64);
  std::mutex mutex;
  Status failure;
  std::atomic<std::size_t> next = 0;
  // Threads of our own, not ParallelFor: a child must be waited for in the thread that started it.
  const auto work = [&](int job) {
    const fs::path folder = options.work / Text("variant", job);
    for (std::size_t i = next++; i < numbers.size(); i = next++) {
      const Result<Entry> entry = RunAndKeep(options, numbers[i], *materials, folder);
      const std::scoped_lock lock(mutex);
      if (!failure) return;
      if (!entry) failure = Forward(entry);
      if (entry) done(*entry);
    }
    Remove(folder);
  };
  {
    std::vector<std::jthread> threads;
    for (int job = 0; job < jobs; ++job) threads.emplace_back(work, job);
  }
  return failure;
}

}  // namespace rv::campaign
