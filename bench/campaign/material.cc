#include "bench/campaign/material.h"

#include <cstdio>
#include <sstream>
#include <string>

#include "base/text.h"
#include "bench/campaign/media_tools.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

struct ItemPlan {
  const char* name;
  const char* scene;
};
// Prints with structure at every scale: at this size a plain item has too few features.
constexpr ItemPlan kPlans[] = {
    {"walk", "--object toy --print patchwork --capture walk --seed 7"},
    {"turntable", "--object tin --print floral --capture turntable --seed 8"},
};

fs::path PhotoPath(const fs::path& folder, int i) {
  char name[16];
  std::snprintf(name, sizeof(name), "%02d.jpg", i);
  return folder / name;
}

std::string SceneOf(const ItemPlan& plan) {
  return Text(plan.scene, " --arc 216 --frames ", kClipFrames, " --size 200x150 --samples 2 --png");
}

Status RenderItem(const ItemPlan& plan, const fs::path& folder, const fs::path& make_sweep) {
  std::vector<std::string> command{make_sweep.string(), (folder / "sweep").string()};
  std::istringstream words(SceneOf(plan));
  for (std::string word; words >> word;) command.push_back(word);
  return RunTool(command, folder / "tool.log");
}

Status Derive(const fs::path& frames, const fs::path& folder, bool full) {
  fs::create_directories(folder);
  const std::string clip_size = full ? ",scale=1920:1440" : "";
  const std::string photo_size = full ? ",scale=4000:3000" : "";
  const fs::path log = folder / "tool.log";
  const Status clip = FfmpegCall(log)
                          .Words("-framerate 30")
                          .Input(frames / "%04d.png")
                          .Words("-vf format=yuv420p" + clip_size + " -c:v ffv1")
                          .Write(folder / "frames.mkv");
  if (!clip) return clip;
  return FfmpegCall(log)
      .Words("-framerate 30")
      .Input(frames / "%04d.png")
      .Words("-vf select=not(mod(n\\,2))" + photo_size +
             ",format=yuvj420p -vsync passthrough -q:v 2 -start_number 0")
      .Write(folder / "%02d.jpg");
}

// A folder counts only with this file, which is written last and holds the scene that was rendered.
constexpr const char* kWhole = "whole";

bool IsWhole(const fs::path& folder, const ItemPlan& plan) {
  return fs::exists(folder / kWhole) && ReadBytes(folder / kWhole) == ToBytes(SceneOf(plan));
}

Status MakeItem(const ItemPlan& plan, const fs::path& folder, const fs::path& make_sweep, bool full) {
  const fs::path out = folder / (full ? "full" : "small"), sweep = folder / "sweep";
  if (IsWhole(out, plan)) return {};
  fs::create_directories(out);
  if (!IsWhole(sweep, plan)) {
    if (const Status rendered = RenderItem(plan, folder, make_sweep); !rendered) return rendered;
    if (const Status marked = WriteBytes(sweep / kWhole, ToBytes(SceneOf(plan))); !marked) return marked;
  }
  if (const Status derived = Derive(sweep / "images", out, full); !derived) return derived;
  return WriteBytes(out / kWhole, ToBytes(SceneOf(plan)));
}

}  // namespace

Result<Material> MakeMaterial(const fs::path& folder, const fs::path& make_sweep, bool full) {
  Material out{.log = folder / "tool.log"};
  for (std::size_t i = 0; i < std::size(kPlans); ++i) {
    const fs::path item = folder / kPlans[i].name;
    if (const Status made = MakeItem(kPlans[i], item, make_sweep, full); !made) return Forward(made);
    const fs::path files = item / (full ? "full" : "small");
    out.items[i].clip = files / "frames.mkv";
    for (int k = 0; k < kPhotos; ++k) out.items[i].photos.push_back(PhotoPath(files, k));
  }
  return out;
}

}  // namespace rv::campaign
