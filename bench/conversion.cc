#include "bench/conversion.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "asset/rview_file.h"
#include "base/atomic_file.h"
#include "base/text.h"
#include "bench/child_usage.h"
#include "bench/pose_files.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Truth for more frames of a video than this is truth for all of them: none needs to be kept for its sake.
constexpr std::size_t kMaxKeptFrames = 200;

// The last JSON line, which tells how the command ended.
Result<json> LastEvent(const fs::path& events) {
  std::ifstream in(events);
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) last = line;
  }
  json event = json::parse(last, nullptr, false);
  if (!event.is_object() || !event.contains("event")) {
    return Fail(ErrorCode::kCorrupt,
                events.string() + " does not end with a JSON event: '" + last.substr(0, 200) + "'");
  }
  return event;
}

Result<GroundTruth> TruthOf(const BenchSet& set) {
  return set.truth.empty() ? Result<GroundTruth>(GroundTruth()) : ReadGroundTruth(set.truth);
}

// Ground-truth names of a video are its frame numbers: one a line is what --keep-frames reads.
Status WriteKeepFrames(const GroundTruth& truth, const fs::path& file) {
  std::string lines;
  for (const auto& [name, pose] : truth.poses) lines += fs::path(name).stem().string() + "\n";
  return WriteFileAtomically(file, lines);
}

Result<ChildUsage> Rotaview(const ConversionOptions& options,
                            std::vector<std::string> arguments,
                            const fs::path& out,
                            const std::string& log) {
  arguments.insert(arguments.begin(), options.rotaview.string());
  Result<ChildUsage> usage = MeasureChild(
      {.arguments = arguments, .stdout_file = out / (log + ".jsonl"), .stderr_file = out / (log + ".log")});
  if (usage && usage->exit_code == 127) {
    return Fail(ErrorCode::kNotFound, "cannot start " + options.rotaview.string(),
                "build the target rotaview, or give --rotaview PROGRAM");
  }
  return usage;
}

bool KeepsFrames(const BenchSet& set, const GroundTruth& truth) {
  return set.video && !truth.poses.empty() && truth.poses.size() <= kMaxKeptFrames;
}

// Leaves the truth of the given frames where it covers most of a video.
void RestrictToSelected(const BenchSet& set, const std::vector<std::string>& selected, GroundTruth& truth) {
  if (!set.video || KeepsFrames(set, truth)) return;
  std::set<std::string> stems;
  for (const std::string& name : selected) stems.insert(fs::path(name).stem().string());
  std::erase_if(truth.poses,
                [&](const auto& entry) { return !stems.contains(fs::path(entry.first).stem().string()); });
}

Result<std::vector<std::string>> SelectedFrames(const fs::path& asset) {
  const Result<RotatingView> view = ReadRview(asset, {.load_sources = false, .load_points = false});
  if (!view) return Forward(view);
  std::vector<std::string> names;
  for (const SourceFrame& source : view->sources) names.push_back(source.name);
  return names;
}

// The poses that the asset exports; none below tier 2.
Result<PoseMap> ExportPoses(const BenchRow& row, const ConversionOptions& options, const fs::path& out) {
  if (row.posed == 0) return PoseMap();
  fs::remove_all(out / "colmap");
  const Result<ChildUsage> exported = Rotaview(
      options, {"export", out / "item.rview", "colmap", out / "colmap", "--no-images"}, out, "export");
  if (!exported) return Forward(exported);
  if (exported->exit_code != 0) {
    return Fail(ErrorCode::kInternal,
                Text(row.set, ": exporting the poses ended with ", exported->exit_code));
  }
  Result<PoseMap> poses = ReadColmapPoses(out / "colmap");
  if (poses && static_cast<int>(poses->size()) != row.posed) {
    return Fail(ErrorCode::kInternal,
                Text(row.set, ": ", row.posed, " frames said to be posed, ", poses->size(), " exported"));
  }
  return poses;
}

Status ReadResultEvent(const json& event, BenchRow& row) {
  try {
    if (event.at("event") == "error") {
      row.error = event.at("message").get<std::string>();
      return {};
    }
    event.at("tier").get_to(row.tier);
    row.tier_reason = event.value("tier_reason", "");
    event.at("frames").get_to(row.frames);
    event.at("posed").get_to(row.posed);
    event.at("seconds").get_to(row.seconds);
    if (row.tier > 2) row.posed = 0;  // such an asset holds no poses
    return {};
  } catch (const json::exception& e) {
    return Fail(ErrorCode::kCorrupt, Text("the conversion's last event: ", e.what()));
  }
}

}  // namespace

