#include "scene/background.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv {
namespace {

// Shares of the item that count as none and as all of a pixel.
constexpr int kNone = 10, kAll = 245;

// Of the pixels that are wholly the item, the mean color about each pixel: within 3 px, where there is none within 12.
// Farther off: the pixel's own where it is partly the item, else white.
cv::Mat ColorsOfItem(const cv::Mat& picture, const cv::Mat& matte) {
  cv::Mat weight, weight3, color, sums, counts, out;
  cv::Mat(matte >= kAll).convertTo(weight, CV_32F, 1.0 / 255);
  picture.convertTo(color, CV_32FC3);
  cv::cvtColor(weight, weight3, cv::COLOR_GRAY2BGR);
  cv::multiply(color, weight3, color);
  picture.convertTo(out, CV_32FC3);
  out.setTo(cv::Scalar::all(255), matte <= kNone);  // what was captured there is not handed on below alpha 0
  for (const int reach : {12, 3}) {
    const cv::Size window(2 * reach + 1, 2 * reach + 1);
    cv::boxFilter(color, sums, CV_32F, window, {-1, -1}, false);
    cv::boxFilter(weight, counts, CV_32F, window, {-1, -1}, false);
    for (int y = 0; y < out.rows; ++y)
      for (int x = 0; x < out.cols; ++x)
        if (const float count = counts.at<float>(y, x); count >= 0.5F)
          out.at<cv::Vec3f>(y, x) = sums.at<cv::Vec3f>(y, x) / count;
  }
  return out;
}

int ShareOf(std::uint8_t matte) { return std::clamp((matte - kNone) * 255 / (kAll - kNone), 0, 255); }

}  // namespace

std::optional<Background> ParseBackground(std::string_view text) {
  if (text == "keep") return Background{};
  if (text == "white") return Background{.kind = Background::Kind::kColor};
  if (text == "transparent") return Background{.kind = Background::Kind::kTransparent};
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  Background out{.kind = Background::Kind::kColor};
  for (std::size_t c = 0; c < 3; ++c) {
    const char* first = text.data() + 1 + 2 * c;
    const auto [end, error] = std::from_chars(first, first + 2, out.rgb[c], 16);
    if (error != std::errc() || end != first + 2) return std::nullopt;
  }
  return out;
}

Image OverBackground(const Image& picture, const Image& matte, const Background& background) {
  if (!background.replaces()) return picture;
  RV_CHECK(picture.channels == 3 && matte.channels == 1);
  RV_CHECK(picture.width == matte.width && picture.height == matte.height);
  const cv::Mat pixels(picture.height, picture.width, CV_8UC3,
                       const_cast<std::uint8_t*>(picture.pixels.data()));
  const cv::Mat shares(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data()));
  const cv::Mat item = ColorsOfItem(pixels, shares);
  const bool transparent = background.kind == Background::Kind::kTransparent;
  Image out = Image::Make(picture.width, picture.height, transparent ? 4 : 3);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const int share = ShareOf(*matte.at(x, y));
      std::uint8_t* to = out.at(x, y);
      for (int c = 0; c < 3; ++c) {
        const float own = share == 255 ? *(picture.at(x, y) + c) : item.at<cv::Vec3f>(y, x)[c];
        const float behind = transparent ? own : background.rgb[static_cast<std::size_t>(c)];
        to[c] = cv::saturate_cast<std::uint8_t>(behind + (own - behind) * static_cast<float>(share) / 255);
      }
      if (transparent) to[3] = static_cast<std::uint8_t>(share);
    }
  return out;
}

}  // namespace rv
