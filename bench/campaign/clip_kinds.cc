// Sound clips of many makes: all must become spins.
#include "base/text.h"
#include "bench/campaign/clip_maker.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

constexpr const char* kH264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
constexpr const char* kH264Bidirectional =
    "-c:v libx264 -preset veryfast -bf 3 -b_strategy 0 -pix_fmt yuv420p";
constexpr const char* kHevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=none";
constexpr const char* kVp8 = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M";
constexpr const char* kVp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M";
constexpr const char* kAv1 = "-c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 1M";

struct Pairing {
  std::vector<std::string> suffixes;
  std::vector<std::string> codecs;
};

Result<Variant> ClipCodecs(const Kitchen& kitchen) {
  const std::vector<Pairing> pairings{
      {{".mp4", ".mov", ".mkv", ".ts", ".m4v", ".3gp"}, {kH264, kH264Bidirectional}},
      {{".mp4", ".mov", ".mkv", ".ts"}, {kHevc}},
      {{".webm", ".mkv"}, {kVp8, kVp9}},
      {{".mp4", ".mkv", ".webm"}, {kAv1}},
      {{".avi", ".mov", ".mkv"}, {"-c:v mjpeg -q:v 3 -pix_fmt yuvj420p", "-c:v mpeg4 -q:v 3"}},
      {{".avi"}, {kH264, "-c:v mpeg4 -vtag xvid -bf 2 -q:v 3"}},
      {{".mpg", ".ts", ".mkv"}, {"-c:v mpeg2video -q:v 3", "-c:v mpeg2video -bf 2 -q:v 3"}}};
  const Pairing& pairing = kitchen.random.Pick(pairings);
  ClipPlan plan = SomePlan(kitchen.random);
  plan.codec = kitchen.random.Pick(pairing.codecs);
  const std::string suffix = kitchen.random.Pick(pairing.suffixes);
  if (suffix == ".3gp") plan.muxer = "-f mp4";
  if (suffix == ".m4v") plan.muxer = "-f mp4";
  return PlanVariant(kitchen, plan, "clip" + suffix);
}

Result<Variant> ClipRates(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.fps = kitchen.random.Pick(
      std::vector<std::string>{"10", "12", "15", "24000/1001", "25", "30000/1001", "30", "48", "50", "60"});
  plan.codec = kitchen.random.Chance(0.5) ? kH264 : kH264Bidirectional;
  return PlanVariant(kitchen, plan,
                     kitchen.random.Pick(std::vector<std::string>{"rate.mp4", "rate.mov", "rate.ts"}));
}

// Frame times that jitter, and frames left out.
Result<Variant> ClipVariableRate(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  const int skip = kitchen.random.Between(4, 9);
  plan.filter = Text("select='gt(mod(n,", skip, "),0)',settb=1/1000,setpts='(N+0.4*sin(N*",
                     kitchen.random.Between(2, 7), "))*1000/", kitchen.random.Between(15, 40), "'");
  plan.codec = Text(kitchen.random.Chance(0.5) ? kH264 : kH264Bidirectional, " -enc_time_base 1/1000");
  return PlanVariant(kitchen, plan, kitchen.random.Pick(std::vector<std::string>{"vfr.mp4", "vfr.mkv"}));
}

// Stored sideways: what a phone held upright records.
Result<Variant> ClipRotation(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  const int degrees = kitchen.random.Pick(std::vector<int>{90, 180, 270, 45});
  plan.muxer = Text("-metadata:s:v:0 rotate=", degrees);
  return PlanVariant(kitchen, plan, kitchen.random.Chance(0.5) ? "turned.mp4" : "turned.mov");
}

Result<Variant> ClipPixelAspect(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.filter = "setsar=" + kitchen.random.Pick(std::vector<std::string>{"4/3", "16/11", "8/9", "64/45",
                                                                         "2/1", "1/2", "32/27", "1001/1000"});
  plan.codec = kitchen.random.Chance(0.3) ? "-c:v mpeg4 -q:v 3" : kH264;
  return PlanVariant(kitchen, plan,
                     kitchen.random.Pick(std::vector<std::string>{"aspect.mp4", "aspect.mkv", "aspect.mov"}));
}

