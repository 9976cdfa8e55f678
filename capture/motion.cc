#include "capture/motion.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "base/statistics.h"

namespace rv::capture {
namespace {

constexpr int kTrackSide = 320;  // longer side of the picture that features are followed in, px
constexpr int kPyramid = 3;      // levels above the picture itself
constexpr int kMostFeatures = 300;
constexpr int kFewestFeatures = 12;
constexpr double kMovedPx = 0.6;  // moved against the median by more than tracking noise
constexpr double kMovedShare = 0.04;
constexpr double kPanWeight = 0.25;  // of motion that all features share
constexpr double kAnchorStep = 0.015;
constexpr double kBackwardPx = 0.5;  // forward-backward check
constexpr double kSampleGapS = 0.04;
constexpr double kChangedLevels = 1.5;

cv::Mat View(const Image& luma) {
  return {luma.height, luma.width, CV_8UC1, const_cast<std::uint8_t*>(luma.pixels.data())};
}

cv::Mat ForTracking(const Image& luma) {
  const double scale = static_cast<double>(kTrackSide) / std::max(luma.width, luma.height);
  cv::Mat out;
  if (scale >= 1) return View(luma).clone();
  cv::resize(View(luma), out, {}, scale, scale, cv::INTER_AREA);
  return out;
}

// Motion between two sets of the same features, px: see the header.
double MovedPx(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to) {
  std::vector<float> dx, dy;
  for (std::size_t i = 0; i < from.size(); ++i) {
    dx.push_back(to[i].x - from[i].x);
    dy.push_back(to[i].y - from[i].y);
  }
  const float mx = UpperMedian(dx);
  const float my = UpperMedian(dy);
  std::vector<float> moved;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (const float r = std::hypot(dx[i] - mx, dy[i] - my); r > kMovedPx) moved.push_back(r);
  const double least = std::max(6.0, kMovedShare * static_cast<double>(from.size()));
  const double own = static_cast<double>(moved.size()) >= least ? UpperMedian(moved) : 0;
  return own + kPanWeight * std::hypot(mx, my);
}

}  // namespace

struct MotionMeter::State {
  cv::Mat previous;
  std::vector<cv::Mat> pyramid;      // of `previous`
  std::vector<cv::Point2f> anchor;   // where the features were at the anchor
  std::vector<cv::Point2f> current;  // where they are in `previous`
  double since_anchor = 0;           // widths, the largest so far
  std::size_t at_anchor = 0;         // features found there

  void SetAnchor(const cv::Mat& picture) {
    current.clear();
    cv::goodFeaturesToTrack(picture, current, kMostFeatures, 0.004, 7);
    anchor = current;
    at_anchor = current.size();
    since_anchor = 0;
  }

  // Follows the features from one pyramid into the next and forgets those that cannot be followed there and
  // back.
  void Follow(const std::vector<cv::Mat>& before, const std::vector<cv::Mat>& after) {
    std::vector<cv::Point2f> next;
    std::vector<std::uint8_t> found, found_back;
    std::vector<float> error;
    const cv::Size window(15, 15);
    const cv::TermCriteria stop(cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 12, 0.03);
    cv::calcOpticalFlowPyrLK(before, after, current, next, found, error, window, kPyramid, stop);
    // Back from where they came: a few steps at full size tell whether it is the same spot.
    std::vector<cv::Point2f> back = current;
    cv::calcOpticalFlowPyrLK(after, before, next, back, found_back, error, window, 0, stop,
                             cv::OPTFLOW_USE_INITIAL_FLOW);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (!found[i] || !found_back[i] || cv::norm(back[i] - current[i]) > kBackwardPx) continue;
      anchor[kept] = anchor[i];
      next[kept++] = next[i];
    }
    anchor.resize(kept);
    next.resize(kept);
    current = std::move(next);
  }
};

MotionMeter::MotionMeter() : state_(std::make_unique<State>()) {}
MotionMeter::~MotionMeter() = default;

