#include "capture/photos/photo_records.h"

#include <cmath>

#include "capture/pixels/encode.h"
#include "capture/pixels/luma.h"

namespace rv::photos {
namespace {

void PutMetadata(sandbox::WireWriter& w, const still::StillMetadata& m) {
  w.Put<std::int32_t>(m.orientation).Put(m.focal_px.value_or(0.0)).PutText(m.focal_note);
  w.PutText(m.make).PutText(m.model).Put(m.capture_time_s);
}

still::StillMetadata GetMetadata(sandbox::WireReader& r) {
  still::StillMetadata m;
  m.orientation = r.Get<std::int32_t>();
  const auto focal = r.Get<double>();
  if (focal > 0 && std::isfinite(focal)) m.focal_px = focal;
  m.focal_note = r.GetText();
  m.make = r.GetText();
  m.model = r.GetText();
  m.capture_time_s = r.Get<double>();
  if (!std::isfinite(m.capture_time_s)) m.capture_time_s = 0;
  return m;
}

}  // namespace

void SendPhoto(sandbox::RecordSink& sink, std::uint32_t index, const still::Still& still, std::size_t total) {
  const std::uint64_t pixels = static_cast<std::uint64_t>(still.rgb.width) * still.rgb.height;
  sandbox::WireWriter w;
  w.Put(index);
  pixels::PutEncoded(w, pixels::WriteJpeg(still.rgb, pixels::JpegQualityFor(pixels * total)));
  w.PutBool(!still.matte.empty());
  if (!still.matte.empty()) pixels::PutEncoded(w, pixels::WritePng(still.matte));
  pixels::PutImage(w, pixels::ShrinkRgb(still.rgb));
  PutMetadata(w, still.metadata);
  w.Put<std::uint32_t>(static_cast<std::uint32_t>(still.remarks.size()));
  for (const std::string& remark : still.remarks) w.PutText(remark);
  sink.Send(kRecordPhoto, w.bytes());
}

void SendUnreadable(sandbox::RecordSink& sink, std::uint32_t index, const Error& error) {
  sandbox::WireWriter w;
  w.Put(index).Put<std::int32_t>(static_cast<int>(error.code)).PutText(error.message).PutText(error.remedy);
  sink.Send(kRecordUnreadable, w.bytes());
}

Result<DecodedPhoto> ReadPhoto(sandbox::WireReader& record) {
  DecodedPhoto out{.readable = true};
  Result<EncodedImage> image = pixels::GetEncoded(record, "jpeg");
  if (!image) return Forward(image);
  out.image = std::move(*image);
  if (record.GetBool()) {
    Result<EncodedImage> matte = pixels::GetEncoded(record, "png");
    if (!matte) return Forward(matte);
    out.matte = std::move(*matte);
  }
  Result<Image> luma = pixels::GetLuma(record);
  if (!luma) return Forward(luma);
  out.luma = std::move(*luma);
  out.metadata = GetMetadata(record);
  const auto remarks = record.Get<std::uint32_t>();
  for (std::uint32_t i = 0; i < remarks && record.good(); ++i) out.remarks.push_back(record.GetText());
  if (!record.done())
    return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "copy the photo again");
  return out;
}

Error ReadUnreadable(sandbox::WireReader& record) {
  const int code = record.Get<std::int32_t>();
  Error error{ErrorCode::kCorrupt, record.GetText(), record.GetText(), {}};
  if (code >= 0 && code <= static_cast<int>(ErrorCode::kCancelled)) error.code = static_cast<ErrorCode>(code);
  return error;
}

}  // namespace rv::photos
