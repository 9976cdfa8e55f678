#include "reconstruct/stabilized/stabilize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace rv::stabilized {
namespace {

constexpr double kSlowShare = 0.06;  // of the frames: sigma between slow path and shake
constexpr double kLeastSlowFrames = 3;
constexpr double kSizeSigmaFactor = 1.5;
constexpr int kOutlineWindow = 5;       // frames of the running median
constexpr double kLeastSwing = 0.01;    // amplitude of an item off the axis, share of the width
constexpr double kOutlineSlack = 0.01;  // share of the width
constexpr int kSmallestCropPercent = 30;
constexpr int kCropPositions = 8;      // between the middle of the canvas and the subject
constexpr double kSmallestCrop = 0.6;  // share of the width
// Strengths of the correction that are tried, from 1 down.
constexpr double kStrengthFactor = 0.85;
constexpr double kLeastStrength = 0.2;

// Position of the subject in each frame (canvas px), natural log of its size, roll (radians).
struct Track {
  std::vector<double> x, y, log_size, roll;
};

std::vector<double> LowPass(const std::vector<double>& values, double sigma) {
  const int count = static_cast<int>(values.size()), reach = static_cast<int>(3 * sigma) + 1;
  std::vector<double> out(count);
  for (int i = 0; i < count; ++i) {
    // A local straight line avoids a lag at the ends.
    double w0 = 0, w1 = 0, w2 = 0, v0 = 0, v1 = 0;
    for (int k = std::max(0, i - reach); k <= std::min(count - 1, i + reach); ++k) {
      const double d = k - i, w = std::exp(-0.5 * d * d / (sigma * sigma));
      w0 += w;
      w1 += w * d;
      w2 += w * d * d;
      v0 += w * values[k];
      v1 += w * d * values[k];
    }
    const double det = w0 * w2 - w1 * w1;
    out[i] = det > 1e-9 * w0 * w0 ? (w2 * v0 - w1 * v1) / det : v0 / w0;
  }
  return out;
}

std::vector<double> HighPass(const std::vector<double>& values, double sigma) {
  std::vector<double> out = LowPass(values, sigma);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values[i] - out[i];
  return out;
}

// The subject's dense motion accumulated from the first frame.
Track Accumulated(const motion::MotionMeasurements& m) {
  const std::size_t count = m.boxes.size();
  Track track;
  for (auto* values : {&track.x, &track.y, &track.log_size, &track.roll}) values->assign(count, 0);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    cv::Mat half;
    cv::resize(m.subject.mask[i], half, m.flow[i].flow.size(), 0, 0, cv::INTER_AREA);
    bool found = false;
    const cv::Matx23d s = motion::FlowSimilarity(m.flow[i], half > 127, &found);
    const cv::Vec2d at(m.boxes[i].x, m.boxes[i].y);
    const cv::Vec2d moved = found ? s * cv::Vec3d(at[0], at[1], 1) - at : cv::Vec2d(0, 0);
    track.x[i + 1] = track.x[i] + moved[0];
    track.y[i + 1] = track.y[i] + moved[1];
    track.log_size[i + 1] = track.log_size[i] + std::log(std::max(0.1, std::hypot(s(0, 0), s(1, 0))));
    track.roll[i + 1] = track.roll[i] + std::atan2(s(1, 0), s(0, 0));
  }
  return track;
}

Track MovingTrack(const motion::MotionMeasurements& m) {
  const double sigma = std::max(kLeastSlowFrames, kSlowShare * m.boxes.size());
  Track shake = Accumulated(m);
  Track track{.x = HighPass(shake.x, sigma),
              .y = HighPass(shake.y, sigma),
              .log_size = HighPass(shake.log_size, sigma),
              .roll = HighPass(shake.roll, sigma)};
  if (m.subject.trust < motion::kRoughOutlineTrust) return track;
  std::vector<double> x, y, size;
  for (const motion::MaskBox& box : m.boxes) {
    x.push_back(box.x);
    y.push_back(box.y);
    size.push_back(std::log(std::max(2.0, box.height)));
  }
  x = LowPass(motion::MedianSmooth(x, kOutlineWindow), sigma);
  y = LowPass(motion::MedianSmooth(y, kOutlineWindow), sigma);
  // The outline changes with the side that is seen: it gives the size only where it is known.
  if (m.subject.trust > motion::kKnownOutlineTrust)
    size = LowPass(motion::MedianSmooth(size, kOutlineWindow), kSizeSigmaFactor * sigma);
  for (std::size_t i = 0; i < x.size(); ++i) {
    track.x[i] += x[i];
    track.y[i] += y[i];
    if (m.subject.trust > motion::kKnownOutlineTrust) track.log_size[i] += size[i];
  }
  return track;
}

