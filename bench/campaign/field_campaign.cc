// bench/field_campaign: converts variants of the inputs that people report, and checks what comes of each.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>

#include "base/child_process.h"
#include "base/temp_folder.h"
#include "base/text.h"
#include "bench/campaign/tally.h"

namespace rv::campaign {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;  // as automake and ctest know it
constexpr std::uint64_t kAddressBytes = 12ULL << 30;

constexpr const char* kTeaching = R"(
Examples
  A first look, every kind a few times:
    field_campaign --count 150
  Half an hour on two idle cores; wrong variants stay in wrong/, the rendered material in work/:
    field_campaign --count 2000 --work work --keep wrong
  One kind, other choices than yesterday:
    field_campaign --kind clip_trimmed --count 50 --seed 20
  Repeat variant 1234 and keep its input, its outputs and what the program said:
    field_campaign --seed 1 --only 1234 --keep here
  Clips of 1920x1440 and photos of 12 megapixels; slow:
    field_campaign --count 0 --full 20

Each variant is converted with 1 and with 2 to 4 threads. Wrong is: an exit code or tier that its recipe rules
out, an internal error, a signal, a timeout, too much memory; other bytes with other threads; a line that is no
JSON; an error without a remedy; noise on stderr; files left behind; a file or frame that the account of inputs
lacks, invents, repeats or takes for something else. Exit: 0 all right, 1 something is wrong, 77 no ffmpeg.

Kinds
)";

fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::string KindList() {
  std::string out;
  for (const Kind& kind : AllKinds()) {
    char line[160];
    std::snprintf(line, sizeof(line), "  %-20.*s %.*s\n", static_cast<int>(kind.name.size()),
                  kind.name.data(), static_cast<int>(kind.what.size()), kind.what.data());
    out += line;
  }
  return out;
}

void AddOptions(CLI::App& app, CampaignOptions& options, bool& json) {
  const fs::path build = ProgramFolder().parent_path();
  options.run.rotaview = build / "cli" / "rotaview";
  options.make_sweep = build / "tests" / "support" / "make_sweep";
  options.run.limits.address_bytes = kAddressBytes;
  app.add_option("--count", options.count, "Variants; with --kind, of that kind")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--full", options.full, "Further variants at full size")->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.seed, "Decides every choice")->capture_default_str();
  app.add_option("--kind", options.kind, "One kind alone");
  app.add_option("--only", options.only, "One variant alone, by its number")->check(CLI::NonNegativeNumber);
  app.add_option("--twice-every", options.twice_every,
                 "Convert only each n-th variant a second time: quicker")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--jobs", options.jobs, "Variants at a time; 0 = one for each core")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--work", options.work, "Keep the rendered material here for the next run");
  app.add_option("--keep", options.keep, "Keep wrong variants (with --only: in any case) here");
  app.add_option("--timeout", options.timeout_s, "Seconds for one conversion")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--json", json, "One JSON object a variant on stdout, then the sums");
  app.add_option("--rotaview", options.run.rotaview, "The program to try");
  app.add_option("--make-sweep", options.make_sweep, "The program that renders the material");
  app.footer(kTeaching + KindList());
}

// A line that is drawn over on a terminal; on none, a line every tenth.
void ShowProgress(const std::vector<Entry>& entries, std::size_t count) {
  const Entry& last = entries.back();
  const auto wrong = std::count_if(entries.begin(), entries.end(),
                                   [](const Entry& e) { return e.ending == Ending::kWrong; });
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (!terminal && entries.size() % 10 != 0 && entries.size() != count) return;
  std::fprintf(stderr, "%s%zu of %zu, %d wrong, last: %s %d (%.1f s)%s", terminal ? "\r" : "", entries.size(),
               count, static_cast<int>(wrong), last.kind.c_str(), last.number, last.wall_s,
               terminal ? "\x1b[K" : "\n");
  std::fflush(stderr);
}

int PrintFailure(const Error& error) {
  std::cerr << "field_campaign: " << error.message << "\n";
  if (!error.remedy.empty()) std::cerr << "  -> " << error.remedy << "\n";
  return ExitCode(error.code);
}

int Run(CampaignOptions options, bool json) {
  if (!IsInstalled("ffmpeg") || !IsInstalled("ffprobe")) {
    std::cout << "skipped: the ffmpeg command is missing\n";
    return kSkipped;
  }
  const Result<std::vector<int>> numbers = VariantNumbers(options);
  if (!numbers) return PrintFailure(numbers.error());
  Result<TempFolder> work =
      options.work.empty() ? TempFolder::Make("rotaview-campaign") : TempFolder::Kept(options.work);
  if (!work) return PrintFailure(work.error());
  options.work = fs::absolute(work->path());
  std::vector<Entry> entries;
  const Status ran = RunCampaign(options, *numbers, [&](const Entry& entry) {
    entries.push_back(entry);
    if (json) std::cout << EntryJson(entry) << std::endl;
    ShowProgress(entries, numbers->size());
  });
  if (isatty(STDERR_FILENO) == 1) std::fputs("\n", stderr);
  std::ranges::sort(entries, {}, &Entry::number);
  if (json)
    std::cout << TallyJson(entries, options) << "\n";
  else
    std::cout << TallyTable(entries) << NotMadeList(entries) << WrongList(entries, options);
  if (!ran) return PrintFailure(ran.error());
  const bool wrong =
      std::any_of(entries.begin(), entries.end(), [](const Entry& e) { return e.ending == Ending::kWrong; });
  return wrong ? 1 : 0;
}

}  // namespace
}  // namespace rv::campaign

int main(int argc, char** argv) {
  rv::campaign::CampaignOptions options;
  bool json = false;
  CLI::App app{"Converts variants of the inputs that people report, and checks what comes of each."};
  try {
    rv::campaign::AddOptions(app, options, json);
    CLI11_PARSE(app, argc, argv);
    rv::StopChildOnSignals();
    return rv::campaign::Run(std::move(options), json);
  } catch (const std::exception& e) {
    std::cerr << "field_campaign: " << e.what() << "\n";
    return 1;
  }
}
