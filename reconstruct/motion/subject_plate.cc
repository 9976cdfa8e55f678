#include "reconstruct/motion/subject_plate.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "reconstruct/motion/static_background.h"

namespace rv::motion {
namespace {

cv::Mat FilledHoles(const cv::Mat& hard) {
  // Holes are the background that a flood fill from outside the picture does not reach.
  cv::Mat padded;
  cv::copyMakeBorder(hard, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::floodFill(padded, {0, 0}, 128);
  return padded(cv::Rect(1, 1, hard.cols, hard.rows)) != 128;
}

cv::Mat LargeParts(const cv::Mat& hard) {
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(hard, labels, stats, centers);
  int largest = 0;
  for (int k = 1; k < count; ++k) largest = std::max(largest, stats.at<int>(k, cv::CC_STAT_AREA));
  cv::Mat kept(hard.size(), CV_8UC1, cv::Scalar(0));
  for (int k = 1; k < count; ++k)
    if (stats.at<int>(k, cv::CC_STAT_AREA) * 10 >= largest) kept.setTo(255, labels == k);
  return kept;
}

cv::Mat Ellipse(int size) { return cv::getStructuringElement(cv::MORPH_ELLIPSE, {size, size}); }

// Continues the picture's values outside `hole` smoothly into it: normalized blurs of growing sigma.
cv::Mat ContinueInto(const cv::Mat& picture, const cv::Mat& hole) {
  cv::Mat out, weight(picture.size(), CV_32FC1, cv::Scalar(1));
  picture.convertTo(out, CV_32FC3);
  weight.setTo(0, hole);
  out.setTo(cv::Scalar::all(0), hole);
  cv::Mat result = out.clone(), open = hole.clone();
  for (double sigma = 3; cv::countNonZero(open) > 0 && sigma < 4000; sigma *= 1.6) {
    cv::Mat sum, total;
    cv::GaussianBlur(out, sum, {0, 0}, sigma);
    cv::GaussianBlur(weight, total, {0, 0}, sigma);
    for (int y = 0; y < open.rows; ++y)
      for (int x = 0; x < open.cols; ++x)
        if (open.at<uchar>(y, x) && total.at<float>(y, x) > 0.08F) {
          result.at<cv::Vec3f>(y, x) = sum.at<cv::Vec3f>(y, x) / total.at<float>(y, x);
          open.at<uchar>(y, x) = 0;
        }
    if (sigma > std::max(open.cols, open.rows)) break;
  }
  return result;
}

float Distance(const cv::Vec3f& a, const cv::Vec3f& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

struct Plate {
  cv::Mat color;     // CV_32FC3
  cv::Mat envelope;  // CV_8UC1: where anything ever changes
  cv::Mat unknown;   // CV_8UC1: inside the envelope, the background is never seen
  float threshold = 18;
};

// Where the picture changes over time, closed to large parts without holes and grown a little.
cv::Mat Envelope(const cv::Mat& spread) {
  constexpr int kQuietestPart = 10;    // the spread that a tenth of the pixels stay below is noise
  constexpr double kLeastChange = 14;  // gray levels
  constexpr double kNoiseFactor = 2.5;
  cv::Mat quiet = spread.clone().reshape(1, 1);
  cv::sort(quiet, quiet, cv::SORT_EVERY_ROW | cv::SORT_ASCENDING);
  const double noise = quiet.at<uchar>(0, quiet.cols / kQuietestPart);
  cv::Mat active = spread > std::max(kLeastChange, kNoiseFactor * noise);
  cv::morphologyEx(active, active, cv::MORPH_OPEN, Ellipse(3));
  cv::morphologyEx(active, active, cv::MORPH_CLOSE, Ellipse(9));
  cv::dilate(LargeParts(FilledHoles(active)), active, Ellipse(7));
  return active;
}

// Mean detail of the picture outside the envelope: a textured background cannot be continued smoothly.
double DetailOutside(const cv::Mat& median, const cv::Mat& envelope) {
  cv::Mat gray, smooth, detail;
  cv::cvtColor(median, gray, cv::COLOR_BGR2GRAY);
  cv::GaussianBlur(gray, smooth, {0, 0}, 5);
  cv::absdiff(gray, smooth, detail);
  return cv::mean(detail, ~envelope)[0];
}

// Mean of the values near `guess`, and how many there are.
cv::Vec3f MeanNear(const std::vector<cv::Vec3b>& values, const cv::Vec3f& guess, float within, int* seen) {
  cv::Vec3f sum(0, 0, 0);
  *seen = 0;
  for (const cv::Vec3b& v : values)
    if (Distance(v, guess) <= within) {
      sum += cv::Vec3f(v);
      ++*seen;
    }
  return *seen ? sum / *seen : guess;
}

// The most frequent value of a pixel: a background that shows at times keeps its value, a turning pattern
// does not.
cv::Vec3f MostFrequent(const std::vector<cv::Vec3b>& values, int* seen) {
  constexpr float kSame = 8;
  cv::Vec3f best(0, 0, 0);
  *seen = 0;
  for (const cv::Vec3b& v : values) {
    int count = 0;
    const cv::Vec3f mean = MeanNear(values, v, kSame, &count);
    if (count > *seen) {
      *seen = count;
      best = mean;
    }
  }
  return best;
}

// Background that shows at times is at the rim of the envelope; constant places inside belong to the subject.
cv::Mat NotJoinedToOutside(const cv::Mat& envelope, const cv::Mat& unknown) {
  const cv::Mat known = ~(envelope & unknown);
  cv::Mat labels, joined(envelope.size(), CV_8UC1, cv::Scalar(0));
  const int count = cv::connectedComponents(known, labels, 4);
  std::vector<char> outside(count, 0);
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x)
      if (!envelope.at<uchar>(y, x)) outside[labels.at<int>(y, x)] = 1;
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x)
      if (known.at<uchar>(y, x) && outside[labels.at<int>(y, x)]) joined.at<uchar>(y, x) = 255;
  return ~joined;
}

// Which colors (bins of 32 levels and their neighbors) the background shows outside the envelope.
class Palette {
 public:
  Palette(const cv::Mat& median, const cv::Mat& envelope) : bins_(8 * 8 * 8, 0) {
    for (int y = 0; y < median.rows; ++y)
      for (int x = 0; x < median.cols; ++x)
        if (!envelope.at<uchar>(y, x)) Add(median.at<cv::Vec3b>(y, x));
  }
  bool Has(const cv::Vec3f& c) const { return bins_[Bin(c[0], c[1], c[2])]; }

