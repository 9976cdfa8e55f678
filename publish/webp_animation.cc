// Animated WebP through libwebp, which FFmpeg's wrapper would only pass on to.
#include <webp/encode.h>
#include <webp/mux.h>

#include <cmath>
#include <memory>

#include "base/text.h"
#include "publish/animation.h"
#include "publish/formats.h"
#include "publish/output.h"

namespace rv::publish {
namespace {

constexpr int kWebpSidePx = 640;
constexpr int kDefaultWebpQuality = 80;

struct FreeEncoder {
  void operator()(WebPAnimEncoder* encoder) const { WebPAnimEncoderDelete(encoder); }
};
using Encoder = std::unique_ptr<WebPAnimEncoder, FreeEncoder>;

tl::unexpected<Error> EncoderFailed(const Encoder& encoder) {
  return Fail(ErrorCode::kInternal,
              Text("libwebp cannot make the animation: ", WebPAnimEncoderGetError(encoder.get())));
}

Status AddPicture(const Encoder& encoder, const Image& image, int time_ms, const WebPConfig& config) {
  WebPPicture picture;
  if (!WebPPictureInit(&picture))
    return Fail(ErrorCode::kInternal, "libwebp has another version than its headers");
  picture.width = image.width;
  picture.height = image.height;
  picture.use_argb = 1;
  const bool imported = image.channels == 4
                            ? WebPPictureImportRGBA(&picture, image.pixels.data(), image.width * 4)
                            : WebPPictureImportRGB(&picture, image.pixels.data(), image.width * 3);
  const bool added = imported && WebPAnimEncoderAdd(encoder.get(), &picture, time_ms, &config);
  WebPPictureFree(&picture);
  return added ? Status{} : EncoderFailed(encoder);
}

Result<std::string> Assemble(const Encoder& encoder, int end_ms) {
  if (!WebPAnimEncoderAdd(encoder.get(), nullptr, end_ms, nullptr)) return EncoderFailed(encoder);
  WebPData data;
  WebPDataInit(&data);
  if (!WebPAnimEncoderAssemble(encoder.get(), &data)) return EncoderFailed(encoder);
  std::string bytes(reinterpret_cast<const char*>(data.bytes), data.size);
  WebPDataClear(&data);
  return bytes;
}

}  // namespace

Status WriteWebpAnimation(const RotatingView& view,
                          const std::filesystem::path& out,
                          const ExportOptions& options,
                          const Progress& progress) {
  const AnimationPlan plan = PlanAnimation(view, options, kWebpSidePx, false);
  WebPConfig config;
  WebPAnimEncoderOptions settings;
  if (!WebPConfigInit(&config) || !WebPAnimEncoderOptionsInit(&settings))
    return Fail(ErrorCode::kInternal, "libwebp has another version than its headers");
  config.quality = static_cast<float>(options.quality.value_or(kDefaultWebpQuality));
  settings.anim_params.loop_count = 0;  // forever
  const Encoder encoder(WebPAnimEncoderNew(plan.size.width, plan.size.height, &settings));
  if (!encoder) return Fail(ErrorCode::kInternal, "libwebp cannot start an animation");
  int shown = 0;
  const auto time_ms = [&](int picture) {
    return static_cast<int>(std::lround(picture * 1000 / options.fps));
  };
  Status added = ForEachPicture(view, plan, options, progress, [&](const Image& image) {
    return AddPicture(encoder, image, time_ms(shown++), config);
  });
  if (!added) return Forward(added);
  const Result<std::string> bytes = Assemble(encoder, time_ms(shown));
  if (!bytes) return Forward(bytes);
  return WriteOutput(out, *bytes);
}

}  // namespace rv::publish
