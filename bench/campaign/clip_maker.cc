#include "bench/campaign/clip_maker.h"

#include "base/text.h"
#include "bench/campaign/photo_set.h"

namespace rv::campaign {
namespace fs = std::filesystem;

ClipPlan SomePlan(Random& random) {
  ClipPlan plan{.item = random.Between(0, 1), .frames = random.Between(16, 32)};
  plan.first = random.Between(0, kClipFrames - plan.frames);
  return plan;
}

Status EncodeClip(const Kitchen& kitchen, const ClipPlan& plan, const fs::path& path) {
  std::string filter =
      Text("trim=start_frame=", plan.first, ":end_frame=", plan.first + plan.frames, ",setpts=PTS-STARTPTS");
  if (!plan.filter.empty()) filter += "," + plan.filter;
  return FfmpegCall(kitchen.material.log)
      .Words("-r " + plan.fps)
      .Input(kitchen.material.items[static_cast<std::size_t>(plan.item)].clip)
      .Words("-vf")
      .Word(filter)
      .Words("-vsync passthrough " + plan.codec + " " + plan.muxer)
      .Write(path);
}

Result<Variant> SoundClip(const Kitchen& kitchen,
                          const fs::path& clip,
                          const std::string& what,
                          std::string_view track) {
  const Result<int> frames = CountFrames(clip, kitchen.material.log, track);
  if (!frames) return Forward(frames);
  Variant out{.source = clip, .what = Text(what, ", ", *frames, " frames")};
  out.expected.clip = true;
  out.expected.frames = *frames;
  return out;
}

Result<Variant> PlanVariant(const Kitchen& kitchen, const ClipPlan& plan, const std::string& file_name) {
  const fs::path clip = kitchen.folder / file_name;
  if (const Status made = EncodeClip(kitchen, plan, clip); !made) return Forward(made);
  return SoundClip(kitchen, clip,
                   Text(file_name, ", item ", plan.item, ", ", plan.fps, " fps, ", plan.codec, " ",
                        plan.filter, " ", plan.muxer));
}

Result<Bytes> ShortClip(const Kitchen& kitchen) {
  const fs::path clip = kitchen.folder / "short.mp4";
  if (const Status made = EncodeClip(kitchen, {.frames = 16}, clip); !made) return Forward(made);
  Bytes bytes = ReadBytes(clip);
  fs::remove(clip);
  return bytes;
}

}  // namespace rv::campaign
