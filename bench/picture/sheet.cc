#include "bench/picture/sheet.h"

#include <algorithm>
#include <fstream>

#include "bench/picture/cv_image.h"
#include "bench/picture/tiles.h"
#include "bench/picture/truth.h"

namespace rv::picture {
namespace {

constexpr int kColumns = 8, kHeight = 240;

cv::Mat Small(const cv::Mat& image) {
  cv::Mat out;
  cv::resize(image, out, {std::max(1, image.cols * kHeight / image.rows), kHeight}, 0, 0, cv::INTER_AREA);
  return out;
}

void DrawOutline(const Image& matte, const cv::Scalar& color, cv::Mat& target) {
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(AsMat(matte) > 127, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
  cv::drawContours(target, contours, -1, color, 2);
}

Result<cv::Mat> Column(const View& view, const std::filesystem::path& truth, std::size_t index) {
  const Result<Image> picture = Decode(view.image, 3);
  if (!picture) return Forward(picture);
  cv::Mat outlines = AsMat(*picture).clone(), difference(outlines.size(), CV_8UC3, cv::Scalar::all(0)),
          clean = difference;
  if (const Result<TrueView> known = ReadTrueView(truth, index)) {
    clean = AsMat(known->picture).clone();
    cv::absdiff(AsMat(*picture), clean, difference);
    difference *= 2;
    DrawOutline(known->matte, {255, 0, 0}, outlines);
  }
  if (!view.matte.empty()) {
    const Result<Image> matte = Decode(view.matte, 1);
    if (!matte) return Forward(matte);
    DrawOutline(*matte, {0, 255, 0}, outlines);
  }
  cv::Mat out;
  cv::vconcat(std::vector<cv::Mat>{Small(AsMat(*picture)), Small(clean), Small(outlines), Small(difference)},
              out);
  return out;
}

}  // namespace

Status WritePicture(const cv::Mat& all, const std::filesystem::path& png) {
  Image image{.width = all.cols, .height = all.rows, .channels = 3};
  image.pixels.assign(all.datastart, all.dataend);
  const EncodedImage encoded = EncodePng(image);
  std::ofstream out(png, std::ios::binary);
  out.write(reinterpret_cast<const char*>(encoded.bytes.data()),
            static_cast<std::streamsize>(encoded.bytes.size()));
  if (!out.flush()) return Fail(ErrorCode::kInternal, "cannot write " + png.string());
  return {};
}

Status WriteSheet(const RotatingView& view,
                  const std::filesystem::path& truth,
                  const std::filesystem::path& png) {
  std::vector<cv::Mat> columns;
  const std::size_t count = std::min<std::size_t>(kColumns, view.views.size());
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t index = k * view.views.size() / count;
    const Result<cv::Mat> column = Column(view.views[index], truth, index);
    if (!column) return Forward(column);
    columns.push_back(*column);
  }
  if (columns.empty()) return Fail(ErrorCode::kInsufficientData, "the asset has no views");
  cv::Mat all;
  cv::hconcat(columns, all);
  return WritePicture(all, png);
}

Status WritePictures(const std::vector<cv::Mat>& pictures, const std::filesystem::path& png) {
  std::vector<cv::Mat> rows;
  for (std::size_t first = 0; first < pictures.size(); first += kColumns) {
    std::vector<cv::Mat> row;
    for (std::size_t i = first; i < std::min(first + kColumns, pictures.size()); ++i)
      row.push_back(Small(pictures[i]));
    while (row.size() < kColumns) row.push_back(cv::Mat::zeros(row.front().size(), CV_8UC3));
    rows.emplace_back();
    cv::hconcat(row, rows.back());
  }
  if (rows.empty()) return Fail(ErrorCode::kInsufficientData, "the asset has no views");
  cv::Mat all;
  cv::vconcat(rows, all);
  return WritePicture(all, png);
}

}  // namespace rv::picture