// a + b cos + c sin fitted to values over angles; returns b cos + c sin per frame, zero where its amplitude
// is below `least`.
std::vector<double> FirstHarmonic(const std::vector<double>& values,
                                  const std::vector<double>& angle,
                                  double least) {
  cv::Matx33d h = cv::Matx33d::eye() * 1e-9;
  cv::Vec3d g(0, 0, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const cv::Vec3d j(1, std::cos(angle[i]), std::sin(angle[i]));
    h += j * j.t();
    g += j * values[i];
  }
  const cv::Vec3d p = h.solve(g, cv::DECOMP_CHOLESKY);
  std::vector<double> out(values.size(), 0);
  if (std::hypot(p[1], p[2]) < least) return out;
  for (std::size_t i = 0; i < values.size(); ++i)
    out[i] = p[1] * std::cos(angle[i]) + p[2] * std::sin(angle[i]);
  return out;
}

Track TurntableTrack(const motion::MotionMeasurements& m,
                     const SweepMotion& motion,
                     const std::vector<int>& shown) {
  const std::size_t count = m.boxes.size();
  Track track;
  for (auto* values : {&track.x, &track.y, &track.log_size, &track.roll}) values->assign(count, 0);
  if (!motion.loop) return track;
  std::vector<double> angle(count, 0);
  for (std::size_t i = 1; i < count; ++i) angle[i] = angle[i - 1] + motion.step[i - 1];
  std::vector<double> x, y, at;
  for (int i : shown) {
    x.push_back(m.boxes[i].x);
    y.push_back(m.boxes[i].y);
    at.push_back(angle[i]);
  }
  const double width = m.small.size.width;
  x = FirstHarmonic(x, at, kLeastSwing * width);
  y = FirstHarmonic(y, at, kLeastSwing * width);
  for (std::size_t k = 0; k < shown.size(); ++k) {
    track.x[shown[k]] = x[k];
    track.y[shown[k]] = y[k];
  }
  return track;
}

double MeanOver(const std::vector<double>& values, const std::vector<int>& shown) {
  double sum = 0;
  for (int i : shown) sum += values[i];
  return sum / shown.size();
}

std::vector<cv::Matx23d> Similarities(const Track& track,
                                      const std::vector<int>& shown,
                                      cv::Vec2d pivot,
                                      double strength) {
  const double mx = MeanOver(track.x, shown), my = MeanOver(track.y, shown),
               ms = MeanOver(track.log_size, shown);
  std::vector<cv::Matx23d> out(track.x.size(), cv::Matx23d(1, 0, 0, 0, 1, 0));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double scale = std::exp(-strength * (track.log_size[i] - ms)), roll = -strength * track.roll[i];
    const double a = scale * std::cos(roll), b = scale * std::sin(roll);
    // Moves the subject to its mean position, rolled and scaled about itself.
    const cv::Vec2d off(strength * (track.x[i] - mx), strength * (track.y[i] - my));
    const cv::Vec2d from = pivot + off;
    out[i] = {a, -b, pivot[0] - a * from[0] + b * from[1], b, a, pivot[1] - b * from[0] - a * from[1]};
  }
  return out;
}

bool Covered(const cv::Rect2d& crop, const cv::Matx23d& held_from_canvas, cv::Size canvas) {
  cv::Matx23d inverse;
  cv::invertAffineTransform(held_from_canvas, inverse);
  const std::array<cv::Point2d, 4> corners = {crop.tl(), crop.br(), cv::Point2d(crop.x, crop.br().y),
                                              cv::Point2d(crop.br().x, crop.y)};
  return std::all_of(corners.begin(), corners.end(), [&](const cv::Point2d& c) {
    const cv::Vec2d p = inverse * cv::Vec3d(c.x, c.y, 1);
    return p[0] >= 0 && p[1] >= 0 && p[0] <= canvas.width && p[1] <= canvas.height;
  });
}