Result<BenchRow> RunConversion(const BenchSet& set, const ConversionOptions& options, const fs::path& out) {
  Result<GroundTruth> truth = TruthOf(set);
  if (!truth) return Forward(truth);
  const fs::path asset = out / "item.rview";
  std::vector<std::string> arguments{"convert", set.source, "-o", asset, "--json"};
  if (options.threads > 0) arguments.insert(arguments.end(), {"--threads", std::to_string(options.threads)});
  if (KeepsFrames(set, *truth)) {
    const fs::path keep = out / "keep_frames.txt";
    if (const Status written = WriteKeepFrames(*truth, keep); !written) return Forward(written);
    arguments.insert(arguments.end(), {"--keep-frames", keep});
  }
  const Result<ChildUsage> usage = Rotaview(options, arguments, out, "convert");
  if (!usage) return Forward(usage);

  BenchRow row{.set = set.name, .program = "rotaview", .trust = set.trust};
  row.total_s = usage->wall_s;
  row.cpu_s = usage->cpu_s;
  row.peak_mb = usage->peak_mb;
  row.others_share = usage->others_share;
  if (usage->exit_code >= 128) {
    row.error = Text("killed by signal ", usage->exit_code - 128);
    return row;
  }
  const Result<json> event = LastEvent(out / "convert.jsonl");
  if (!event) return Forward(event);
  if (const Status read = ReadResultEvent(*event, row); !read) return Forward(read);

  const Result<PoseMap> poses = ExportPoses(row, options, out);
  if (!poses) return Forward(poses);
  if (set.video && row.error.empty() && !truth->poses.empty() && !KeepsFrames(set, *truth)) {
    const Result<std::vector<std::string>> selected = SelectedFrames(asset);
    if (!selected) return Forward(selected);
    RestrictToSelected(set, *selected, *truth);
  }
  if (!truth->poses.empty()) row.scores = ScorePoses(*truth, *poses);
  return row;
}

Result<std::vector<ColmapFrame>> FramesUsed(const BenchSet& set, const fs::path& out) {
  std::vector<ColmapFrame> frames;
  if (!set.video) {
    for (const fs::path& file : FilesInNaturalOrder(set.source))
      frames.push_back({file.filename().string(), file});
    return frames;
  }
  const Result<RotatingView> view = ReadRview(out / "item.rview", {.load_points = false});
  if (!view) return Forward(view);
  fs::create_directories(out / "frames");
  for (const SourceFrame& source : view->sources) {
    const fs::path file = out / "frames" / fs::path(source.name).filename();
    std::ofstream stream(file, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(source.image.bytes.data()),
                 static_cast<std::streamsize>(source.image.bytes.size()));
    if (!stream.flush()) return Fail(ErrorCode::kInternal, "cannot write " + file.string());
    frames.push_back({source.name, file});
  }
  return frames;
}

Result<std::vector<BenchRow>> ColmapRows(const BenchSet& set,
                                         const std::vector<ColmapFrame>& frames,
                                         const ColmapResult& result) {
  Result<GroundTruth> truth = TruthOf(set);
  if (!truth) return Forward(truth);
  std::vector<std::string> names;
  for (const ColmapFrame& frame : frames) names.push_back(frame.name);
  RestrictToSelected(set, names, *truth);
  std::vector<BenchRow> rows;
  for (const bool refined : {false, true}) {
    const PoseMap& poses = refined ? result.refined : result.poses;
    BenchRow row{.set = set.name, .program = refined ? "colmap+pp" : "colmap", .trust = set.trust};
    row.frames = static_cast<int>(frames.size());
    row.posed = static_cast<int>(poses.size());
    if (poses.empty()) row.error = "no model";
    row.seconds = result.seconds;
    for (const auto& [stage, seconds] : result.seconds) {
      if (stage != "refine" || refined) row.total_s += seconds;
    }
    row.cpu_s = result.cpu_s;
    row.peak_mb = result.peak_mb;
    row.others_share = result.others_share;
    row.cached = result.cached;
    if (!truth->poses.empty()) row.scores = ScorePoses(*truth, poses);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace rv
