// mp4, webm and gif: what to ask of the FFmpeg libraries for each.
#include <algorithm>
#include <cmath>

#include "publish/animation.h"
#include "publish/formats.h"
#include "publish/output.h"
#include "publish/video_writer.h"

namespace rv::publish {
namespace {

constexpr int kDefaultVideoQuality = 90;
constexpr int kVideoSidePx = 3840;
constexpr int kGifSidePx = 480;

// Even sizes by leaving out the last column or row: no resampling, and the subject stays where it was.
constexpr char kToYuv420[] =
    "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0:exact=1,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";
// One palette for all, made from what moves; ordered dither does not flicker.
constexpr char kToPalette[] =
    "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=bayer:bayer_scale=4:diff_mode="
    "rectangle";

// Constant-quality value of the encoder for 1..100; 90 gives `at_90`, a step of 10 changes it by `per_10`.
std::string Crf(const ExportOptions& options, double at_90, double per_10) {
  const int quality = options.quality.value_or(kDefaultVideoQuality);
  return std::to_string(static_cast<int>(std::lround(at_90 + (90 - quality) * per_10 / 10)));
}

Status WriteVideo(const RotatingView& view,
                  const std::filesystem::path& out,
                  const ExportOptions& options,
                  const Progress& progress,
                  const VideoFormat& format,
                  const AnimationPlan& plan) {
  if (format.is_yuv && std::min(plan.size.width, plan.size.height) < 2)
    return Fail(ErrorCode::kInsufficientData, "the views are too small for a video", "export frames");
  Result<StagedOutput> file = StageFile(out);
  if (!file) return Forward(file);
  Result<VideoWriter> writer = VideoWriter::Open(file->path(), format, plan.size, options.fps);
  if (!writer) return Forward(writer);
  Status added = ForEachPicture(view, plan, options, progress,
                                [&](const Image& picture) { return writer->Add(picture); });
  if (!added) return Forward(added);
  if (const Status finished = writer->Finish(); !finished) return Forward(finished);
  return file->Commit();
}

}  // namespace

Status WriteMp4(const RotatingView& view,
                const std::filesystem::path& out,
                const ExportOptions& options,
                const Progress& progress) {
  const VideoFormat format{.muxer = "mp4",
                           .encoder = "libx264",
                           .filter = kToYuv420,
                           .encoder_options = {{"preset", "medium"},
                                               {"profile", "high"},
                                               {"crf", Crf(options, 18, 3)},
                                               {"g", "30"}},
                           .muxer_options = {{"movflags", "+faststart"}}};
  return WriteVideo(view, out, options, progress, format, PlanAnimation(view, options, kVideoSidePx, true));
}

Status WriteWebm(const RotatingView& view,
                 const std::filesystem::path& out,
                 const ExportOptions& options,
                 const Progress& progress) {
  const VideoFormat format{
      .muxer = "webm",
      .encoder = "libvpx-vp9",
      .filter = kToYuv420,
      .encoder_options = {
          {"b", "0"}, {"crf", Crf(options, 27, 4)}, {"deadline", "good"}, {"cpu-used", "4"}, {"g", "60"}}};
  return WriteVideo(view, out, options, progress, format, PlanAnimation(view, options, kVideoSidePx, true));
}

Status WriteGif(const RotatingView& view,
                const std::filesystem::path& out,
                const ExportOptions& options,
                const Progress& progress) {
  const VideoFormat format{.muxer = "gif",
                           .encoder = "gif",
                           .filter = kToPalette,
                           .muxer_options = {{"loop", "0"}},
                           .is_yuv = false,
                           .has_alpha = BackgroundOf(options).kind == Background::Kind::kTransparent};
  return WriteVideo(view, out, options, progress, format, PlanAnimation(view, options, kGifSidePx, false));
}

}  // namespace rv::publish