// From a few pixels to bands; the small ones may hold too little to see.
Result<Variant> ClipOddSizes(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  int width = kitchen.random.Between(17, 215), height = kitchen.random.Between(17, 161);
  if (kitchen.random.Chance(0.5))
    width = kitchen.random.Between(150, 215), height = kitchen.random.Between(120, 161);
  plan.filter = Text("scale=", width, ":", height);
  plan.codec = kitchen.random.Pick(std::vector<std::string>{"-c:v libx264 -preset ultrafast -pix_fmt yuv444p",
                                                            kVp9, "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p",
                                                            "-c:v ffv1", "-c:v png"});
  Result<Variant> out = PlanVariant(kitchen, plan, "odd.mkv");
  if (out && std::min(width, height) < 96) out->expected.exit_codes.insert(6);
  return out;
}

// Trimmed as phones and messengers do: no new encoding, hidden frames before the first that is shown.
Result<Variant> ClipTrimmed(const Kitchen& kitchen) {
  ClipPlan plan{.item = kitchen.random.Between(0, 1), .frames = kClipFrames};
  plan.codec =
      Text(kitchen.random.Chance(0.3) ? kH264 : kH264Bidirectional, " -g ", kitchen.random.Between(5, 60));
  const fs::path whole = kitchen.folder / "whole.mp4";
  if (const Status made = EncodeClip(kitchen, plan, whole); !made) return Forward(made);
  const std::string start = Fixed(kitchen.random.Share(0.05, 0.95), 3);
  const fs::path cut = kitchen.folder / kitchen.random.Pick(std::vector<std::string>{"cut.mp4", "cut.mov",
                                                                                     "cut.mkv", "cut.ts"});
  FfmpegCall call(kitchen.material.log);
  call.Words("-ss " + start).Input(whole).Words("-c copy");
  if (kitchen.random.Chance(0.5)) call.Words("-t " + Fixed(kitchen.random.Share(0.6, 1.0), 3));
  if (const Status made = call.Write(cut); !made) return Forward(made);
  return SoundClip(kitchen, cut, Text("from second ", start, " ", plan.codec, " ", cut.filename()));
}

// Clocks that begin late, before zero, or wrap: MPEG's has 33 bits, 26.5 hours.
Result<Variant> ClipStarts(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.codec = kitchen.random.Chance(0.5) ? kH264 : kH264Bidirectional;
  const std::vector<std::pair<std::string, std::string>> ways{
      {"late.ts", "-output_ts_offset 7000"},
      {"wrap.ts", "-output_ts_offset 95443.2"},
      {"negative.mkv", "-avoid_negative_ts disabled -output_ts_offset -0.5"},
      {"negative.mp4", "-avoid_negative_ts disabled -output_ts_offset -0.2"},
      {"late.mp4", "-output_ts_offset 3"},
      {"late.mkv", "-output_ts_offset 100"},
      {"late.mov", "-output_ts_offset 0.7 -use_editlist 0"}};
  const auto& [name, muxer] = kitchen.random.Pick(ways);
  plan.muxer = muxer;
  return PlanVariant(kitchen, plan, name);
}

Result<Variant> ClipFragmented(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.codec = Text(kH264Bidirectional, " -g ", kitchen.random.Between(4, 16));
  plan.muxer =
      "-movflags " + kitchen.random.Pick(std::vector<std::string>{
                         "frag_keyframe+empty_moov", "frag_keyframe+empty_moov+default_base_moof",
                         "frag_keyframe", "dash", "cmaf", "faststart", "frag_every_frame+empty_moov"});
  return PlanVariant(kitchen, plan, kitchen.random.Chance(0.7) ? "fragments.mp4" : "fragments.mov");
}

// Fields woven into frames, with and without the flag that says so.
Result<Variant> ClipInterlaced(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.frames = kitchen.random.Between(36, 48);
  plan.first = 0;
  plan.fps = "50";
  // Fields of 4:2:0 come in heights that four divides.
  plan.filter = kitchen.random.Chance(0.5)
                    ? "crop=iw:trunc(ih/4)*4,tinterlace=interleave_top,fieldorder=tff"
                    : "crop=iw:trunc(ih/4)*4,tinterlace=interleave_bottom,fieldorder=bff";
  const std::vector<std::pair<std::string, std::string>> makes{
      {"field.ts", "-c:v mpeg2video -q:v 3 -flags +ildct+ilme"},
      {"field.mp4",
       "-c:v libx264 -preset veryfast -crf 16 -x264opts tff=1 -flags +ildct+ilme -pix_fmt yuv420p"},
      {"field.avi", "-c:v mpeg2video -q:v 3 -flags +ildct+ilme"},
      {"field.mpg", "-c:v mpeg2video -q:v 3 -flags +ildct+ilme"},
      {"unflagged.mkv", "-c:v mpeg4 -q:v 3"}};
  const auto& [name, codec] = kitchen.random.Pick(makes);
  plan.codec = codec;
  return PlanVariant(kitchen, plan, name);
}

