#include "bench/campaign/run_variant.h"

#include <algorithm>

#include "asset/info.h"
#include "asset/manifest.h"
#include "asset/rview_file.h"
#include "base/text.h"
#include "bench/campaign/media_tools.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

std::string ReadText(const fs::path& path) {
  const Bytes bytes = ReadBytes(path);
  return {bytes.begin(), bytes.end()};
}

Result<ChildUsage> Call(std::vector<std::string> arguments, const RunOptions& options, const fs::path& log) {
  arguments.insert(arguments.begin(), options.rotaview.string());
  Result<ChildUsage> usage = MeasureChild({.arguments = std::move(arguments),
                                           .stdout_file = log.string() + ".out",
                                           .stderr_file = log.string() + ".err"},
                                          options.limits);
  if (usage && usage->exit_code == 127) {
    return Fail(ErrorCode::kNotFound, "cannot start " + options.rotaview.string(),
                "build the target rotaview, or give --rotaview PROGRAM");
  }
  return usage;
}

Result<Conversion> ConvertOnce(const Variant& variant,
                               int threads,
                               const RunOptions& options,
                               const fs::path& folder) {
  fs::create_directories(folder / "out");
  const Result<ChildUsage> usage =
      Call({"convert", variant.source.string(), "-o", (folder / "out" / "item.rview").string(), "--json",
            "--no-tags", "--threads", Text(threads), "--max-frames", Text(variant.max_frames)},
           options, folder / "convert");
  if (!usage) return Forward(usage);
  Conversion out{.threads = threads, .exit_code = usage->exit_code, .timed_out = usage->timed_out};
  out.wall_s = usage->wall_s;
  out.cpu_s = usage->cpu_s;
  out.peak_mb = usage->peak_mb;
  out.out = ReadText(folder / "convert.out");
  out.err = ReadText(folder / "convert.err");
  for (const auto& entry : fs::directory_iterator(folder / "out"))
    out.files.push_back(entry.path().filename().string());
  std::sort(out.files.begin(), out.files.end());
  return out;
}

// What `rotaview info --strict --json` prints, by the same functions: another process would take a third of the
// time of a whole variant to start.
void Inspect(const fs::path& asset, Outcome& out) {
  const Result<RviewFindings> findings = ValidateRview(asset, true);
  const Result<std::string> manifest = ReadManifestJson(asset);
  if (!findings || !manifest) {
    const Error& error = findings ? manifest.error() : findings.error();
    out.info_exit = ExitCode(error.code);
    out.info = error.message;
    return;
  }
  const Status sound = findings->ToStatus();
  out.info_exit = sound ? 0 : ExitCode(sound.error().code);
  out.info = DescribeManifestJson(*manifest, *findings);
}

}  // namespace

Result<Outcome> RunVariant(const Variant& variant, const RunOptions& options, const fs::path& folder) {
  Outcome out;
  std::vector<fs::path> assets;
  for (const int threads : options.threads) {
    const fs::path own = folder / Text("threads", threads);
    Result<Conversion> conversion = ConvertOnce(variant, threads, options, own);
    if (!conversion) return Forward(conversion);
    out.conversions.push_back(std::move(*conversion));
    assets.push_back(own / "out" / "item.rview");
  }
  const auto exists = [](const fs::path& asset) { return fs::exists(asset); };
  if (!std::all_of(assets.begin(), assets.end(), exists)) return out;
  const Bytes first = ReadBytes(assets[0]);
  for (const fs::path& asset : assets) out.same_bytes = out.same_bytes && ReadBytes(asset) == first;
  Inspect(assets[0], out);
  return out;
}

}  // namespace rv::campaign
