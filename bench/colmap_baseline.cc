#include "bench/colmap_baseline.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>
#include <sstream>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/temp_folder.h"
#include "base/text.h"
#include "bench/child_usage.h"
#include "bench/pose_files.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMaxFrameBytes = std::uint64_t{1} << 30;

std::string LinkName(std::size_t index, const ColmapFrame& frame) {
  char number[16];
  std::snprintf(number, sizeof number, "%06zu_", index);
  return number + fs::path(frame.name).filename().string();
}

std::vector<std::string> MatcherArguments(const ColmapOptions& options, const fs::path& pair_list) {
  if (options.pairs.empty()) {
    return {"sequential_matcher", "--SiftMatching.use_gpu", "0", "--SequentialMatching.overlap", "10"};
  }
  return {"matches_importer", "--SiftMatching.use_gpu", "0", "--match_type", "pairs", "--match_list_path",
          pair_list};
}

// COLMAP in a work folder: each step is a child process whose cost is added to the result.
class ColmapJob {
 public:
  ColmapJob(const std::vector<ColmapFrame>& frames, const ColmapOptions& options, fs::path work)
      : frames_(frames), options_(options), work_(std::move(work)) {}

  Status Link() {
    fs::create_directories(work_ / "images");
    fs::create_directories(work_ / "sparse");
    std::set<std::pair<int, int>> sizes;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const cv::Mat picture =
          cv::imread(frames_[i].file.string(), cv::IMREAD_GRAYSCALE | cv::IMREAD_IGNORE_ORIENTATION);
      if (picture.empty()) continue;  // not readable: no frame for either program
      sizes.insert({picture.cols, picture.rows});
      fs::create_symlink(fs::absolute(frames_[i].file), work_ / "images" / LinkName(i, frames_[i]));
    }
    one_size_ = sizes.size() == 1;
    std::ofstream pairs(work_ / "pairs.txt");
    for (const auto& [a, b] : options_.pairs) {
      pairs << LinkName(a, frames_.at(a)) << ' ' << LinkName(b, frames_.at(b)) << '\n';
    }
    if (!pairs.flush())
      return Fail(ErrorCode::kInternal, "cannot write the list of pairs in " + work_.string());
    return {};
  }

  Status Features() {
    return Step("features", {"feature_extractor", "--database_path", Database(), "--image_path", Images(),
                             "--ImageReader.camera_model", "SIMPLE_RADIAL", "--ImageReader.single_camera",
                             one_size_ ? "1" : "0", "--SiftExtraction.use_gpu", "0",
                             "--SiftExtraction.num_threads", Threads()});
  }

  Status Matches() {
    std::vector<std::string> arguments = MatcherArguments(options_, work_ / "pairs.txt");
    for (const std::string& more :
         {std::string("--database_path"), Database(), std::string("--SiftMatching.num_threads"), Threads()}) {
      arguments.push_back(more);
    }
    return Step("matching", arguments);
  }

  // False when the mapper found no model.
  Result<bool> Map() {
    const Status mapped =
        Step("mapping", {"mapper", "--database_path", Database(), "--image_path", Images(), "--output_path",
                         work_ / "sparse", "--Mapper.num_threads", Threads()});
    // It exits with 1 when it could not start a model; any other end is a failure.
    const bool found = LargestModel();
    if (!mapped && (found || last_exit_ != 1)) return Forward(mapped);
    return found;
  }

  Status Refine() {
    fs::create_directories(work_ / "refined-model");
    const Status refined =
        Step("refine", {"bundle_adjuster", "--input_path", work_ / "largest", "--output_path",
                        work_ / "refined-model", "--BundleAdjustment.refine_principal_point", "1"});
    return refined ? AsText(work_ / "refined-model", work_ / "refined") : refined;
  }

  const ColmapResult& cost() const { return cost_; }

 private:
  std::string Database() const { return work_ / "database.db"; }
  std::string Images() const { return work_ / "images"; }
  std::string Threads() const { return std::to_string(options_.threads > 0 ? options_.threads : -1); }

  Status Step(const std::string& stage, const std::vector<std::string>& arguments) {
    ChildCommand command;
    command.arguments = {"colmap"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.stdout_file = work_ / (stage + ".log");
    command.stderr_file = work_ / (stage + ".err");
    command.environment = {"QT_QPA_PLATFORM=offscreen"};
    const Result<ChildUsage> usage = MeasureChild(command);
    if (!usage) return Forward(usage);
    last_exit_ = usage->exit_code;
    if (last_exit_ == 127) {
      return Fail(ErrorCode::kUnsupported, "cannot start COLMAP", "install the package 'colmap'");
    }
    cost_.seconds[stage] = usage->wall_s;
    if (stage != "refine") cost_.cpu_s += usage->cpu_s;
    cost_.peak_mb = std::max(cost_.peak_mb, usage->peak_mb);
    cost_.others_share = std::max(cost_.others_share, usage->others_share);
    if (last_exit_ == 0) return {};
    std::ifstream log(command.stderr_file);
    std::ostringstream text;
    text << log.rdbuf();
    return Fail(ErrorCode::kInternal, Text("colmap ", arguments.front(), " ended with ", last_exit_, ": ",
                                           text.str().substr(0, 500)));
  }

  Status AsText(const fs::path& model, const fs::path& text) {
    fs::create_directories(text);
    const ColmapResult before = cost_;
    const Status done = Step(
        "text", {"model_converter", "--input_path", model, "--output_path", text, "--output_type", "TXT"});
    cost_ = before;  // no part of the job
    return done;
  }

  // Leaves the model with the most frames in `largest` and as text in `model`.
  bool LargestModel() {
    std::size_t most = 0;
    for (const auto& entry : fs::directory_iterator(work_ / "sparse")) {
      const fs::path text = work_ / "text" / entry.path().filename();
      if (!AsText(entry.path(), text)) continue;
      const Result<PoseMap> poses = ReadColmapPoses(text);
      if (!poses || poses->size() <= most) continue;
      most = poses->size();
      fs::remove_all(work_ / "model");
      fs::remove(work_ / "largest");
      fs::copy(text, work_ / "model");
      fs::create_directory_symlink(entry.path(), work_ / "largest");
    }
    return most > 0;
  }

  const std::vector<ColmapFrame>& frames_;
  const ColmapOptions& options_;
  fs::path work_;
  bool one_size_ = true;
  int last_exit_ = 0;
  ColmapResult cost_;
};

