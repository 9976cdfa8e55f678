// bench/picture: converts sweeps and holds every pixel of their views against the truth.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "asset/rview_file.h"
#include "base/parallel.h"
#include "base/temp_folder.h"
#include "base/text.h"
#include "bench/bench_set.h"
#include "bench/child_usage.h"
#include "bench/picture/captured.h"
#include "bench/picture/frame_depth.h"
#include "bench/picture/measure.h"
#include "bench/picture/recipes.h"
#include "bench/picture/report.h"
#include "bench/picture/sheet.h"
#include "bench/picture/teaching.h"
#include "bench/pose_files.h"

namespace rv::picture {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<fs::path> folders;
  fs::path rotaview, make_sweep, work, sheets, captured, whole;
  std::string convert, only;
  int generated = 0, jobs = 0;
  std::uint64_t seed = 1;
  double timeout_s = 900;
  bool json = false;
};

struct Job {
  std::string name;
  std::vector<std::string> scene;  // options of make_sweep
  fs::path sweep;                  // its folder
  bool made = false;               // it is there
};

Status RunProgram(std::vector<std::string> words,
                  const fs::path& log,
                  const Options& options,
                  double* wall_s) {
  const std::string program = words.front();
  const Result<ChildUsage> usage = MeasureChild({.arguments = std::move(words),
                                                 .stdout_file = log.string() + ".out",
                                                 .stderr_file = log.string() + ".err"},
                                                {.wall_s = options.timeout_s});
  if (!usage) return Forward(usage);
  if (wall_s != nullptr) *wall_s = usage->wall_s;
  if (usage->exit_code != 0)
    return Fail(ErrorCode::kInternal, Text(program, " ended with ", usage->exit_code),
                "see " + log.string() + ".err");
  return {};
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

Status MakeSweep(const Job& job, const Options& options, const fs::path& folder) {
  if (job.made || fs::exists(job.sweep / "meta.json")) return {};
  std::vector<std::string> words{options.make_sweep.string(), job.sweep.string(), "--threads", "1"};
  words.insert(words.end(), job.scene.begin(), job.scene.end());
  return RunProgram(std::move(words), folder / "make_sweep", options, nullptr);
}

Result<RotatingView> ConvertSource(const fs::path& source,
                                   const Options& options,
                                   const fs::path& folder,
                                   double& wall_s) {
  std::vector<std::string> words{options.rotaview.string(),
                                 "convert",
                                 source.string(),
                                 "-o",
                                 (folder / "item.rview").string(),
                                 "--json",
                                 "--no-tags",
                                 "--threads",
                                 "1"};
  for (const std::string& word : Words(options.convert)) words.push_back(word);
  fs::remove(folder / "item.rview");
  if (const Status s = RunProgram(std::move(words), folder / "convert", options, &wall_s); !s)
    return Forward(s);
  return ReadRview(folder / "item.rview");
}

Result<RotatingView> ConvertSweep(const Job& job,
                                  const Options& options,
                                  const fs::path& folder,
                                  double& wall_s) {
  const bool clip = fs::exists(job.sweep / "video");
  return ConvertSource(clip ? fs::directory_iterator(job.sweep / "video")->path() : job.sweep / "images",
                       options, folder, wall_s);
}

Status DrawTruth(const Job& job,
                 const TrueCameras& cameras,
                 const Camera& camera,
                 const Options& options,
                 const fs::path& folder) {
  fs::remove_all(folder / "truth");
  if (const Status s = WriteCameras(cameras, camera, folder / "cameras.json"); !s) return Forward(s);
  std::vector<std::string> words{
      options.make_sweep.string(), (folder / "truth").string(),       "--threads", "1",
      "--render-cameras",          (folder / "cameras.json").string()};
  words.insert(words.end(), job.scene.begin(), job.scene.end());
  return RunProgram(std::move(words), folder / "truth_log", options, nullptr);
}

Status Measure(const Job& job, const Options& options, const fs::path& folder, SweepFigures& figures) {
  if (const Status s = MakeSweep(job, options, folder); !s) return Forward(s);
  const Result<RotatingView> view = ConvertSweep(job, options, folder, figures.seconds);
  if (!view) return Forward(view);
  figures.tier = static_cast<int>(view->tier);
  figures.frames = static_cast<int>(view->sources.size());
  figures.views = static_cast<int>(view->views.size());
  figures.arc_deg = view->coverage.arc_deg;
  if (view->reconstruction)
    figures.posed = static_cast<int>(std::ranges::count_if(view->reconstruction->frames, &PosedFrame::posed));
  const fs::path truth_json = job.sweep / (fs::exists(job.sweep / "gt.json") ? "gt.json" : "gt_video.json");
  const Result<GroundTruth> truth = ReadGroundTruth(truth_json);
  if (!truth) return Forward(truth);
  const Result<TrueCameras> cameras = CamerasInScene(*view, *truth);
  if (!cameras) return Forward(cameras);
  if (const Status s = DrawTruth(job, *cameras, *view->view_camera, options, folder); !s) return Forward(s);
  if (const Status s = MeasureViews(*view, *cameras, folder / "truth", figures); !s) return Forward(s);
  if (const Status s = MeasureFrameMattes(*view, job.sweep / "matte", figures); !s) return Forward(s);
  const double scale = cameras->scene_from_world_scale;
  if (const Status s = MeasureFrameDepths(*view, job.sweep, scale, figures); !s) return Forward(s);
  if (options.sheets.empty()) return {};
  if (const Status s = WriteDepthSheet(*view, job.sweep, scale, options.sheets / (job.name + "_depth.png"));
      !s)
    return Forward(s);
  return WriteSheet(*view, folder / "truth", options.sheets / (job.name + ".png"));
}

// A folder that make_sweep wrote says in meta.json how to draw its scene again.
Result<Job> JobOf(const fs::path& folder) {
  std::ifstream in(folder / "meta.json");
  const nlohmann::json meta = nlohmann::json::parse(in, nullptr, false);
  if (!meta.is_object() || !meta.contains("options"))
    return Fail(ErrorCode::kNotFound, folder.string() + " is no sweep that make_sweep wrote",
                "make one with make_sweep");
  Job job{.name = folder.filename().string(), .sweep = fs::absolute(folder), .made = true};
  for (const auto& word : meta["options"]) job.scene.push_back(word.get<std::string>());
  return job;
}

Result<std::vector<Job>> JobsOf(const Options& options, const fs::path& work) {
  std::vector<Job> jobs;
  for (const fs::path& folder : options.folders) {
    Result<Job> job = JobOf(folder);
    if (!job) return Forward(job);
    jobs.push_back(std::move(*job));
  }
  for (const Recipe& recipe : Recipes(options.generated, options.seed)) {
    const std::string name = Text(recipe.name, "_", options.seed);
    jobs.push_back({.name = name, .scene = recipe.options, .sweep = work / name / "sweep"});
  }
  std::erase_if(jobs, [&](const Job& job) { return job.name.find(options.only) == std::string::npos; });
  return jobs;
}

int Complain(const Error& error) {
  std::cerr << "picture: " << error.message << "\n" << error.remedy << "\n";
  return ExitCode(error.code);
}

Status MeasureSet(const BenchSet& set,
                  const WholeFrames& whole,
                  const Options& options,
                  const fs::path& folder,
                  CapturedFigures& figures) {
  const Result<RotatingView> view = ConvertSource(set.source, options, folder, figures.seconds);
  if (!view) return Forward(view);
  const fs::path sheet = options.sheets.empty() ? fs::path() : options.sheets / (set.name + ".png");
  return MeasureCaptured(*view, whole, sheet, figures);
}

// Sets of which it is known what frames hold the whole item.
int RunCaptured(const Options& options, const fs::path& work) {
  const Result<WholeFramesOfSets> whole = ReadWholeFrames(options.whole);
  if (!whole) return Complain(whole.error());
  Result<std::vector<BenchSet>> sets = FindBenchSets(options.captured);
  if (!sets) return Complain(sets.error());
  std::erase_if(*sets, [&](const BenchSet& set) {
    return !whole->contains(set.name) || set.name.find(options.only) == std::string::npos;
  });
  std::vector<CapturedFigures> all(sets->size());
  std::mutex printing;
  if (!options.json) std::cout << CapturedHeader() << std::flush;
  ParallelFor(sets->size(), options.jobs, [&](std::size_t i) {
    const BenchSet& set = (*sets)[i];
    all[i].name = set.name;
    fs::create_directories(work / set.name);
    if (const Status s = MeasureSet(set, whole->at(set.name), options, work / set.name, all[i]); !s)
      all[i].failed = s.error().message;
    const std::lock_guard lock(printing);
    std::cout << (options.json ? CapturedJson(all[i]) + "\n" : CapturedLine(all[i])) << std::flush;
  });
  if (!options.json) std::cout << CapturedSummary(all);
  return std::ranges::any_of(all, [](const CapturedFigures& f) { return !f.failed.empty(); }) ? 1 : 0;
}

int Run(const Options& options) {
  const Result<TempFolder> kept =
      options.work.empty() ? TempFolder::Make("rotaview-picture") : TempFolder::Kept(options.work);
  if (!kept) return Complain(kept.error());
  const fs::path work = fs::absolute(kept->path());
  if (!options.sheets.empty()) fs::create_directories(options.sheets);
  if (!options.captured.empty()) return RunCaptured(options, work);
  const Result<std::vector<Job>> jobs = JobsOf(options, work);
  if (!jobs) return Complain(jobs.error());
  if (jobs->empty())
    return Complain(Error{.code = ErrorCode::kInvalidArgument,
                          .message = "no sweeps",
                          .remedy = "name folders, or --generated N"});
  std::vector<SweepFigures> all(jobs->size());
  std::mutex printing;
  if (!options.json) std::cout << FiguresHeader() << std::flush;
  ParallelFor(jobs->size(), options.jobs, [&](std::size_t i) {
    const Job& job = (*jobs)[i];
    all[i].name = job.name;
    fs::create_directories(work / job.name);
    if (const Status s = Measure(job, options, work / job.name, all[i]); !s)
      all[i].failed = s.error().message;
    const std::lock_guard lock(printing);
    std::cout << (options.json ? FiguresJson(all[i]) + "\n" : FiguresLine(all[i])) << std::flush;
  });
  if (!options.json) std::cout << FiguresSummary(all);
  return std::ranges::any_of(all, [](const SweepFigures& f) { return !f.failed.empty(); }) ? 1 : 0;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"Converts generated sweeps and holds every pixel of their views against the truth."};
  const fs::path build = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  options.rotaview = build / "cli" / "rotaview";
  options.make_sweep = build / "tests" / "support" / "make_sweep";
  app.add_option("SWEEP", options.folders, "Folders that make_sweep wrote");
  app.add_option("--generated", options.generated, "So many sweeps of the bench's own")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.seed, "Decides what they are")->capture_default_str();
  CLI::Option* captured = app.add_option("--captured", options.captured,
                                         "A folder of captured sweeps, instead of generated ones");
  app.add_option("--whole", options.whole, "JSON: which of their frames hold the whole item")
      ->needs(captured);
  app.add_option("--only", options.only, "The sweeps whose name contains this");
  app.add_option("--jobs", options.jobs, "Sweeps at a time; 0 = one for each core")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--work", options.work,
                 "Keep sweeps, assets and truth here; sweeps that are there are used again");
  app.add_option("--sheets", options.sheets, "Pictures to look at: view, truth, matte, difference");
  app.add_option("--convert", options.convert, "More options for `rotaview convert`");
  app.add_option("--timeout", options.timeout_s, "Seconds for one program")->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "One JSON object a sweep, with the figures of each view");
  app.add_option("--rotaview", options.rotaview, "The program to judge");
  app.add_option("--make-sweep", options.make_sweep, "The program that draws the sweeps");
  app.footer(kTeaching);
  CLI11_PARSE(app, argc, argv);
  StopChildOnSignals();
  return Run(options);
}

}  // namespace
}  // namespace rv::picture

int main(int argc, char** argv) {
  try {
    return rv::picture::Main(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "picture: " << e.what() << "\n";
    return 1;
  }
}
