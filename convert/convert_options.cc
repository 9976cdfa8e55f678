#include "convert/convert_options.h"

#include <utility>
#include <vector>

#include "base/text.h"

namespace rv {
namespace {

using Row = OptionRow<ConvertOptions>;

OptionSpec<ConvertOptions> KeepFrames() {
  return {.name = "keep-frames",
          .value_name = "FILE",
          .help = "Video frames that must be posed whatever the selection says: one zero-based number a line",
          .get =
              [](const ConvertOptions& options) {
                std::string list;
                for (const int frame : options.capture.keep_frames) {
                  if (!list.empty()) list += ',';
                  list += Text(frame);
                }
                return list;
              },
          .set = [](ConvertOptions& options, const std::string& text) -> Status {
            Result<std::vector<int>> frames = ReadKeepFrames(text);
            if (!frames) return Forward(frames);
            options.capture.keep_frames = std::move(*frames);
            return {};
          }};
}

OptionSpec<ConvertOptions> Threads() {
  OptionSpec<ConvertOptions> spec = Row::Number("threads", "N", "Threads, 0 = all; never changes the result",
                                                [](auto& options) -> auto& { return options.threads; });
  spec.shapes_result = false;
  return spec;
}

OptionTable<ConvertOptions> MakeTable() {
  return {
      Row::Number("views", "N", "Number of views; 0 = as many as the spacing asks for",
                  [](auto& options) -> auto& { return options.spin.views; }),
      Row::Number("spacing", "DEG", "Angle between neighbouring views, degrees",
                  [](auto& options) -> auto& { return options.spin.spacing_deg; }),
      Row::Number("size", "PX", "Longest side of a view, px; never more than the capture has",
                  [](auto& options) -> auto& { return options.spin.size_px; }),
      Row::Number("max-frames", "N", "At most this many frames of a clip are used",
                  [](auto& options) -> auto& { return options.capture.max_frames; }),
      KeepFrames(),
      Row::File("poses", "Poses that the phone knows (transforms.json of nerfstudio or ARKit style)",
                [](auto& options) -> auto& { return options.capture.pose_priors; }),
      Row::Switch("poses-exact", "Take the poses and cameras of --poses as they are, instead of as a start",
                  [](auto& options) -> auto& { return options.poses_exact; }),
      Row::Text("mapper", "NAME",
                "Who computes the poses: 'rotaview', or 'colmap' (installed) as a second opinion",
                [](auto& options) -> auto& { return options.mapper; }),
      Row::Without("no-sources",
                   "Leave the captured frames out: a smaller file, but no pictures for exported models",
                   [](auto& options) -> auto& { return options.keep_sources; }),
      Row::Switch(
          "publish",
          "For a public page: without names, times, notes and points; captured frames show the item alone",
          [](auto& options) -> auto& { return options.publish; }),
      Row::Switch("publish-frames", "With --publish: the captured frames whole, with what is behind the item",
                  [](auto& options) -> auto& { return options.publish_frames; }),
      Row::Number("seed", "N", "Seed of every random choice",
                  [](auto& options) -> auto& { return options.reconstruct.seed; }),
      Row::Number("work-side", "PX", "Longest side of the pictures that features are found in, px",
                  [](auto& options) -> auto& { return options.reconstruct.work_side_px; }),
      Row::Number("view-quality", "N", "JPEG quality of the views, 1 to 100",
                  [](auto& options) -> auto& { return options.spin.jpeg_quality; }),
      Row::Number("max-tilt", "DEG",
                  "How far a view may leave the captured height to keep the path smooth, degrees",
                  [](auto& options) -> auto& { return options.spin.max_tilt_deg; }),
      Row::Number("fill", "SHARE", "Share of the view's width or height that the item fills, over all views",
                  [](auto& options) -> auto& { return options.spin.fill; }),
      Row::Text("aspect", "W:H", "Shape of the views: 'auto' (that of the item) or, say, 1:1 or 4:3",
                [](auto& options) -> auto& { return options.spin.aspect; }),
      Row::Text("background", "TEXT",
                "Behind the item: 'keep', 'white', 'transparent' or '#rrggbb'; the matte is kept, `export` "
                "can do it too",
                [](auto& options) -> auto& { return options.spin.background; }),
      Row::Without("no-backdrop",
                   "Rather a smaller view than a corner in which the background's color is continued",
                   [](auto& options) -> auto& { return options.spin.backdrop; }),
      Row::Without("no-even-exposure", "Leave exposure and white balance as captured",
                   [](auto& options) -> auto& { return options.spin.even_exposure; }),
      Row::Without("no-depth", "Leave the views' depth pictures out",
                   [](auto& options) -> auto& { return options.spin.depth; }),
      Row::Number("max-hole", "DEG", "A hole in the capture wider than this ends the ring that is shown",
                  [](auto& options) -> auto& { return options.orbit.max_hole_deg; }),
      Row::Number("max-bytes", "N", "Refuse sources of more bytes",
                  [](auto& options) -> auto& { return options.capture.limits.max_bytes; }),
      Row::Number("max-pixels", "N", "Refuse pictures and clips of more pixels a frame",
                  [](auto& options) -> auto& { return options.capture.limits.max_pixels; }),
      Row::Number("max-duration", "S", "Refuse clips of more seconds",
                  [](auto& options) -> auto& { return options.capture.limits.max_duration_s; }),
      Row::Without("no-tags", "Do not look at what the views show",
                   [](auto& options) -> auto& { return options.tags; }),
      Row::File("model", "The recognition model (default: $ROTAVIEW_MODEL, else the installed one)",
                [](auto& options) -> auto& { return options.model; }),
      Row::Text("device", "NAME", "Where the recognition model runs: cpu, auto, webgpu or cuda",
                [](auto& options) -> auto& { return options.device; }),
      Threads(),
  };
}

}  // namespace

Status ConvertOptions::Validate() const {
  if (mapper != kMapperRotaview && mapper != kMapperColmap) {
    return Fail(ErrorCode::kInvalidArgument,
                Text("--mapper must be 'rotaview' or 'colmap', got '", mapper, "'"));
  }
  if (poses_exact && capture.pose_priors.empty())
    return Fail(ErrorCode::kInvalidArgument, "--poses-exact without --poses",
                "give the file of poses too: --poses transforms.json --poses-exact");
  if (poses_exact && mapper != kMapperRotaview)
    return Fail(ErrorCode::kInvalidArgument,
                Text("--poses-exact asks for given poses, --mapper ", mapper, " for others"),
                "give one of the two");
  if (threads < 0 || threads > 1024) return FieldOutOfRange("--threads", threads, "0 to 1024");
  for (const Status& status :
       {capture.Validate(), reconstruct.Validate(), orbit.Validate(), spin.Validate(), flat.Validate()}) {
    if (!status) return Forward(status);
  }
  return {};
}

const OptionTable<ConvertOptions>& ConvertOptionTable() {
  static const OptionTable<ConvertOptions> table = MakeTable();
  return table;
}

std::map<std::string, std::string> ShapingOptions(const ConvertOptions& options) {
  std::map<std::string, std::string> values;
  for (const OptionSpec<ConvertOptions>& spec : ConvertOptionTable()) {
    if (spec.shapes_result) values[spec.name] = spec.get(options);
  }
  return values;
}

}  // namespace rv
