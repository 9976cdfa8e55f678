#include "scene/image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv {
namespace {

int CvType(int channels) { return channels == 1 ? CV_8UC1 : channels == 3 ? CV_8UC3 : CV_8UC4; }

cv::Mat View(const Image& image) {
  RV_CHECK_EQ(image.pixels.size(), static_cast<std::size_t>(image.width) * image.height * image.channels);
  return {image.height, image.width, CvType(image.channels), const_cast<std::uint8_t*>(image.pixels.data())};
}

cv::Mat ToBgr(const Image& image) {
  cv::Mat bgr;
  if (image.channels == 1) return View(image);
  cv::cvtColor(View(image), bgr, image.channels == 3 ? cv::COLOR_RGB2BGR : cv::COLOR_RGBA2BGRA);
  return bgr;
}

Image FromBgr(const cv::Mat& mat, int channels) {
  Image image = Image::Make(mat.cols, mat.rows, channels);
  cv::Mat out = View(image);
  if (channels == 3) {
    cv::cvtColor(mat, out, cv::COLOR_BGR2RGB);
  } else {
    mat.copyTo(out);
  }
  return image;
}

EncodedImage Encode(const cv::Mat& mat,
                    const char* format,
                    const char* suffix,
                    const std::vector<int>& params) {
  EncodedImage encoded{.format = format, .width = mat.cols, .height = mat.rows};
  RV_CHECK(cv::imencode(suffix, mat, encoded.bytes, params));
  return encoded;
}

tl::unexpected<Error> CorruptPicture(const EncodedImage& encoded) {
  return Fail(ErrorCode::kCorrupt, "a stored " + encoded.format + " picture does not decode",
              "convert the clip again; the file is damaged");
}

// Decodes with OpenCV, which throws on some bad input and returns an empty matrix on other.
cv::Mat TryDecode(const EncodedImage& encoded, int flags) {
  if (encoded.bytes.empty()) return {};
  try {
    return cv::imdecode(encoded.bytes, flags | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const cv::Exception&) {
    return {};
  }
}

int ReducedFlag(int channels, int factor) {
  const bool gray = channels == 1;
  switch (factor) {
    case 2:
      return gray ? cv::IMREAD_REDUCED_GRAYSCALE_2 : cv::IMREAD_REDUCED_COLOR_2;
    case 4:
      return gray ? cv::IMREAD_REDUCED_GRAYSCALE_4 : cv::IMREAD_REDUCED_COLOR_4;
    case 8:
      return gray ? cv::IMREAD_REDUCED_GRAYSCALE_8 : cv::IMREAD_REDUCED_COLOR_8;
    default:
      return gray ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
  }
}

}  // namespace

Image Image::Make(int width, int height, int channels, std::uint8_t value) {
  RV_CHECK_GT(width, 0);
  RV_CHECK_GT(height, 0);
  RV_CHECK(channels == 1 || channels == 3 || channels == 4);
  const std::size_t size = static_cast<std::size_t>(width) * height * channels;
  return {.width = width,
          .height = height,
          .channels = channels,
          .pixels = std::vector<std::uint8_t>(size, value)};
}

EncodedImage EncodeJpeg(const Image& image, int quality) {
  const std::vector<int> params = {cv::IMWRITE_JPEG_QUALITY, quality};
  return Encode(ToBgr(image), "jpeg", ".jpg", params);
}

EncodedImage EncodePng(const Image& image) {
  return Encode(ToBgr(image), "png", ".png", {cv::IMWRITE_PNG_COMPRESSION, 6});
}

EncodedImage EncodePng16(const Raster16& raster) {
  const cv::Mat mat(raster.height, raster.width, CV_16UC1, const_cast<std::uint16_t*>(raster.pixels.data()));
  return Encode(mat, "png", ".png", {cv::IMWRITE_PNG_COMPRESSION, 6});
}

EncodedImage EncodeWebp(const Image& image, int quality) {
  return Encode(ToBgr(image), "webp", ".webp", {cv::IMWRITE_WEBP_QUALITY, quality});
}

Result<Image> Decode(const EncodedImage& encoded, int channels) {
  RV_CHECK(channels == 1 || channels == 3);
  const cv::Mat mat = TryDecode(encoded, ReducedFlag(channels, 1));
  if (mat.empty() || mat.cols != encoded.width || mat.rows != encoded.height) return CorruptPicture(encoded);
  return FromBgr(mat, channels);
}

Result<Image> DecodeScaled(const EncodedImage& encoded, int channels, int max_side) {
  RV_CHECK(channels == 1 || channels == 3);
  RV_CHECK_GT(max_side, 0);
  const int side = std::max(encoded.width, encoded.height);
  if (side <= max_side) return Decode(encoded, channels);
  int factor = 1;
  while (encoded.format == "jpeg" && factor < 8 && side / (factor * 2) >= max_side) factor *= 2;
  const cv::Mat mat = TryDecode(encoded, ReducedFlag(channels, factor));
  if (mat.empty()) return CorruptPicture(encoded);
  const double scale = static_cast<double>(max_side) / side;
  const int width = std::max(1, static_cast<int>(std::lround(encoded.width * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(encoded.height * scale)));
  return Resize(FromBgr(mat, channels), width, height);
}

Result<Raster16> DecodePng16(const EncodedImage& encoded) {
  const cv::Mat mat = TryDecode(encoded, cv::IMREAD_UNCHANGED);
  if (mat.empty() || mat.type() != CV_16UC1 || mat.cols != encoded.width || mat.rows != encoded.height)
    return CorruptPicture(encoded);
  Raster16 raster{.width = mat.cols, .height = mat.rows};
  raster.pixels.resize(static_cast<std::size_t>(mat.cols) * mat.rows);
  mat.copyTo(cv::Mat(mat.rows, mat.cols, CV_16UC1, raster.pixels.data()));
  return raster;
}

Image Resize(const Image& image, int width, int height) {
  if (width == image.width && height == image.height) return image;
  Image out = Image::Make(width, height, image.channels);
  cv::Mat target = View(out);
  const bool shrink = width < image.width && height < image.height;
  cv::resize(View(image), target, target.size(), 0, 0, shrink ? cv::INTER_AREA : cv::INTER_CUBIC);
  return out;
}

}  // namespace rv