Result<std::string> CacheKey(const std::vector<ColmapFrame>& frames, const ColmapOptions& options) {
  Sha256Stream stream;
  const auto update = [&](const std::string& text) {
    stream.Update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size() + 1});
  };
  for (const std::string& argument : MatcherArguments(options, "pairs")) update(argument);
  update(Text("SIMPLE_RADIAL, threads ", options.threads));
  update(options.refine_principal_point ? "refined" : "as mapped");
  for (const auto& [a, b] : options.pairs) update(Text(a, " ", b));
  for (const ColmapFrame& frame : frames) {
    update(frame.name);
    const Result<std::vector<std::uint8_t>> bytes = ReadFile(frame.file, kMaxFrameBytes);
    if (!bytes) return Forward(bytes);
    update(Hex(Sha256(*bytes)));
  }
  return Hex(stream.Finish()).substr(0, 32);
}

// Poses of the model in `folder` under the frames' own names.
Result<PoseMap> ReadModel(const fs::path& folder, const std::vector<ColmapFrame>& frames) {
  if (!fs::exists(folder / "images.txt")) return PoseMap();
  const Result<PoseMap> linked = ReadColmapPoses(folder);
  if (!linked) return Forward(linked);
  PoseMap poses;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto found = linked->find(LinkName(i, frames[i]));
    if (found != linked->end()) poses[frames[i].name] = found->second;
  }
  return poses;
}

Result<ColmapResult> ReadEntry(const fs::path& folder, const std::vector<ColmapFrame>& frames) {
  const Result<PoseMap> poses = ReadModel(folder / "model", frames);
  if (!poses) return Forward(poses);
  const Result<PoseMap> refined = ReadModel(folder / "refined", frames);
  if (!refined) return Forward(refined);
  std::ifstream in(folder / "run.json");
  ColmapResult result{.poses = *poses, .refined = *refined};
  try {
    const json run = json::parse(in);
    run.at("seconds").get_to(result.seconds);
    result.cpu_s = run.value("cpu_s", 0.0);
    run.at("peak_mb").get_to(result.peak_mb);
    run.at("others_share").get_to(result.others_share);
  } catch (const json::exception& e) {
    return Fail(ErrorCode::kCorrupt, (folder / "run.json").string() + ": " + e.what(),
                "delete this entry of the cache");
  }
  return result;
}

Status RunSteps(ColmapJob& job, bool refine) {
  for (const auto step : {&ColmapJob::Link, &ColmapJob::Features, &ColmapJob::Matches}) {
    if (const Status done = (job.*step)(); !done) return Forward(done);
  }
  const Result<bool> mapped = job.Map();
  if (!mapped) return Forward(mapped);
  return *mapped && refine ? job.Refine() : Status();
}

// Writes what ReadEntry reads.
Status RunInto(const fs::path& entry, const std::vector<ColmapFrame>& frames, const ColmapOptions& options) {
  const Result<TempFolder> work = TempFolder::Make("rotaview-bench");
  if (!work) return Forward(work);
  ColmapJob job(frames, options, work->path());
  if (const Status done = RunSteps(job, options.refine_principal_point); !done) return Forward(done);
  for (const char* part : {"model", "refined"}) {
    if (fs::exists(work->path() / part)) fs::copy(work->path() / part, entry / part);
  }
  const json run = {{"frames", frames.size()},
                    {"seconds", job.cost().seconds},
                    {"cpu_s", job.cost().cpu_s},
                    {"peak_mb", job.cost().peak_mb},
                    {"others_share", job.cost().others_share},
                    {"alone", RanAlone(job.cost().others_share)}};
  return WriteFileAtomically(entry / "run.json", run.dump(1));
}

}  // namespace

Result<ColmapResult> RunColmap(const std::vector<ColmapFrame>& frames, const ColmapOptions& options) {
  if (options.cache.empty()) {
    const Result<TempFolder> entry = TempFolder::Make("rotaview-bench");
    if (!entry) return Forward(entry);
    if (const Status done = RunInto(entry->path(), frames, options); !done) return Forward(done);
    return ReadEntry(entry->path(), frames);
  }
  const Result<std::string> key = CacheKey(frames, options);
  if (!key) return Forward(key);
  const fs::path folder = options.cache / *key;
  if (fs::exists(folder / "run.json")) {
    Result<ColmapResult> result = ReadEntry(folder, frames);
    if (!result || RanAlone(result->others_share) || !options.rerun_if_busy) {
      if (result) result->cached = true;
      return result;
    }
  }
  fs::create_directories(options.cache);
  Result<StagedOutput> entry = StagedOutput::Folder(folder, ExistingFolder::kReplace);
  if (!entry) return Forward(entry);
  if (const Status done = RunInto(entry->path(), frames, options); !done) return Forward(done);
  if (const Status done = entry->Commit(); !done) return Forward(done);
  return ReadEntry(folder, frames);
}

}  // namespace rv
