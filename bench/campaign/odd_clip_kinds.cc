// Clips that are damaged, edited, without what a spin needs, or of a kind that is refused.
#include "base/text.h"
#include "bench/campaign/clip_maker.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

Result<Variant> Refused(const fs::path& source, const std::string& what, int exit_code) {
  Variant out{.source = source, .what = what};
  out.expected.exit_codes = {exit_code};
  return out;
}

// How many frames of a damaged clip exist is not known.
Result<Variant> DamagedClip(const fs::path& source, const std::string& what) {
  Variant out{.source = source, .what = what};
  out.expected.exit_codes = {0, 4, 6};
  out.expected.clip = true;
  return out;
}

struct Make {
  std::string name;
  std::string codec;
  std::string muxer;
};

const Make& SomeMake(Random& random) {
  static const std::vector<Make> makes{
      {"clip.mp4", "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -g 12", "-movflags faststart"},
      {"late_index.mp4", "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -g 12", ""},
      {"fragments.mp4", "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 8",
       "-movflags frag_keyframe+empty_moov"},
      {"clip.mkv", "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -g 12", ""},
      {"clip.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -g 12", ""},
      {"clip.ts", "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -g 12", ""},
      {"clip.mpg", "-c:v mpeg2video -q:v 3 -bf 2", ""},
      {"hevc.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=none:keyint=12",
       "-movflags faststart"},
      {"clip.avi", "-c:v mpeg4 -q:v 3", ""}};
  return random.Pick(makes);
}

Result<Bytes> MakeBytes(const Kitchen& kitchen, const Make& make) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.codec = make.codec;
  plan.muxer = make.muxer;
  const fs::path clip = kitchen.folder / make.name;
  if (const Status made = EncodeClip(kitchen, plan, clip); !made) return Forward(made);
  return ReadBytes(clip);
}

Result<Variant> ClipTruncated(const Kitchen& kitchen) {
  const Make& make = SomeMake(kitchen.random);
  Result<Bytes> bytes = MakeBytes(kitchen, make);
  if (!bytes) return Forward(bytes);
  const double share = kitchen.random.Share(0.02, 0.99);
  CutOff(*bytes, share);
  const fs::path clip = kitchen.folder / make.name;
  if (const Status written = WriteBytes(clip, *bytes); !written) return Forward(written);
  const std::string what = Text(make.name, " cut at ", static_cast<int>(100 * share), " %");
  // Its index is at the end: without it nothing can be read.
  if (make.name == "late_index.mp4") return Refused(clip, what, 4);
  return DamagedClip(clip, what);
}

Result<Variant> ClipOverwritten(const Kitchen& kitchen) {
  const Make& make = SomeMake(kitchen.random);
  Result<Bytes> bytes = MakeBytes(kitchen, make);
  if (!bytes) return Forward(bytes);
  const bool head = kitchen.random.Chance(0.2);
  const int runs = kitchen.random.Between(1, 20);
  Overwrite(kitchen.random, runs, kitchen.random.Between(1, 60), head ? 0 : 0.05, head ? 0.05 : 1, *bytes);
  const fs::path clip = kitchen.folder / make.name;
  if (const Status written = WriteBytes(clip, *bytes); !written) return Forward(written);
  Result<Variant> out =
      DamagedClip(clip, Text(make.name, ", ", runs, " runs overwritten", head ? " in its head" : ""));
  // A codec's or container's name may have become another's, a size or length one over the limits.
  if (out) out->expected.exit_codes.insert(5);
  return out;
}

