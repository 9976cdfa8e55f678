#include <chrono>
#include <nlohmann/json.hpp>

#include "asset/rview_file.h"
#include "base/text.h"
#include "capture/transforms_file.h"
#include "cli/command.h"
#include "publish/render_cameras.h"

namespace rv::cli {
namespace {

struct RenderFlags {
  std::string file, cameras, out;
  int threads = 0;
};

Result<std::vector<RenderCamera>> ReadCameras(const RotatingView& view, const RenderFlags& flags) {
  constexpr int kMostSide = 16384;
  const Result<TransformsFile> file = ReadTransforms(flags.cameras);
  if (!file) return Forward(file);
  if (file->frames.empty())
    return Fail(ErrorCode::kInvalidArgument, flags.cameras + " has no frames",
                "list the cameras under frames");
  if (!view.reconstruction)
    return Fail(ErrorCode::kInsufficientData,
                Text("a spin of tier ", static_cast<int>(view.tier), " has no camera positions"),
                "film all round the item so that it can be placed in space");
  std::vector<RenderCamera> out;
  for (const TransformsFrame& frame : file->frames) {
    const std::optional<Camera>& lens = frame.lens ? frame.lens : file->lens;
    if (!lens)
      return Fail(ErrorCode::kInvalidArgument, Text("no size and focal length for ", frame.file),
                  "give w, h, fl_x, fl_y, cx and cy for all frames or for each");
    if (lens->width > kMostSide || lens->height > kMostSide)
      return Fail(ErrorCode::kInvalidArgument,
                  Text(frame.file, " is to be ", lens->width, " x ", lens->height),
                  Text("ask for at most ", kMostSide, " px a side"));
    Camera pinhole = *lens;  // pictures are drawn without the lens's distortion
    pinhole.k1 = pinhole.k2 = 0;
    out.push_back({.name = std::filesystem::path(frame.file).stem().string(),
                   .camera = pinhole,
                   .cam_from_world = FromExportFrame(view, frame.cam_from_world)});
  }
  return out;
}

Status RunRender(const RenderFlags& flags, Console& console) {
  const auto start = std::chrono::steady_clock::now();
  const Result<RotatingView> view = ReadRview(flags.file);
  if (!view) return Forward(view);
  const Result<std::vector<RenderCamera>> cameras = ReadCameras(*view, flags);
  if (!cameras) return Forward(cameras);
  const Status done = RenderCameras(*view, *cameras, flags.out, flags.threads, console.StageProgress());
  if (!done) return Forward(done);
  console.EndProgress();
  if (console.mode() == OutputMode::kText) {
    console.Note(Text("wrote ", cameras->size(), " pictures to ", flags.out));
    return {};
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const nlohmann::ordered_json result = {{"event", "result"},
                                         {"output", flags.out},
                                         {"pictures", cameras->size()},
                                         {"seconds", {{"total", seconds}}}};
  console.Output(result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return {};
}

}  // namespace

Runner DeclareRender(CLI::App& app) {
  const auto flags = std::make_shared<RenderFlags>();
  app.add_option("FILE", flags->file, "The .rview file, with captured frames and depth")->required();
  app.add_option(
         "--cameras", flags->cameras,
         "Where to look from: a transforms.json in the frame of `export nerf` (camera to world, OpenGL axes; "
         "w, "
         "h, fl_x, fl_y, cx, cy of all frames or of each; k1, k2 are left out: no distortion is drawn)")
      ->required();
  app.add_option("-o,--output", flags->out,
                 "The folder to write: a PNG with alpha for each camera, named as its file_path")
      ->required();
  app.add_option("--threads", flags->threads, "Threads, 0 = all; never changes the result")
      ->check(CLI::NonNegativeNumber);
  return [flags](Console& console) { return RunRender(*flags, console); };
}

}  // namespace rv::cli