Result<Variant> ClipAlpha(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  plan.filter = Text("format=rgba,colorkey=0xB0A090:", Fixed(kitchen.random.Share(0.05, 0.25), 2), ":0.1");
  const std::vector<std::pair<std::string, std::string>> makes{
      {"alpha.mov", "-c:v qtrle"},
      {"alpha.mov", "-c:v png"},
      {"alpha.mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"},
      {"alpha.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuva420p -b:v 1M"},
      {"alpha.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -pix_fmt yuva420p -b:v 1M -auto-alt-ref 0"}};
  const auto& [name, codec] = kitchen.random.Pick(makes);
  plan.codec = codec;
  return PlanVariant(kitchen, plan, name);
}

// A small second track, as cameras add for previews; sound and data beside it. The large one is the clip.
Result<Variant> ClipTwoTracks(const Kitchen& kitchen) {
  ClipPlan plan = SomePlan(kitchen.random);
  const fs::path large = kitchen.folder / "large.mp4", small = kitchen.folder / "small.mp4";
  if (const Status made = EncodeClip(kitchen, plan, large); !made) return Forward(made);
  plan.filter = "scale=108:-2";
  plan.frames -= kitchen.random.Between(0, 8);
  if (const Status made = EncodeClip(kitchen, plan, small); !made) return Forward(made);
  const bool small_first = kitchen.random.Chance(0.5), sound = kitchen.random.Chance(0.5);
  FfmpegCall call(kitchen.material.log);
  call.Input(small_first ? small : large).Input(small_first ? large : small);
  if (sound) call.Words("-f lavfi -t 1 -i sine");
  call.Words(Text("-map 0 -map 1 ", sound ? "-map 2 -c:a aac " : "", "-c:v copy -disposition:v:0 default"));
  const fs::path clip = kitchen.folder / (kitchen.random.Chance(0.5) ? "two.mp4" : "two.mkv");
  if (const Status made = call.Write(clip); !made) return Forward(made);
  return SoundClip(kitchen, clip, Text(small_first ? "small" : "large", " track first, ", clip.filename()),
                   small_first ? "v:1" : "v:0");
}

Result<Variant> ClipCover(const Kitchen& kitchen) {
  const ClipPlan plan = SomePlan(kitchen.random);
  const fs::path plain = kitchen.folder / "plain.mp4", cover = kitchen.folder / "cover.jpg";
  if (const Status made = EncodeClip(kitchen, plan, plain); !made) return Forward(made);
  const Status drawn = FfmpegCall(kitchen.material.log)
                           .Words("-f lavfi -i testsrc2=size=640x640 -frames:v 1 -pix_fmt yuvj420p")
                           .Write(cover);
  if (!drawn) return Forward(drawn);
  const bool first = kitchen.random.Chance(0.4);
  const fs::path clip = kitchen.folder / (kitchen.random.Chance(0.7) ? "cover.mp4" : "cover.mov");
  const Status made =
      FfmpegCall(kitchen.material.log)
          .Input(first ? cover : plain)
          .Input(first ? plain : cover)
          .Words(Text("-map 0 -map 1 -c copy -disposition:v:", first ? 0 : 1, " attached_pic"))
          .Write(clip);
  if (!made) return Forward(made);
  // A cover is no track of these containers: ffprobe lists it behind the video, wherever it was given.
  return SoundClip(kitchen, clip, Text("a cover ", first ? "first, " : "last, ", clip.filename()));
}

}  // namespace

std::vector<Kind> ClipKinds() {
  return {{"clip_codecs", "containers and codecs", ClipCodecs},
          {"clip_rates", "10 to 60 frames a second", ClipRates},
          {"clip_variable_rate", "uneven times, missing frames", ClipVariableRate},
          {"clip_rotation", "rotation metadata", ClipRotation},
          {"clip_aspect", "pixels that are not square", ClipPixelAspect},
          {"clip_odd_size", "odd, tiny and narrow sizes", ClipOddSizes},
          {"clip_trimmed", "trimmed without encoding", ClipTrimmed},
          {"clip_starts", "late, negative and wrapping clocks", ClipStarts},
          {"clip_fragmented", "fragments, DASH, fast start", ClipFragmented},
          {"clip_interlaced", "fields", ClipInterlaced},
          {"clip_alpha", "transparent parts", ClipAlpha},
          {"clip_two_tracks", "a small second track", ClipTwoTracks},
          {"clip_cover", "a cover picture", ClipCover}};
}

}  // namespace rv::campaign
