#include "reconstruct/motion/static_background.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace rv::motion {
namespace {

constexpr int kTemporalFrames = 41;  // most frames of a median or spread over time
constexpr double kLeastSpread = 12;  // gray levels; a larger spread is a change

// The outer tenth on the left, right and top. The bottom is left out: it shows a table or a turning disc.
cv::Mat BorderBand(cv::Size size) {
  cv::Mat band(size, CV_8UC1, cv::Scalar(0));
  const int w = std::max(2, size.width / 10);
  const int h = std::max(2, size.height / 10);
  band(cv::Rect(0, 0, size.width, h)).setTo(255);
  band(cv::Rect(0, 0, w, size.height * 7 / 8)).setTo(255);
  band(cv::Rect(size.width - w, 0, w, size.height * 7 / 8)).setTo(255);
  return band;
}

cv::Mat Gradient(const cv::Mat& smooth) {
  cv::Mat gx, gy, magnitude;
  cv::Sobel(smooth, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(smooth, gy, CV_32F, 0, 1, 3, 1.0 / 8);
  cv::magnitude(gx, gy, magnitude);
  cv::dilate(magnitude, magnitude, cv::Mat());
  return magnitude;
}

double MedianRatio(const cv::Mat& a, const cv::Mat& b, const cv::Mat& band) {
  std::vector<float> ratios;
  for (int y = 0; y < a.rows; y += 2)
    for (int x = 0; x < a.cols; x += 2)
      if (band.at<uchar>(y, x) && a.at<float>(y, x) > 8 && b.at<float>(y, x) > 8)
        ratios.push_back(b.at<float>(y, x) / a.at<float>(y, x));
  if (ratios.size() < 20) return 1;
  std::nth_element(ratios.begin(), ratios.begin() + ratios.size() / 2, ratios.end());
  return std::clamp<double>(ratios[ratios.size() / 2], 0.5, 2.0);
}

struct Votes {
  long textured_still = 0, textured_moved = 0, plain_still = 0, plain_changed = 0;
};

void Compare(const cv::Mat& a, const cv::Mat& b, const cv::Mat& band, Votes& votes) {
  constexpr float kTexture = 5, kNoise = 3.5F, kSlopeShare = 0.35F;
  const cv::Mat texture = cv::max(Gradient(a), Gradient(b));
  const float gain = static_cast<float>(MedianRatio(a, b, band));
  for (int y = 0; y < a.rows; ++y)
    for (int x = 0; x < a.cols; ++x) {
      if (!band.at<uchar>(y, x)) continue;
      const float change = std::abs(b.at<float>(y, x) / gain - a.at<float>(y, x));
      const float slope = texture.at<float>(y, x);
      const bool still = change < kNoise + kSlopeShare * slope;
      if (slope > kTexture) {
        ++(still ? votes.textured_still : votes.textured_moved);
      } else {
        ++(still ? votes.plain_still : votes.plain_changed);
      }
    }
}

std::vector<cv::Mat> EvenlyPicked(const std::vector<cv::Mat>& pictures, int most, bool blur) {
  const int count = static_cast<int>(pictures.size());
  const int picked = std::min(most, count);
  std::vector<cv::Mat> out(picked);
  for (int k = 0; k < picked; ++k) {
    const int i = picked == 1 ? 0 : static_cast<int>(static_cast<long>(k) * (count - 1) / (picked - 1));
    if (blur) {
      cv::GaussianBlur(pictures[i], out[k], {5, 5}, 1.0);
    } else {
      out[k] = pictures[i];
    }
  }
  return out;
}

template <typename Pick>
void EachSortedByte(const std::vector<cv::Mat>& pictures, const Pick& pick) {
  std::vector<uchar> values(pictures.size());
  const int row_bytes = pictures[0].cols * pictures[0].channels();
  for (int y = 0; y < pictures[0].rows; ++y)
    for (int k = 0; k < row_bytes; ++k) {
      for (std::size_t i = 0; i < pictures.size(); ++i) values[i] = pictures[i].ptr<uchar>(y)[k];
      std::sort(values.begin(), values.end());
      pick(y, k, values);
    }
}

}  // namespace

cv::Mat TemporalMedian(const std::vector<cv::Mat>& pictures) {
  const std::vector<cv::Mat> picked = EvenlyPicked(pictures, kTemporalFrames, false);
  cv::Mat median(picked[0].size(), picked[0].type());
  EachSortedByte(picked, [&](int y, int k, const std::vector<uchar>& sorted) {
    median.ptr<uchar>(y)[k] = sorted[sorted.size() / 2];
  });
  return median;
}

cv::Mat TemporalSpread(const std::vector<cv::Mat>& pictures) {
  const std::vector<cv::Mat> picked = EvenlyPicked(pictures, kTemporalFrames, true);
  const std::size_t out = picked.size() / 20;  // at each end
  const int channels = picked[0].channels();
  cv::Mat spread(picked[0].size(), CV_8UC1, cv::Scalar(0));
  EachSortedByte(picked, [&](int y, int k, const std::vector<uchar>& sorted) {
    uchar& most = spread.at<uchar>(y, k / channels);
    most = std::max<uchar>(most, sorted[sorted.size() - 1 - out] - sorted[out]);
  });
  return spread;
}

StaticTest TestStaticBackground(const SmallSweep& small) {
  const int count = small.count();
  StaticTest test;
  if (count < 2) return test;
  std::vector<cv::Mat> smooth(count);
  for (int i = 0; i < count; ++i) {
    small.gray[i].convertTo(smooth[i], CV_32F);
    cv::GaussianBlur(smooth[i], smooth[i], {5, 5}, 1.0);
  }
  const cv::Mat band = BorderBand(small.size);
  const int gap = std::max(1, count / 8);
  const int stride = std::max(1, (count - gap) / 24);
  Votes votes;
  for (int i = 0; i + gap < count; i += stride) Compare(smooth[i], smooth[i + gap], band, votes);
  const double textured = votes.textured_still + votes.textured_moved;
  const double plain = votes.plain_still + votes.plain_changed;
  test.textured_share = textured / std::max(1.0, textured + plain);
  test.textured_still = textured > 0 ? votes.textured_still / textured : 0;
  test.plain_still = plain > 0 ? votes.plain_still / plain : 0;
  // A textured border decides by its texture; a plain one has only its brightness.
  constexpr double kJudgeable = 0.15, kTexturedStill = 0.6, kPlainStill = 0.8;
  test.still_background = test.textured_share >= kJudgeable ? test.textured_still > kTexturedStill
                                                            : test.plain_still > kPlainStill;
  test.changed_share =
      cv::countNonZero(TemporalSpread(small.bgr) > kLeastSpread) / static_cast<double>(band.total());
  return test;
}

}  // namespace rv::motion
