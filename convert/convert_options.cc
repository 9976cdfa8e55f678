#include "convert/convert_options.h"

#include <charconv>
#include <filesystem>
#include <type_traits>
#include <utility>

namespace rv {
namespace {

template <typename T>
std::string ToText(T value) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof(text), value);  // the shortest text that reads back the same
  return {text, end.ptr};
}

template <typename T>
Status FromText(const std::string& name, const std::string& text, T& value) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return {};
  return Fail(ErrorCode::kInvalidArgument, "--" + name + " takes a number, not '" + text + "'");
}

// A number; `field` gives a reference to it in a ConvertOptions, const or not.
template <typename Field>
OptionSpec Number(const char* name, const char* value_name, const char* help, Field field) {
  return {.name = name,
          .value_name = value_name,
          .help = help,
          .get = [field](const ConvertOptions& options) { return ToText(field(options)); },
          .set = [field, key = std::string(name)](
                     ConvertOptions& options,
                     const std::string& text) { return FromText(key, text, field(options)); }};
}

OptionSpec KeepFrames() {
  return {.name = "keep-frames",
          .value_name = "FILE",
          .help = "Video frames that must be posed whatever the selection says: one zero-based number a line",
          .get =
              [](const ConvertOptions& options) {
                std::string list;
                for (const int frame : options.capture.keep_frames) {
                  if (!list.empty()) list += ',';
                  list += ToText(frame);
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

OptionSpec Poses() {
  return {
      .name = "poses",
      .value_name = "FILE",
      .help = "Poses that the phone knows (transforms.json of nerfstudio or ARKit style)",
      .get = [](const ConvertOptions& options) { return options.capture.pose_priors.filename().string(); },
      .set = [](ConvertOptions& options, const std::string& text) -> Status {
        options.capture.pose_priors = text;
        return {};
      }};
}

OptionSpec Mapper() {
  return {.name = "mapper",
          .value_name = "NAME",
          .help = "Who computes the poses: 'rotaview', or 'colmap' (installed) as a second opinion",
          .get = [](const ConvertOptions& options) { return options.mapper; },
          .set = [](ConvertOptions& options, const std::string& text) -> Status {
            options.mapper = text;
            return {};
          }};
}

OptionSpec Model() {
  return {.name = "model",
          .value_name = "FILE",
          .help = "The recognition model (default: $ROTAVIEW_MODEL, else the installed one)",
          .get =
              [](const ConvertOptions& options) {
                return std::filesystem::path(options.model).filename().string();
              },
          .set = [](ConvertOptions& options, const std::string& text) -> Status {
            options.model = text;
            return {};
          }};
}

OptionSpec Device() {
  return {.name = "device",
          .value_name = "NAME",
          .help = "Where the recognition model runs: cpu, auto, webgpu or cuda",
          .get = [](const ConvertOptions& options) { return options.device; },
          .set = [](ConvertOptions& options, const std::string& text) -> Status {
            options.device = text;
            return {};
          }};
}

// A switch that turns off the field it refers to.
template <typename Field>
OptionSpec Without(const char* name, const char* help, Field field) {
  return {
      .name = name,
      .help = help,
      .get =
          [field](const ConvertOptions& options) { return std::string(field(options) ? "false" : "true"); },
      .set = [field, key = std::string(name)](ConvertOptions& options, const std::string& text) -> Status {
        if (text != "true" && text != "false") {
          return Fail(ErrorCode::kInvalidArgument, "--" + key + " is true or false, not '" + text + "'");
        }
        field(options) = text == "false";
        return {};
      }};
}

OptionSpec Threads() {
  OptionSpec spec = Number("threads", "N", "Threads, 0 = all; never changes the result",
                           [](auto& options) -> auto& { return options.threads; });
  spec.shapes_result = false;
  return spec;
}

std::vector<OptionSpec> MakeTable() {
  return {
      Number("views", "N", "Number of views; 0 = as many as the spacing asks for",
             [](auto& options) -> auto& { return options.spin.views; }),
      Number("spacing", "DEG", "Angle between neighbouring views, degrees",
             [](auto& options) -> auto& { return options.spin.spacing_deg; }),
      Number("size", "PX", "Longest side of a view, px; never more than the capture has",
             [](auto& options) -> auto& { return options.spin.size_px; }),
      Number("max-frames", "N", "At most this many frames of a clip are used",
             [](auto& options) -> auto& { return options.capture.max_frames; }),
      KeepFrames(),
      Poses(),
      Mapper(),
      Without("no-sources",
              "Leave the captured frames out: a smaller file, but no pictures for exported models",
              [](auto& options) -> auto& { return options.keep_sources; }),
      Number("seed", "N", "Seed of every random choice",
             [](auto& options) -> auto& { return options.reconstruct.seed; }),
      Number("work-side", "PX", "Longest side of the pictures that features are found in, px",
             [](auto& options) -> auto& { return options.reconstruct.work_side_px; }),
      Number("view-quality", "N", "JPEG quality of the views, 1 to 100",
             [](auto& options) -> auto& { return options.spin.jpeg_quality; }),
      Number("max-tilt", "DEG",
             "How far a view may leave the captured height to keep the path smooth, degrees",
             [](auto& options) -> auto& { return options.spin.max_tilt_deg; }),
      Without("no-even-exposure", "Leave exposure and white balance as captured",
              [](auto& options) -> auto& { return options.spin.even_exposure; }),
      Without("no-depth", "Leave the views' depth pictures out",
              [](auto& options) -> auto& { return options.spin.depth; }),
      Number("max-hole", "DEG", "A hole in the capture wider than this ends the ring that is shown",
             [](auto& options) -> auto& { return options.orbit.max_hole_deg; }),
      Number("max-bytes", "N", "Refuse sources of more bytes",
             [](auto& options) -> auto& { return options.capture.limits.max_bytes; }),
      Number("max-pixels", "N", "Refuse pictures and clips of more pixels a frame",
             [](auto& options) -> auto& { return options.capture.limits.max_pixels; }),
      Number("max-duration", "S", "Refuse clips of more seconds",
             [](auto& options) -> auto& { return options.capture.limits.max_duration_s; }),
      Without("no-tags", "Do not look at what the views show",
              [](auto& options) -> auto& { return options.tags; }),
      Model(),
      Device(),
      Threads(),
  };
}

}  // namespace

Status ConvertOptions::Validate() const {
  if (mapper != kMapperRotaview && mapper != kMapperColmap) {
    return Fail(ErrorCode::kInvalidArgument, "--mapper must be 'rotaview' or 'colmap', got '" + mapper + "'");
  }
  if (threads < 0 || threads > 1024) {
    return Fail(ErrorCode::kInvalidArgument, "--threads must be 0 to 1024, got " + ToText(threads));
  }
  for (const Status& status :
       {capture.Validate(), reconstruct.Validate(), orbit.Validate(), spin.Validate(), flat.Validate()}) {
    if (!status) return Forward(status);
  }
  return {};
}

const std::vector<OptionSpec>& ConvertOptionTable() {
  static const std::vector<OptionSpec> table = MakeTable();
  return table;
}

std::map<std::string, std::string> ShapingOptions(const ConvertOptions& options) {
  std::map<std::string, std::string> values;
  for (const OptionSpec& spec : ConvertOptionTable()) {
    if (spec.shapes_result) values[spec.name] = spec.get(options);
  }
  return values;
}

}  // namespace rv
