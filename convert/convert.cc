#include "convert/convert.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "asset/rview_file.h"
#include "base/atomic_file.h"
#include "base/parallel.h"
#include "convert/colmap_mapper.h"
#include "convert/inputs.h"
#include "convert/ladder.h"
#include "convert/published.h"
#include "convert/scenes.h"
#include "convert/tagging.h"
#include "convert/versions.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

// What the stages share is set once, at the top.
ConvertOptions Distribute(const ConvertOptions& options) {
  ConvertOptions all = options;
  all.capture.threads = options.threads;
  all.reconstruct.threads = options.threads;
  all.spin.threads = options.threads;
  all.flat.threads = options.threads;
  all.flat.views = options.spin.views;
  all.flat.spacing_deg = options.spin.spacing_deg;
  all.flat.size_px = options.spin.size_px;
  all.flat.jpeg_quality = options.spin.jpeg_quality;
  all.flat.even_exposure = options.spin.even_exposure;
  // The frames' pictures are moved into the asset at the end instead of being copied by a stage.
  all.spin.keep_sources = false;
  all.flat.keep_sources = false;
  return all;
}

// Checks before the work that the result can be written.
Status CheckOutput(const fs::path& source, const fs::path& out) {
  std::error_code ignored;
  if (fs::equivalent(source, out, ignored)) {
    return Fail(ErrorCode::kInvalidArgument, "the output " + out.string() + " is the source itself",
                "choose another name for -o");
  }
  const Result<StagedOutput> staged = StagedOutput::File(out);
  if (!staged) return Forward(staged);
  return {};
}

void AttachSourcePictures(Sweep& sweep, RotatingView& view) {
  for (std::size_t i = 0; i < view.sources.size() && i < sweep.frames.size(); ++i) {
    view.sources[i].image = std::move(sweep.frames[i].image);
  }
}

// Drops repeats, keeping the first.
std::vector<std::string> Distinct(const std::vector<std::string>& texts) {
  std::vector<std::string> distinct;
  std::set<std::string> seen;
  for (const std::string& text : texts) {
    if (seen.insert(text).second) distinct.push_back(text);
  }
  return distinct;
}

void FillReceipt(const Sweep& sweep, const ConvertOptions& options, RotatingView& view) {
  view.source_name = sweep.source_name;
  view.inputs = convert::AccountForInputs(sweep, view);
  view.source_kind = sweep.kind == SourceKind::kVideo ? "video" : "photos";
  view.options = ShapingOptions(options);
  view.versions = BuildVersions();
  if (options.mapper == kMapperColmap) view.versions["colmap"] = ColmapVersion();
  std::vector<std::string> findings = sweep.warnings;
  findings.insert(findings.end(), view.coverage.findings.begin(), view.coverage.findings.end());
  const bool has_matte = !view.views.empty() && !view.views.front().matte.empty();
  if (options.spin.background != "keep" && !has_matte)
    findings.emplace_back("the background is kept: where the item is could not be told from it");
  view.coverage.findings = Distinct(findings);
}

}  // namespace

Result<ConvertResult> Convert(const fs::path& source,
                              const fs::path& out,
                              const ConvertOptions& options,
                              const Progress& progress) {
  KeepLibrariesOnOneThread();  // parallelism lies around them, and theirs may change results
  const ConvertOptions all = Distribute(options);
  const Status valid = all.Validate();
  if (!valid) return Forward(valid);
  const Status writable = CheckOutput(source, out);
  if (!writable) return Forward(writable);
  const Status taggable = convert::CheckTagging(all);
  if (!taggable) return Forward(taggable);

  convert::StageClock clock;
  const Progress watched = clock.Watch(progress);
  Result<CaptureResult> captured = CaptureTimed(source, all.capture, watched);
  if (!captured) return Forward(captured);
  Sweep& sweep = captured->sweep;
  clock.Enter("features");
  const Status one_scene = convert::KeepOneScene(all.reconstruct, watched, sweep);
  if (!one_scene) return Forward(one_scene);
  convert::KeepToOneShape(sweep);
  Result<RotatingView> view = convert::BuildOnLadder(sweep, all, captured->clip, watched);
  if (!view) return Forward(view);

  FillReceipt(sweep, options, *view);
  std::vector<std::string> tag_warnings;
  const Status tagged = convert::AddTags(all, watched, *view, tag_warnings);
  if (!tagged) return Forward(tagged);
  if (!watched("package", 0)) return Cancelled();
  ConvertResult result;
  result.fetched = static_cast<int>(std::count_if(
      sweep.frames.begin(), sweep.frames.end(), [](const SweepFrame& frame) { return frame.after_mapping; }));
  result.frames = static_cast<int>(sweep.frames.size()) - result.fetched;
  result.posed = view->reconstruction ? view->reconstruction->stats.posed_frames : 0;
  result.warnings = std::move(sweep.warnings);
  result.warnings.insert(result.warnings.end(), tag_warnings.begin(), tag_warnings.end());
  if (options.keep_sources) AttachSourcePictures(sweep, *view);
  result.view = std::move(*view);
  if (options.publish) {
    Result<RotatingView> published =
        convert::PublishedCopy(std::move(result.view), options.publish_frames, options.threads);
    if (!published) return Forward(published);
    result.view = *std::move(published);
  }
  const Status written = WriteRview(result.view, out);
  if (!written) return Forward(written);
  watched("package", 1);
  result.seconds = clock.Seconds();
  return result;
}

}  // namespace rv