void MotionMeter::Add(const Image& luma, double time_s) {
  if (!samples_.empty() && time_s - samples_.back().time_s < kSampleGapS) return;
  State& s = *state_;
  cv::Mat picture = ForTracking(luma);
  std::vector<cv::Mat> pyramid;
  cv::buildOpticalFlowPyramid(picture, pyramid, {15, 15}, kPyramid);
  MotionSample sample{.time_s = time_s};
  if (s.previous.empty() || s.previous.size() != picture.size()) {
    s.SetAnchor(picture);
    sample.measured = samples_.empty();
  } else {
    cv::Mat difference;
    cv::absdiff(s.previous, picture, difference);
    sample.changed = cv::mean(difference)[0] > kChangedLevels;
    const std::size_t before = s.current.size();
    if (before > 0) s.Follow(s.pyramid, pyramid);
    const std::size_t now = s.current.size();
    if (now >= kFewestFeatures && 3 * now >= before) {
      const double side = std::max(picture.cols, picture.rows);
      const double total = std::max(s.since_anchor, MovedPx(s.anchor, s.current) / side);
      sample.step = total - s.since_anchor;
      sample.measured = true;
      s.since_anchor = total;
    }
    if (!sample.measured || s.since_anchor > kAnchorStep || 2 * now < s.at_anchor) s.SetAnchor(picture);
  }
  s.previous = std::move(picture);
  s.pyramid = std::move(pyramid);
  samples_.push_back(sample);
}

std::vector<double> AccumulateMotion(const std::vector<MotionSample>& samples,
                                     const std::vector<double>& times_s) {
  double measured = 0;
  double measured_s = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (!samples[i].measured) continue;
    measured += samples[i].step;
    measured_s += samples[i].time_s - samples[i - 1].time_s;
  }
  // Without anything measured, a change counts as if a turn took ten seconds.
  const double rate = measured > 0 && measured_s > 0 ? measured / measured_s : 0.3;
  std::vector<double> total(samples.size(), 0);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double guess = samples[i].changed ? rate * (samples[i].time_s - samples[i - 1].time_s) : 0;
    total[i] = total[i - 1] + (samples[i].measured ? samples[i].step : guess);
  }
  std::vector<double> out;
  std::size_t k = 0;
  for (const double t : times_s) {
    while (k + 1 < samples.size() && samples[k + 1].time_s <= t) ++k;
    if (samples.empty() || k + 1 >= samples.size()) {
      out.push_back(total.empty() ? 0 : total.back());
      continue;
    }
    const double span = samples[k + 1].time_s - samples[k].time_s;
    const double part = span > 0 ? std::clamp((t - samples[k].time_s) / span, 0.0, 1.0) : 0;
    out.push_back(total[k] + part * (total[k + 1] - total[k]));
  }
  return out;
}

double Sharpness(const Image& luma) {
  cv::Mat response;
  cv::Laplacian(View(luma), response, CV_16S, 1);
  const double norm = cv::norm(response, cv::NORM_L2);
  return std::max(1e-3, norm * norm / static_cast<double>(response.total()));
}

double MeanLuma(const Image& luma) { return cv::mean(View(luma))[0]; }

Thumb MakeThumb(const Image& luma) {
  Thumb out{};
  cv::Mat view(16, 16, CV_8UC1, out.data());
  cv::resize(View(luma), view, {16, 16}, 0, 0, cv::INTER_AREA);
  return out;
}

double LargestChange(const Image& a, const Image& b) {
  const double aspect_a = static_cast<double>(a.width) / a.height;
  const double aspect_b = static_cast<double>(b.width) / b.height;
  if (std::abs(aspect_a / aspect_b - 1) > 0.01) return 255;
  cv::Mat small_a, small_b, difference, parts;
  cv::resize(View(a), small_a, {64, 64}, 0, 0, cv::INTER_AREA);
  cv::resize(View(b), small_b, {64, 64}, 0, 0, cv::INTER_AREA);
  cv::absdiff(small_a, small_b, difference);
  cv::resize(difference, parts, {8, 8}, 0, 0, cv::INTER_AREA);
  double largest = 0;
  cv::minMaxLoc(parts, nullptr, &largest);
  return largest;
}

}  // namespace rv::capture