 private:
  static int Bin(float b, float g, float r) {
    const auto level = [](float v) { return std::clamp(static_cast<int>(v) / 32, 0, 7); };
    return (level(b) * 8 + level(g)) * 8 + level(r);
  }
  void Add(const cv::Vec3b& c) {
    for (float db : {-12.0F, 12.0F})
      for (float dg : {-12.0F, 12.0F})
        for (float dr : {-12.0F, 12.0F}) bins_[Bin(c[0] + db, c[1] + dg, c[2] + dr)] = 1;
  }
  std::vector<char> bins_;
};

Plate BuildPlate(const std::vector<cv::Mat>& pictures) {
  constexpr double kTextured = 5;
  Plate plate;
  const cv::Mat median = TemporalMedian(pictures);
  plate.envelope = Envelope(TemporalSpread(pictures));
  plate.color = ContinueInto(median, plate.envelope);
  plate.unknown = cv::Mat(median.size(), CV_8UC1, cv::Scalar(0));
  const bool textured = DetailOutside(median, plate.envelope) > kTextured;
  const Palette palette(median, plate.envelope);
  const std::size_t step = std::max<std::size_t>(1, pictures.size() / 24);
  std::vector<cv::Vec3b> values;
  for (int y = 0; y < median.rows; ++y)
    for (int x = 0; x < median.cols; ++x) {
      if (!plate.envelope.at<uchar>(y, x)) continue;
      values.clear();
      for (std::size_t i = 0; i < pictures.size(); i += step)
        values.push_back(pictures[i].at<cv::Vec3b>(y, x));
      cv::Vec3f& color = plate.color.at<cv::Vec3f>(y, x);
      int seen = 0;
      if (textured) {
        color = MostFrequent(values, &seen);
        if (seen * 4 < static_cast<int>(values.size()) || !palette.Has(color)) seen = 0;
      } else {
        const cv::Vec3f mean = MeanNear(values, color, plate.threshold, &seen);
        if (seen >= 2) color = mean;
      }
      if (seen == 0) plate.unknown.at<uchar>(y, x) = 255;
    }
  if (textured) plate.unknown = NotJoinedToOutside(plate.envelope, plate.unknown);
  return plate;
}

cv::Mat MaskAgainst(const Plate& plate, const cv::Mat& picture) {
  cv::Mat hard(picture.size(), CV_8UC1, cv::Scalar(0));
  for (int y = 0; y < hard.rows; ++y)
    for (int x = 0; x < hard.cols; ++x) {
      if (!plate.envelope.at<uchar>(y, x)) continue;
      const bool differs =
          plate.unknown.at<uchar>(y, x) ||
          Distance(picture.at<cv::Vec3b>(y, x), plate.color.at<cv::Vec3f>(y, x)) > plate.threshold;
      hard.at<uchar>(y, x) = differs ? 255 : 0;
    }
  return CleanMask(hard);
}

}  // namespace

cv::Mat CleanMask(const cv::Mat& hard) {
  cv::Mat mask;
  cv::morphologyEx(hard, mask, cv::MORPH_CLOSE, Ellipse(5));
  cv::Mat opened;
  cv::morphologyEx(mask, opened, cv::MORPH_OPEN, Ellipse(3));
  // The opening would remove a subject of thin parts (spectacles), which is then kept without it.
  if (cv::countNonZero(opened) * 2 > cv::countNonZero(mask)) mask = opened;
  mask = FilledHoles(LargeParts(mask));
  cv::GaussianBlur(mask, mask, {5, 5}, 1.0);
  return mask;
}

std::vector<cv::Vec3f> BorderGains(const std::vector<cv::Mat>& bgr, const cv::Mat& median) {
  std::vector<cv::Vec3f> gains(bgr.size(), cv::Vec3f(1, 1, 1));
  const int rim = std::max(2, std::min(median.cols, median.rows) / 16);
  for (std::size_t i = 0; i < bgr.size(); ++i)
    for (int c = 0; c < 3; ++c) {
      std::vector<float> ratios;
      for (int y = 0; y < median.rows * 3 / 4; y += 2)
        for (int x = 0; x < median.cols; x += 2) {
          if (y >= rim && x >= rim && x < median.cols - rim) continue;
          const int target = median.at<cv::Vec3b>(y, x)[c], value = bgr[i].at<cv::Vec3b>(y, x)[c];
          if (target > 12 && target < 245 && value > 12 && value < 245)
            ratios.push_back(static_cast<float>(target) / value);
        }
      if (ratios.size() < 100) continue;
      std::nth_element(ratios.begin(), ratios.begin() + ratios.size() / 2, ratios.end());
      gains[i][c] = std::clamp(ratios[ratios.size() / 2], 0.6F, 1.6F);
    }
  return gains;
}

std::vector<cv::Mat> MasksAgainstPlate(const SmallSweep& small, int threads) {
  const std::vector<cv::Vec3f> gains = BorderGains(small.bgr, TemporalMedian(small.bgr));
  std::vector<cv::Mat> evened(small.count());
  ParallelFor(evened.size(), threads, [&](std::size_t i) {
    cv::multiply(small.bgr[i], cv::Scalar(gains[i][0], gains[i][1], gains[i][2]), evened[i]);
  });
  const Plate plate = BuildPlate(evened);
  std::vector<cv::Mat> masks(small.count());
  ParallelFor(masks.size(), threads, [&](std::size_t i) { masks[i] = MaskAgainst(plate, evened[i]); });
  return masks;
}

}  // namespace rv::motion
