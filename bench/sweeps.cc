// bench/sweeps: converts every sweep of a folder, scores the poses against ground truth and prints one table.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "base/log.h"
#include "base/temp_folder.h"
#include "bench/child_usage.h"
#include "bench/conversion.h"
#include "bench/report.h"
#include "bench/spin_measure.h"
#include "bench/targets.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

struct SweepsOptions {
  fs::path folder;
  std::vector<std::string> only;
  ConversionOptions conversion;
  ColmapOptions colmap;
  bool with_colmap = false;
  bool colmap_only = false;
  bool spin = false;
  bool markdown = false;
  bool check = false;
  fs::path json;
  fs::path keep;
};

fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

fs::path DefaultFolder() {
  const char* shared = std::getenv("ROTAVIEW_SHARED");
  return fs::path(shared != nullptr ? shared : "../shared") / "sweeps";
}

void AddOptions(CLI::App& app, SweepsOptions& options) {
  options.folder = DefaultFolder();
  options.conversion.rotaview = ProgramFolder().parent_path() / "cli" / "rotaview";
  app.add_option("folder", options.folder,
                 "folder of sweeps, or one sweep: images/ (subfolders: sets of their own) or video/")
      ->capture_default_str();
  app.add_option("--only", options.only, "run these sets: a name, or the folder part of one");
  app.add_flag("--colmap", options.with_colmap, "also run COLMAP (sequential) on the same frames");
  app.add_flag("--colmap-only", options.colmap_only,
               "run COLMAP alone, on the photo sets; fills --colmap-cache");
  app.add_option("--colmap-cache", options.colmap.cache, "folder that keeps COLMAP's results between runs");
  app.add_flag("--colmap-rerun", options.colmap.rerun_if_busy,
               "run again what the cache holds with times of a busy machine");
  app.add_flag("--spin", options.spin, "measure the finished spins on their own frames with COLMAP");
  app.add_flag("--check", options.check, "list promised figures that are missed; exit 1 if any is");
  app.add_flag("--markdown", options.markdown, "print the table as markdown");
  app.add_option("--json", options.json, "also write all figures to this file");
  app.add_option("--threads", options.conversion.threads, "threads for both programs; 0: their own choice")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--keep", options.keep, "keep assets, models and logs here, one folder a set");
  app.add_option("--rotaview", options.conversion.rotaview, "the program to measure")->capture_default_str();
}

Result<TempFolder> WorkFolder(const SweepsOptions& options, const BenchSet& set) {
  if (options.keep.empty()) return TempFolder::Make("rotaview-bench");
  std::string folder = set.name;
  std::replace(folder.begin(), folder.end(), '/', '_');
  return TempFolder::Kept(options.keep / folder);
}

Status AddColmap(const BenchSet& set,
                 const SweepsOptions& options,
                 const fs::path& work,
                 std::vector<BenchRow>& rows) {
  const Result<std::vector<ColmapFrame>> frames = FramesUsed(set, work);
  if (!frames) return Forward(frames);
  malloc_trim(0);  // a child starts with the memory we hold: give back what the frames took
  const Result<ColmapResult> result = RunColmap(*frames, options.colmap);
  if (!result) return Forward(result);
  const Result<std::vector<BenchRow>> added = ColmapRows(set, *frames, *result);
  if (!added) return Forward(added);
  for (BenchRow& row : rows) {
    if (added->front().error.empty() && row.total_s > 0) row.speedup = added->front().total_s / row.total_s;
  }
  rows.insert(rows.end(), added->begin(), added->end());
  return {};
}

Result<std::vector<BenchRow>> RunSet(const BenchSet& set, const SweepsOptions& options) {
  const Result<TempFolder> work = WorkFolder(options, set);
  if (!work) return Forward(work);
  std::vector<BenchRow> rows;
  if (!options.colmap_only) {
    Result<BenchRow> row = RunConversion(set, options.conversion, work->path());
    if (!row) return Forward(row);
    if (options.spin && row->error.empty()) {
      const Result<SpinScores> spin = MeasureSpin(work->path() / "item.rview", options.colmap, work->path());
      if (spin)
        row->spin = *spin;
      else if (spin.error().code == ErrorCode::kInsufficientData)
        row->spin_note = spin.error().message;
      else
        return Forward(spin);
      malloc_trim(0);
    }
    rows.push_back(*row);
  }
  const bool has_frames = !set.video || (!rows.empty() && rows.front().error.empty());
  if ((options.with_colmap || options.colmap_only) && has_frames) {
    if (const Status added = AddColmap(set, options, work->path(), rows); !added) return Forward(added);
  }
  return rows;
}

int PrintTargets(const std::vector<BenchRow>& rows) {
  const TargetReport report = CheckTargets(rows);
  for (const std::string& line : report.unmeasured) std::cout << "not measured: " << line << "\n";
  for (const std::string& line : report.notes) std::cout << "note: " << line << "\n";
  for (const std::string& line : report.missed) std::cout << "missed: " << line << "\n";
  std::cout << report.missed.size() << " missed, " << report.unmeasured.size() << " not measured\n";
  return report.missed.empty() ? 0 : 1;
}

int PrintError(const std::string& where, const Error& error) {
  std::cerr << where << ": " << error.message << "\n";
  if (!error.remedy.empty()) std::cerr << error.remedy << "\n";
  return ExitCode(error.code);
}

int Run(const SweepsOptions& options) {
  const Result<std::vector<BenchSet>> sets = FindBenchSets(options.folder);
  if (!sets) return PrintError("sweeps", sets.error());
  std::vector<BenchRow> rows;
  int failed = 0;
  for (const BenchSet& set : *sets) {
    const auto named = [&](const std::string& name) { return NamesSet(name, set); };
    if (!options.only.empty() && std::none_of(options.only.begin(), options.only.end(), named)) continue;
    std::cerr << set.name << " ..." << std::endl;
    const Result<std::vector<BenchRow>> added = RunSet(set, options);
    if (!added && added.error().code == ErrorCode::kCancelled) return PrintError(set.name, added.error());
    if (added)
      rows.insert(rows.end(), added->begin(), added->end());
    else
      failed = PrintError(set.name, added.error());
  }
  std::cout << FormatTable(rows, options.markdown ? TableStyle::kMarkdown : TableStyle::kText);
  if (!options.json.empty()) {
    if (const Status written = WriteFileAtomically(options.json, RowsJson(rows)); !written) {
      return PrintError("--json", written.error());
    }
  }
  const int missed = options.check ? PrintTargets(rows) : 0;
  return failed != 0 ? failed : missed;
}

}  // namespace
}  // namespace rv

int main(int argc, char** argv) {
  rv::SweepsOptions options;
  CLI::App app{
      "Converts every sweep of a folder as a user would, scores the poses of the captured frames against "
      "ground\n"
      "truth and prints one table: accuracy, seconds by stage, peak memory, tier; with --colmap the same "
      "for\n"
      "COLMAP on the same frames.\n\n"
      "  sweeps ../shared/sweeps --colmap --colmap-cache build/colmap --json figures.json\n"
      "  sweeps --only fox_iphone --spin --keep /tmp/fox"};
  try {
    rv::AddOptions(app, options);
    CLI11_PARSE(app, argc, argv);
    rv::StopChildOnSignals();
    options.colmap.threads = options.conversion.threads;
    return rv::Run(options);
  } catch (const std::exception& e) {
    std::cerr << "sweeps: " << e.what() << "\n";
    return 1;
  }
}
