#include <cmath>

#include "capture/pixels/luma.h"
#include "capture/video/video_jobs.h"

namespace rv::video {
namespace {

tl::unexpected<Error> Nonsense() {
  return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "the clip is damaged; record it again");
}

void PutSeen(sandbox::WireWriter& w, const SeenFrame& frame) {
  w.Put<std::int32_t>(frame.key).Put<std::int32_t>(frame.ordinal).Put(frame.time_s);
  pixels::PutImage(w, frame.luma);
}

Result<SeenFrame> GetSeen(sandbox::WireReader& r) {
  SeenFrame frame;
  frame.key = r.Get<std::int32_t>();
  frame.ordinal = r.Get<std::int32_t>();
  frame.time_s = r.Get<double>();
  Result<Image> luma = pixels::GetLuma(r);
  if (!luma) return Forward(luma);
  if (frame.key < 0 || frame.ordinal < 0 || !std::isfinite(frame.time_s)) return Nonsense();
  frame.luma = std::move(*luma);
  return frame;
}

}  // namespace

std::vector<std::uint8_t> WriteProbe(const MediaProbe& p) {
  sandbox::WireWriter w;
  w.PutBool(p.video).PutText(p.container).PutText(p.codec).Put<std::uint64_t>(p.bytes);
  w.Put<std::int32_t>(p.width)
      .Put<std::int32_t>(p.height)
      .Put<std::int32_t>(p.orientation)
      .Put(p.pixel_aspect);
  w.Put(p.duration_s).Put(p.frame_rate).Put<std::int64_t>(p.frames).Put<std::int32_t>(p.bits);
  w.PutText(p.transfer).PutText(p.primaries).PutText(p.matrix).PutBool(p.full_range).Put(p.peak_nits);
  w.PutBool(p.has_audio).PutText(p.make).PutText(p.model).Put(p.focal_prior_px.value_or(0.0));
  return w.bytes();
}

Result<MediaProbe> ReadProbe(std::span<const std::uint8_t> record) {
  sandbox::WireReader r(record);
  MediaProbe p;
  p.video = r.GetBool();
  p.container = r.GetText();
  p.codec = r.GetText();
  p.bytes = r.Get<std::uint64_t>();
  p.width = r.Get<std::int32_t>();
  p.height = r.Get<std::int32_t>();
  p.orientation = r.Get<std::int32_t>();
  p.pixel_aspect = r.Get<double>();
  p.duration_s = r.Get<double>();
  p.frame_rate = r.Get<double>();
  p.frames = r.Get<std::int64_t>();
  p.bits = r.Get<std::int32_t>();
  p.transfer = r.GetText();
  p.primaries = r.GetText();
  p.matrix = r.GetText();
  p.full_range = r.GetBool();
  p.peak_nits = r.Get<double>();
  p.has_audio = r.GetBool();
  p.make = r.GetText();
  p.model = r.GetText();
  const auto focal = r.Get<double>();
  if (focal > 0 && std::isfinite(focal)) p.focal_prior_px = focal;
  if (!r.done() || p.width <= 0 || p.height <= 0 || p.orientation < 1 || p.orientation > 8) return Nonsense();
  return p;
}

std::vector<std::uint8_t> WriteSummary(const DecodeSummary& s) {
  sandbox::WireWriter w;
  w.Put<std::int32_t>(s.packets).Put<std::int32_t>(s.shown).Put<std::int32_t>(s.sent);
  w.PutBool(s.unique_times).PutBool(s.ended_early).Put<std::int32_t>(s.errors).PutBool(s.doubtful);
  w.Put<std::int32_t>(s.unnamed).Put<std::int32_t>(s.interlaced).Put(s.content_nits);
  w.Put(static_cast<std::int32_t>(s.fields));
  return w.bytes();
}

Result<DecodeSummary> ReadSummary(std::span<const std::uint8_t> record) {
  sandbox::WireReader r(record);
  DecodeSummary s;
  s.packets = r.Get<std::int32_t>();
  s.shown = r.Get<std::int32_t>();
  s.sent = r.Get<std::int32_t>();
  s.unique_times = r.GetBool();
  s.ended_early = r.GetBool();
  s.errors = r.Get<std::int32_t>();
  s.doubtful = r.GetBool();
  s.unnamed = r.Get<std::int32_t>();
  s.interlaced = r.Get<std::int32_t>();
  s.content_nits = r.Get<double>();
  const auto fields = r.Get<std::int32_t>();
  if (!r.done() || s.packets < 0 || s.shown < 0 || fields < 0 || fields > 2) return Nonsense();
  s.fields = static_cast<FieldOrder>(fields);
  return s;
}

std::vector<std::uint8_t> WriteSeen(const SeenFrame& frame) {
  sandbox::WireWriter w;
  PutSeen(w, frame);
  return w.bytes();
}

Result<SeenFrame> ReadSeen(std::span<const std::uint8_t> record) {
  sandbox::WireReader r(record);
  Result<SeenFrame> frame = GetSeen(r);
  if (frame && !r.done()) return Nonsense();
  return frame;
}

std::vector<std::uint8_t> WriteChosen(const ChosenFrame& frame) {
  sandbox::WireWriter w;
  PutSeen(w, frame.seen);
  pixels::PutEncoded(w, frame.image);
  w.PutBool(!frame.matte.empty());
  if (!frame.matte.empty()) pixels::PutEncoded(w, frame.matte);
  return w.bytes();
}

Result<ChosenFrame> ReadChosen(std::span<const std::uint8_t> record) {
  sandbox::WireReader r(record);
  Result<SeenFrame> seen = GetSeen(r);
  if (!seen) return Forward(seen);
  Result<EncodedImage> image = pixels::GetEncoded(r, "jpeg");
  if (!image) return Forward(image);
  ChosenFrame out{.seen = std::move(*seen), .image = std::move(*image)};
  if (r.GetBool()) {
    Result<EncodedImage> matte = pixels::GetEncoded(r, "png");
    if (!matte) return Forward(matte);
    out.matte = std::move(*matte);
  }
  if (!r.done()) return Nonsense();
  return out;
}

}  // namespace rv::video