// Whether the crop keeps what the canvas shows of the subject, where its outline is known.
bool KeepsSubject(const cv::Rect2d& crop,
                  const motion::MotionMeasurements& m,
                  const std::vector<cv::Matx23d>& held,
                  const std::vector<int>& shown) {
  if (m.subject.trust < motion::kKnownOutlineTrust) return true;
  const double slack = kOutlineSlack * m.small.size.width;
  return std::all_of(shown.begin(), shown.end(), [&](int i) {
    const motion::MaskBox& box = m.boxes[i];
    // Of a subject that the canvas cuts, or nearly, only the part inside the canvas has to be kept.
    const double left = std::max(box.x - box.width / 2, 2 * slack),
                 top = std::max(box.y - box.height / 2, 2 * slack);
    const double right = std::min(box.x + box.width / 2, m.small.size.width - 2 * slack);
    const double bottom = std::min(box.y + box.height / 2, m.small.size.height - 2 * slack);
    const cv::Vec2d a = held[i] * cv::Vec3d(left, top, 1), b = held[i] * cv::Vec3d(right, bottom, 1);
    return a[0] >= crop.x - slack && a[1] >= crop.y - slack && b[0] <= crop.br().x + slack &&
           b[1] <= crop.br().y + slack;
  });
}

// The largest rectangle of the canvas' shape that all shown frames cover, near the subject.
cv::Rect2d CommonCrop(const std::vector<cv::Matx23d>& held,
                      const std::vector<int>& shown,
                      cv::Size canvas,
                      const cv::Vec2d& subject) {
  const cv::Vec2d middle(canvas.width / 2.0, canvas.height / 2.0);
  for (int percent = 100; percent >= kSmallestCropPercent; --percent) {
    const cv::Size2d size(canvas.width * percent / 100.0, canvas.height * percent / 100.0);
    for (int toward = 0; toward <= kCropPositions; ++toward) {
      const cv::Vec2d center = middle + (subject - middle) * (toward / static_cast<double>(kCropPositions));
      const cv::Rect2d crop(center[0] - size.width / 2, center[1] - size.height / 2, size.width, size.height);
      if (std::all_of(shown.begin(), shown.end(), [&](int i) { return Covered(crop, held[i], canvas); }))
        return crop;
    }
  }
  return {};
}

}  // namespace

HeldFrames AsFilmed(const motion::MotionMeasurements& m) {
  return {.held_from_canvas = std::vector<cv::Matx23d>(m.small.count(), cv::Matx23d(1, 0, 0, 0, 1, 0)),
          .crop = cv::Rect2d(0, 0, m.small.size.width, m.small.size.height),
          .strength = 0};
}

HeldFrames HoldSubject(const motion::MotionMeasurements& m,
                       const SweepMotion& motion,
                       const std::vector<int>& shown) {
  const bool turntable = motion.kind == CaptureMotion::kTurntable;
  const Track track = turntable ? TurntableTrack(m, motion, shown) : MovingTrack(m);
  std::vector<double> xs, ys;
  for (const motion::MaskBox& box : m.boxes) {
    xs.push_back(box.x);
    ys.push_back(box.y);
  }
  const cv::Vec2d subject(MeanOver(xs, shown), MeanOver(ys, shown));
  HeldFrames held;
  bool found = false;
  for (double strength = 1; strength > kLeastStrength; strength *= kStrengthFactor) {
    held.held_from_canvas = Similarities(track, shown, subject, strength);
    held.crop = CommonCrop(held.held_from_canvas, shown, m.small.size, subject);
    held.strength = strength;
    found = held.crop.width >= kSmallestCrop * m.small.size.width &&
            KeepsSubject(held.crop, m, held.held_from_canvas, shown);
    if (found) break;
  }
  if (!found) return AsFilmed(m);
  const double mx = MeanOver(track.x, shown);
  for (int i : shown)
    held.largest_shift = std::max(held.largest_shift, std::abs(track.x[i] - mx) / m.small.size.width);
  return held;
}

}  // namespace rv::stabilized
