// bench/honesty: converts generated sweeps that lead mappers astray, and holds what is claimed against the truth.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "asset/rview_file.h"
#include "base/child_process.h"
#include "base/parallel.h"
#include "base/temp_folder.h"
#include "base/text.h"
#include "bench/child_usage.h"
#include "bench/honesty/degenerate.h"
#include "bench/honesty/judge.h"

namespace rv::honesty {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTeaching = R"(
Examples
  All families, about half an hour on two idle cores; the sweeps stay in work/ for the next run:
    honesty --work work
  One family, other sweeps than yesterday:
    honesty --family fold --count 30 --seed 7
  One trial, to look at:
    honesty --family slide --only 3 --work here

Solved: what the family wants. Honest: not solved, and not claimed. Wrong: claimed, and not so. Exit: 0 nothing
wrong, 1 something is wrong.

Families
)";

struct Options {
  fs::path rotaview, make_sweep, work;
  std::vector<std::string> families;
  int count = 0;  // 0: as many as the family has
  int only = -1;
  int jobs = 0;
  std::uint64_t seed = 1;
  double timeout_s = 600;
  bool json = false;
};

struct Row {
  Trial trial;
  Verdict verdict;
  double wall_s = 0;
  std::string failed;  // why there is no verdict
};

Status RunProgram(std::vector<std::string> words, const fs::path& log, double timeout_s) {
  const std::string program = words.front();
  const Result<ChildUsage> usage = MeasureChild({.arguments = std::move(words),
                                                 .stdout_file = log.string() + ".out",
                                                 .stderr_file = log.string() + ".err"},
                                                {.wall_s = timeout_s});
  if (!usage) return Forward(usage);
  if (usage->exit_code != 0)
    return Fail(ErrorCode::kInternal, Text(program, " ended with ", usage->exit_code),
                "see " + log.string() + ".err");
  return {};
}

Status MakeSweepOf(const Trial& trial, const Options& options, const fs::path& folder) {
  if (fs::exists(folder / "sweep" / "meta.json")) return {};
  fs::create_directories(folder);
  std::vector<std::string> words{options.make_sweep.string(), (folder / "sweep").string(), "--threads", "1"};
  words.insert(words.end(), trial.options.begin(), trial.options.end());
  return RunProgram(std::move(words), folder / "make_sweep", options.timeout_s);
}

// Degenerate photos may be refused, with a remedy, but never end in an internal error, a signal or a timeout.
Result<Verdict> TryNothing(const Trial& trial, const Options& options, const fs::path& folder) {
  const std::string kind =
      DegenerateKinds()[static_cast<std::size_t>(trial.number) % DegenerateKinds().size()];
  if (const Status made = MakeDegenerate(trial.number, trial.seed, folder / "photos"); !made)
    return Forward(made);
  const fs::path asset = folder / "item.rview";
  fs::remove(asset);
  const Result<ChildUsage> usage =
      MeasureChild({.arguments = {options.rotaview.string(), "convert", (folder / "photos").string(), "-o",
                                  asset.string(), "--json", "--no-tags", "--threads", "1"},
                    .stdout_file = folder / "convert.out",
                    .stderr_file = folder / "convert.err"},
                   {.wall_s = options.timeout_s});
  if (!usage) return Forward(usage);
  Verdict out{.why = kind};
  const bool plain = usage->exit_code == 0 || (usage->exit_code > 1 && usage->exit_code < 64 &&
                                               usage->exit_code != ExitCode(ErrorCode::kInternal));
  if (!plain || usage->timed_out || fs::exists(asset) != (usage->exit_code == 0))
    return Fail(ErrorCode::kInternal, Text(kind, ": exit ", usage->exit_code));
  if (const Result<RotatingView> view = ReadRview(asset)) {
    out.tier = static_cast<int>(view->tier);
    out.arc_deg = view->coverage.arc_deg;
    out.frames = static_cast<int>(view->sources.size());
  }
  out.ending = Ending::kSolved;
  return out;
}

Result<Verdict> Try(const Trial& trial, const Options& options, const fs::path& folder) {
  if (trial.want == Want::kNothing) return TryNothing(trial, options, folder);
  if (const Status made = MakeSweepOf(trial, options, folder); !made) return Forward(made);
  const bool clip = fs::exists(folder / "sweep" / "video");
  const fs::path source = folder / "sweep" / (clip ? "video/clip.mp4" : "images"),
                 asset = folder / "item.rview";
  const Status converted = RunProgram({options.rotaview.string(), "convert", source.string(), "-o",
                                       asset.string(), "--json", "--no-tags", "--threads", "1"},
                                      folder / "convert", options.timeout_s);
  if (!converted) return Forward(converted);
  const Result<RotatingView> view = ReadRview(asset);
  if (!view) return Forward(view);
  return Judge(trial, *view, folder / "sweep" / (clip ? "gt_video.json" : "gt.json"));
}

const char* Name(Ending ending) {
  return ending == Ending::kSolved ? "solved" : ending == Ending::kHonest ? "honest" : "WRONG";
}