Result<Variant> ClipJoined(const Kitchen& kitchen) {
  ClipPlan plan{.item = kitchen.random.Between(0, 1), .frames = kitchen.random.Between(10, 18)};
  plan.codec = Text("-c:v libx264 -preset veryfast -bf ", kitchen.random.Between(0, 2), " -pix_fmt yuv420p");
  const fs::path part = kitchen.folder / "part.ts", joined = kitchen.folder / "joined.ts";
  Bytes all;
  const int parts = kitchen.random.Between(2, 3);
  for (int i = 0; i < parts; ++i) {
    plan.first = std::min(i * plan.frames, kClipFrames - plan.frames);
    if (const Status made = EncodeClip(kitchen, plan, part); !made) return Forward(made);
    const Bytes bytes = ReadBytes(part);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  if (const Status written = WriteBytes(joined, all); !written) return Forward(written);
  return SoundClip(kitchen, joined, Text(parts, " streams of ", plan.frames, " frames joined"));
}

Result<Variant> ClipStill(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.frames = 1;
  plan.filter = Text("loop=loop=", kitchen.random.Between(15, 30), ":size=1,setpts=N/24/TB");
  if (kitchen.random.Chance(0.5)) plan.filter += ",noise=alls=4:allf=t";
  Result<Variant> out = PlanVariant(kitchen, plan, "still.mp4");
  if (!out) return out;
  out->expected.best_tier = 3;
  out->expected.finding_says = "move";
  return out;
}

// Two items one after the other, by a cut or a cross-fade.
Result<Variant> TwoItems(const Kitchen& kitchen, bool fade) {
  const int first = kitchen.random.Between(18, 28), second = kitchen.random.Between(18, 28);
  const auto part = [&](int input, int frames, const char* name) {
    const int from = kitchen.random.Between(0, kClipFrames - frames);
    return Text("[", input, "]trim=start_frame=", from, ":end_frame=", from + frames,
                ",setpts=PTS-STARTPTS,settb=1/24,fps=24[", name, "]");
  };
  std::string graph = part(0, first, "a") + ";" + part(1, second, "b") + ";";
  if (fade) {
    const double seconds = kitchen.random.Between(4, 10) / 24.0;
    graph += Text("[a][b]xfade=duration=", Fixed(seconds, 4), ":offset=", Fixed(first / 24.0 - seconds, 4));
  } else {
    graph += "[a][b]concat";
  }
  const fs::path clip = kitchen.folder / (fade ? "fade.mp4" : "cut.mp4");
  const Status made = FfmpegCall(kitchen.material.log)
                          .Words("-r 24")
                          .Input(kitchen.material.items[0].clip)
                          .Words("-r 24")
                          .Input(kitchen.material.items[1].clip)
                          .Words("-filter_complex")
                          .Word(graph)
                          .Words("-c:v libx264 -preset ultrafast -pix_fmt yuv420p")
                          .Write(clip);
  if (!made) return Forward(made);
  Result<Variant> out = SoundClip(kitchen, clip, Text(first, " frames, then ", second, " of another item"));
  if (out) out->max_frames = 24;  // so that each part has enough to be an item
  return out;
}

Result<Variant> ClipCut(const Kitchen& kitchen) {
  Result<Variant> out = TwoItems(kitchen, false);
  if (out) out->expected.finding_says = "another";  // scene, or place or item
  return out;
}

Result<Variant> ClipCrossFade(const Kitchen& kitchen) { return TwoItems(kitchen, true); }

// A browser records a phone that is turned: the frame size changes in mid-stream.
Result<Variant> ClipReshaped(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  const int half = plan.frames / 2;
  plan.codec = Text(kitchen.random.Chance(0.5) ? "-c:v libvpx" : "-c:v libvpx-vp9",
                    " -deadline realtime -cpu-used 8 -b:v 1M");
  const fs::path wide = kitchen.folder / "wide.webm", tall = kitchen.folder / "tall.webm";
  plan.frames = half;
  if (const Status made = EncodeClip(kitchen, plan, wide); !made) return Forward(made);
  plan.first += half;
  plan.filter = kitchen.random.Chance(0.5) ? "crop=ih*3/4:ih,scale=162:216" : "scale=108:-2";
  if (const Status made = EncodeClip(kitchen, plan, tall); !made) return Forward(made);
  const fs::path list = kitchen.folder / "list.txt", clip = kitchen.folder / "reshaped.webm";
  const Status listed = WriteBytes(list, ToBytes("file 'wide.webm'\nfile 'tall.webm'\n"));
  if (!listed) return Forward(listed);
  const Status made =
      FfmpegCall(kitchen.material.log).Words("-f concat -safe 0").Input(list).Words("-c copy").Write(clip);
  if (!made) return Forward(made);
  Result<Variant> out = SoundClip(kitchen, clip, Text(plan.codec, ", then ", plan.filter));
  if (out) out->expected.finding_says = "shape changes";
  return out;
}

Result<Variant> ClipAudioOnly(const Kitchen& kitchen) {
  const std::vector<std::pair<std::string, std::string>> makes{
      {"sound.mp4", "-c:a aac"},       {"sound.mkv", "-c:a aac"},       {"sound.webm", "-c:a libopus"},
      {"sound.ts", "-c:a mp2"},        {"sound.avi", "-c:a pcm_s16le"}, {"sound.wav", "-c:a pcm_s16le"},
      {"sound.mp3", "-c:a libmp3lame"}};
  const auto& [name, codec] = kitchen.random.Pick(makes);
  const fs::path clip = kitchen.folder / name;
  const Status made = FfmpegCall(kitchen.material.log).Words("-f lavfi -t 1 -i sine " + codec).Write(clip);
  if (!made) return Forward(made);
  return Refused(clip, name, 5);
}

Result<Variant> ClipEmpty(const Kitchen& kitchen) {
  const std::string name = kitchen.random.Pick(
      std::vector<std::string>{"empty.mp4", "empty.mov", "empty.zip", "empty.jpg", "empty"});
  const fs::path clip = kitchen.folder / name;
  if (const Status written = WriteBytes(clip, {}); !written) return Forward(written);
  return Refused(clip, name, 4);
}

// A download that failed, a note, a script, under a clip's name. 'G' is how transport streams begin.
Result<Variant> ClipText(const Kitchen& kitchen) {
  const std::string text = kitchen.random.Pick(std::vector<std::string>{
      "<!DOCTYPE html><html><body>Not found</body></html>\n", "{\"error\": \"expired link\"}\n",
      "Good morning, the clip follows tomorrow.\n", "My item, all sides.\n", "#!/bin/sh\nexit 0\n", "\n",
      "G\n", "\xEF\xBB\xBFtext with a mark\n"});
  const std::string name = kitchen.random.Pick(std::vector<std::string>{"clip.mp4", "clip.mov", "clip.webm"});
  Bytes bytes;
  const int repeats = kitchen.random.Between(1, 200);
  for (int i = 0; i < repeats; ++i) bytes.insert(bytes.end(), text.begin(), text.end());
  const fs::path clip = kitchen.folder / name;
  if (const Status written = WriteBytes(clip, bytes); !written) return Forward(written);
  return Refused(clip, Text(name, ", ", repeats, " times: ", text.substr(0, text.size() - 1)), 5);
}

// Formats that are told apart but not read: the remedy names the one to convert to.
Result<Variant> ClipForeign(const Kitchen& kitchen) {
  const std::vector<std::pair<std::string, std::string>> makes{
      {"old.wmv", "-c:v wmv2 -q:v 4"},
      {"old.asf", "-c:v msmpeg4 -q:v 4"},
      {"flash.flv", "-c:v flv -q:v 4"},
      {"flash_h264.flv", "-c:v libx264 -pix_fmt yuv420p"},
      {"theora.ogv", "-c:v libtheora -q:v 7"},
      {"real.rm", "-c:v rv10 -q:v 4 -s 176x144"},
      {"studio.mxf", "-c:v mpeg2video -q:v 3"},
      {"wmv_named.mp4", "-c:v wmv2 -q:v 4 -f asf"},
      {"flv_named.mp4", "-c:v flv -q:v 4 -f flv"}};
  const auto& [name, codec] = kitchen.random.Pick(makes);
  ClipPlan plan = SomePlan(kitchen.random);
  plan.codec = codec;
  plan.fps = "25";
  const fs::path clip = kitchen.folder / name;
  if (const Status made = EncodeClip(kitchen, plan, clip); !made) return Forward(made);
  Result<Variant> out = Refused(clip, name, 5);
  if (out) out->expected.error_says = "MP4";
  return out;
}

}  // namespace

std::vector<Kind> OddClipKinds() {
  return {{"clip_joined", "transport streams joined byte by byte", ClipJoined},
          {"clip_truncated", "cut off at any share", ClipTruncated},
          {"clip_overwritten", "random bytes overwritten", ClipOverwritten},
          {"clip_still", "no motion at all", ClipStill},
          {"clip_cut", "cuts to another item", ClipCut},
          {"clip_cross_fade", "fades to another item", ClipCrossFade},
          {"clip_reshaped", "frame size changes in mid-clip", ClipReshaped},
          {"clip_audio", "sound only: refused", ClipAudioOnly},
          {"clip_empty", "0 bytes: refused", ClipEmpty},
          {"clip_text", "text named as a clip: refused", ClipText},
          {"clip_foreign", "WMV, FLV, Ogg, RealMedia, MXF: refused", ClipForeign}};
}

std::vector<Kind> AllKinds() {
  std::vector<Kind> all;
  for (const std::vector<Kind>& kinds : {PhotoKinds(), ZipKinds(), ClipKinds(), OddClipKinds()})
    all.insert(all.end(), kinds.begin(), kinds.end());
  return all;
}

}  // namespace rv::campaign
