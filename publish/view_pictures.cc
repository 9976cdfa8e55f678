#include "publish/view_pictures.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/text.h"

namespace rv::publish {
namespace {

constexpr int kDefaultPictureQuality = 90;
constexpr int kWebpSideLimit = 16383;  // of the format

// Adds which view it was.
tl::unexpected<Error> InView(std::size_t index, Error error) {
  error.message = Text("view ", index + 1, ": ", error.message);
  return tl::unexpected(std::move(error));
}

Result<EncodedImage> EncodedView(const RotatingView& view,
                                 std::size_t index,
                                 const std::string& format,
                                 ShownSize size,
                                 const ExportOptions& options) {
  const EncodedImage& stored = view.views[index].image;
  const bool fits = stored.width == size.width && stored.height == size.height && stored.format == format;
  const Background background = BackgroundOf(options);
  if (fits && !options.quality && !stored.empty() && !background.replaces()) return stored;
  const Result<Image> pixels = ViewPixels(view, index, size, background);
  if (!pixels) return Forward(pixels);
  if (format == "png") return EncodePng(*pixels);
  const int quality = options.quality.value_or(kDefaultPictureQuality);
  return format == "webp" ? EncodeWebp(*pixels, quality) : EncodeJpeg(*pixels, quality);
}

}  // namespace

ShownSize FitSize(const RotatingView& view, std::optional<int> max_side_px) {
  const int side = std::max(view.width, view.height);
  if (!max_side_px || side <= *max_side_px) return {view.width, view.height};
  const double scale = static_cast<double>(*max_side_px) / side;
  return {std::max(1, static_cast<int>(std::lround(view.width * scale))),
          std::max(1, static_cast<int>(std::lround(view.height * scale)))};
}

Background BackgroundOf(const ExportOptions& options) { return *ParseBackground(options.background); }

Result<Image> ViewPixels(const RotatingView& view,
                         std::size_t index,
                         ShownSize size,
                         const Background& background) {
  const View& shown = view.views[index];
  Result<Image> pixels = Decode(shown.image, 3);
  if (!pixels) return InView(index, pixels.error());
  if (!background.replaces()) return Resize(*pixels, size.width, size.height);
  if (shown.matte.empty())
    return Fail(ErrorCode::kInsufficientData, "the asset does not know where the item is",
                "keep the background, or convert the sweep again: a whole turn round one item is needed");
  const Result<Image> matte = Decode(shown.matte, 1);
  if (!matte) return InView(index, matte.error());
  return Resize(OverBackground(*pixels, *matte, background), size.width, size.height);
}

Result<std::vector<EncodedImage>> EncodedViews(const RotatingView& view,
                                               const std::optional<std::string>& format,
                                               const ExportOptions& options,
                                               const Progress& progress) {
  const ShownSize size = FitSize(view, options.max_side_px);
  const bool transparent = BackgroundOf(options).kind == Background::Kind::kTransparent;
  if (format == "webp" && std::max(size.width, size.height) > kWebpSideLimit)
    return Fail(ErrorCode::kUnsupported,
                Text("the views are larger than WebP allows (", kWebpSideLimit, " px)"),
                "ask for JPEG, or for a smaller side");
  const std::size_t count = view.views.size();
  std::vector<Result<EncodedImage>> made(count, EncodedImage{});
  // In portions, so that the caller hears of progress and can stop from its own thread.
  const std::size_t portion =
      4 * static_cast<std::size_t>(options.threads > 0 ? options.threads : HardwareThreads());
  for (std::size_t begin = 0; begin < count; begin += portion) {
    if (!Report(progress, "export", static_cast<double>(begin) / static_cast<double>(count)))
      return Cancelled();
    ParallelFor(std::min(portion, count - begin), options.threads, [&](std::size_t i) {
      const std::string& stored = view.views[begin + i].image.format;
      made[begin + i] =
          EncodedView(view, begin + i, format.value_or(stored == "jpeg" && !transparent ? "jpeg" : "webp"),
                      size, options);
    });
  }
  std::vector<EncodedImage> pictures;
  for (Result<EncodedImage>& picture : made) {
    if (!picture) return Forward(picture);
    pictures.push_back(std::move(*picture));
  }
  return pictures;
}

bool HasAngles(const RotatingView& view) {
  if (view.views.size() < 2) return false;
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    const double azimuth = view.views[i].azimuth_deg;
    if (!std::isfinite(azimuth) || azimuth < 0 || azimuth >= 360) return false;
    if (i > 0 && azimuth <= view.views[i - 1].azimuth_deg) return false;
  }
  return true;
}

}  // namespace rv::publish