void Print(const Row& row, bool json) {
  const Verdict& v = row.verdict;
  if (json) {
    std::cout << nlohmann::ordered_json{{"family", row.trial.family},
                                        {"number", row.trial.number},
                                        {"seed", row.trial.seed},
                                        {"ending", row.failed.empty() ? Name(v.ending) : "failed"},
                                        {"why", row.failed.empty() ? v.why : row.failed},
                                        {"tier", v.tier},
                                        {"arc_deg", v.arc_deg},
                                        {"true_arc_deg", row.trial.arc_deg},
                                        {"frames", v.frames},
                                        {"posed", v.posed},
                                        {"up_error_deg", v.up_error_deg},
                                        {"azimuth_error_deg", v.azimuth_error_deg},
                                        {"elevation_deg", v.elevation_deg},
                                        {"auc3", v.auc3}}
              << std::endl;
    return;
  }
  std::printf(
      "%-7s %2d seed %-7llu %-7s tier %d arc %4.0f of %4.0f posed %3d/%-3d up %5.1f az %5.1f h %4.0f auc3 "
      "%5.1f  %s\n",
      row.trial.family.c_str(), row.trial.number, static_cast<unsigned long long>(row.trial.seed),
      row.failed.empty() ? Name(v.ending) : "FAILED", v.tier, v.arc_deg, row.trial.arc_deg, v.posed, v.frames,
      v.up_error_deg, v.azimuth_error_deg, v.elevation_deg, v.auc3,
      (row.failed.empty() ? v.why : row.failed).c_str());
  std::fflush(stdout);
}

std::vector<Trial> TrialsOf(const Options& options) {
  std::vector<Trial> out;
  for (const Family& family : Families()) {
    const auto& chosen = options.families;
    if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), family.name) == chosen.end()) continue;
    for (int i = 0; i < (options.count > 0 ? options.count : family.count); ++i)
      if (options.only < 0 || options.only == i) out.push_back(MakeTrial(family.name, i, options.seed));
  }
  return out;
}

void PrintSums(const std::vector<Row>& rows) {
  for (const Family& family : Families()) {
    int all = 0, solved = 0, honest = 0, wrong = 0, failed = 0;
    for (const Row& row : rows) {
      if (row.trial.family != family.name) continue;
      ++all;
      failed += !row.failed.empty();
      solved += row.failed.empty() && row.verdict.ending == Ending::kSolved;
      honest += row.failed.empty() && row.verdict.ending == Ending::kHonest;
      wrong += row.failed.empty() && row.verdict.ending == Ending::kWrong;
    }
    if (all > 0)
      std::printf("%-7s %2d trials: %2d solved, %2d honest, %2d wrong, %2d failed\n",
                  std::string(family.name).c_str(), all, solved, honest, wrong, failed);
  }
}

int Run(const Options& given) {
  Options options = given;
  const Result<TempFolder> work =
      options.work.empty() ? TempFolder::Make("rotaview-honesty") : TempFolder::Kept(options.work);
  if (!work) {
    std::cerr << "honesty: " << work.error().message << "\n";
    return ExitCode(work.error().code);
  }
  const std::vector<Trial> trials = TrialsOf(options);
  std::vector<Row> rows(trials.size());
  std::mutex printing;
  ParallelFor(trials.size(), options.jobs, [&](std::size_t i) {
    const Trial& trial = trials[i];
    Row& row = rows[i];
    row.trial = trial;
    const fs::path folder =
        fs::absolute(work->path()) / Text(trial.family, "_", options.seed, "_", trial.number);
    const Result<Verdict> verdict = Try(trial, options, folder);
    if (verdict)
      row.verdict = *verdict;
    else
      row.failed = verdict.error().message;
    const std::lock_guard lock(printing);
    Print(row, options.json);
  });
  if (!options.json) PrintSums(rows);
  return std::any_of(rows.begin(), rows.end(),
                     [](const Row& r) { return !r.failed.empty() || r.verdict.ending == Ending::kWrong; })
             ? 1
             : 0;
}

std::vector<std::string> FamilyNames() {
  std::vector<std::string> out;
  for (const Family& family : Families()) out.emplace_back(family.name);
  return out;
}

std::string FamilyList() {
  std::string out;
  for (const Family& family : Families()) out += Text("  ", family.name, ": ", family.what, "\n");
  return out;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Converts generated sweeps that lead mappers astray, and holds what is claimed against the truth."};
  const fs::path build = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  options.rotaview = build / "cli" / "rotaview";
  options.make_sweep = build / "tests" / "support" / "make_sweep";
  app.add_option("--family", options.families, "These families alone")->check(CLI::IsMember(FamilyNames()));
  app.add_option("--count", options.count, "Trials of each family; 0 = as many as it has")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--only", options.only, "One trial alone, by its number")->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.seed, "Decides every choice")->capture_default_str();
  app.add_option("--jobs", options.jobs, "Trials at a time; 0 = one for each core")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--work", options.work, "Keep sweeps and assets here; sweeps that are there are used again");
  app.add_option("--timeout", options.timeout_s, "Seconds for one program")->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "One JSON object a trial");
  app.add_option("--rotaview", options.rotaview, "The program to try");
  app.add_option("--make-sweep", options.make_sweep, "The program that draws the sweeps");
  app.footer(kTeaching + FamilyList());
  CLI11_PARSE(app, argc, argv);
  StopChildOnSignals();
  return Run(options);
}

}  // namespace
}  // namespace rv::honesty

int main(int argc, char** argv) {
  try {
    return rv::honesty::Main(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "honesty: " << e.what() << "\n";
    return 1;
  }
}
