#include "reconstruct/motion/conclusions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/log.h"
#include "base/text.h"
#include "reconstruct/motion/kind.h"
#include "reconstruct/motion/loop.h"

namespace rv::motion {
namespace {

constexpr double kLeastRadiusPx = 4;
constexpr double kFromSpeed = 1.6;  // turn for each radius of mean surface motion
constexpr double kFromDeformation = 2.0;
constexpr double kSpeedNoisePx = 0.12;  // a frame
constexpr double kDeformationNoisePx = 0.05;
// Factors of SteadySteps.
constexpr double kVideoTurntableSlack = 1.8;
constexpr double kPhotoTurntableSlack = 2.5;
constexpr double kWalkSlack = 1.5;
// Direction.
constexpr int kLeastVoteCells = 12;
constexpr double kDepthVoteWeight = 0.8;
constexpr double kLeastMotionPx = 0.3;  // keeps votes small where little moves
constexpr int kVoteWindow = 7;          // frames of the running median
constexpr double kLeastDirectionCertainty = 0.02;
// Windows of the thumbnails.
constexpr double kBoxTail = 0.02;  // quantile cut off at each end of the subject's boxes
constexpr double kBoxMarginPx = 4;
constexpr int kPathWindow = 5;           // frames of the running median
constexpr double kWindowQuantile = 0.7;  // of the widths and heights of the boxes
constexpr double kWindowMargin = 1.1;
constexpr int kLeastWindowPx = 32;
// Passes and loops.
constexpr int kMostReversals = 3;
constexpr int kLeastPassFrames = 12;    // that are searched for a reversal
constexpr int kLeastAssumedFrames = 8;  // of a full turn that no picture proves
constexpr double kAssumedCertainty = 0.3;
// Kinds.
constexpr double kLeastChangedShare = 0.001;   // of the pixels; below, nothing changes
constexpr double kTexturedBorderShare = 0.15;  // of the border; above, texture decides
constexpr double kReliableResidual = 0.6;      // of PairFlow

// The q-quantile at the rank q * (n - 1) rounded down; 0 of nothing. Quantile rounds to the nearest rank.
double LowerQuantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * (values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double MeanRadius(const std::vector<MaskBox>& boxes) {
  double sum = 0;
  for (const MaskBox& box : boxes) sum += box.width / 2;
  return std::max(kLeastRadiusPx, sum / boxes.size());
}

// Turn of the subject per pair, radians. The factors relate mean surface motion to turn; over the measured
// turntables and walk-rounds of known arc they hold within about 1.6x.
std::vector<double> RawTurn(const MotionMeasurements& m, bool turntable) {
  const double noise_px = turntable ? kSpeedNoisePx : kDeformationNoisePx;
  const double radius = MeanRadius(m.boxes);
  std::vector<double> raw(m.turns.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const double px = turntable ? m.turns[i].speed : m.turns[i].deform;
    raw[i] = (turntable ? kFromSpeed : kFromDeformation) * std::max(0.0, px - noise_px) / radius;
  }
  return raw;
}

std::vector<double> FrameGaps(const Sweep& sweep) {
  std::vector<double> dt(sweep.frames.size() - 1, 1.0);
  if (sweep.kind != SourceKind::kVideo) return dt;
  for (std::size_t i = 0; i < dt.size(); ++i) dt[i] = sweep.frames[i + 1].time_s - sweep.frames[i].time_s;
  if (*std::min_element(dt.begin(), dt.end()) <= 0) dt.assign(dt.size(), 1.0);
  return dt;
}

// Per pair, in about [-2, 2]; negative: the front moves left, so azimuth grows.
std::vector<double> DirectionVotes(const std::vector<TurnSample>& turns, bool turntable) {
  std::vector<double> votes(turns.size(), 0);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const TurnSample& t = turns[i];
    if (t.cells < kLeastVoteCells) continue;
    votes[i] = kDepthVoteWeight * t.depth_vote;
    votes[i] += turntable ? t.surface / (t.speed + kLeastMotionPx)
                          : t.relative / (t.speed + t.background + kLeastMotionPx);
  }
  return MedianSmooth(votes, kVoteWindow);
}

// Windows of one size for all frames; they follow the subject where its position is known and the camera
// moves.
std::vector<cv::Rect> ThumbWindows(const MotionMeasurements& m, bool turntable) {
  const cv::Rect whole(cv::Point(0, 0), m.small.size);
  if (m.subject.trust < kRoughOutlineTrust) return std::vector<cv::Rect>(m.boxes.size(), whole);
  std::vector<double> xs, ys, lefts, rights, tops, bottoms, widths, heights;
  for (const MaskBox& b : m.boxes) {
    xs.push_back(b.x);
    ys.push_back(b.y);
    lefts.push_back(b.x - b.width / 2);
    rights.push_back(b.x + b.width / 2);
    tops.push_back(b.y - b.height / 2);
    bottoms.push_back(b.y + b.height / 2);
    widths.push_back(b.width);
    heights.push_back(b.height);
  }
  if (turntable) {
    const cv::Rect all(cv::Point2d(LowerQuantile(lefts, kBoxTail) - kBoxMarginPx,
                                   LowerQuantile(tops, kBoxTail) - kBoxMarginPx),
                       cv::Point2d(LowerQuantile(rights, 1 - kBoxTail) + kBoxMarginPx,
                                   LowerQuantile(bottoms, 1 - kBoxTail) + kBoxMarginPx));
    return std::vector<cv::Rect>(m.boxes.size(), all & whole);
  }
  xs = MedianSmooth(xs, kPathWindow);
  ys = MedianSmooth(ys, kPathWindow);
  const int w = std::clamp(static_cast<int>(kWindowMargin * LowerQuantile(widths, kWindowQuantile)),
                           kLeastWindowPx, whole.width);
  const int h = std::clamp(static_cast<int>(kWindowMargin * LowerQuantile(heights, kWindowQuantile)),
                           kLeastWindowPx, whole.height);
  std::vector<cv::Rect> windows;
  for (std::size_t i = 0; i < xs.size(); ++i)
    windows.emplace_back(std::clamp(static_cast<int>(xs[i]) - w / 2, 0, whole.width - w),
                         std::clamp(static_cast<int>(ys[i]) - h / 2, 0, whole.height - h), w, h);
  return windows;
}

template <typename T>
std::vector<T> Slice(const std::vector<T>& values, int first, int last) {
  return {values.begin() + first, values.begin() + last + 1};
}

double Sum(const std::vector<double>& step, FrameRange range) {
  double sum = 0;
  for (int i = range.first; i < range.last; ++i) sum += step[i];
  return sum;
}

// Splits the run where the capture reverses and keeps the part with the largest turn.
void FindPass(const PictureDistances& distances, const std::vector<double>& votes, SweepMotion& motion) {
  std::vector<FrameRange> parts = {motion.run};
  for (std::size_t k = 0; k < parts.size() && motion.reversals < kMostReversals; ++k) {
    const FrameRange part = parts[k];
    if (part.count() < kLeastPassFrames) continue;
    const std::optional<int> turn = FindReversal(SliceDistances(distances, part.first, part.last),
                                                 Slice(votes, part.first, part.last - 1));
    if (!turn) continue;
    ++motion.reversals;
    const int at = part.first + *turn;
    parts[k] = {.first = part.first, .last = at};
    parts.push_back({.first = at, .last = part.last});
    --k;
  }
  motion.pass = *std::max_element(parts.begin(), parts.end(), [&](const FrameRange& a, const FrameRange& b) {
    return Sum(motion.step, a) < Sum(motion.step, b);
  });
}

void FindLoop(const PictureDistances& distances, bool photos, SweepMotion& motion) {
  const FrameRange pass = motion.pass;
  const bool measurable = motion.flow_trust > kUsableFlowTrust;
  std::vector<double> turn;
  for (int i = pass.first; measurable && i <= pass.last; ++i)
    turn.push_back(i == pass.first ? 0 : turn.back() + motion.step[i - 1]);
  const auto back = FindReturn(SliceDistances(distances, pass.first, pass.last), turn);
  if (back) {
    motion.loop = PictureLoop{.frame = pass.first + back->frame, .certainty = back->certainty};
  } else if (photos && !measurable && motion.static_background && pass.count() >= kLeastAssumedFrames &&
             motion.reversals == 0) {
    motion.loop = PictureLoop{.frame = pass.last + 1.0, .certainty = kAssumedCertainty, .assumed = true};
  }
}

// Makes the steps of one turn add up to 2 pi.
void ScaleToLoop(SweepMotion& motion) {
  const int first = motion.pass.first;
  const int whole = std::min(static_cast<int>(motion.loop->frame), static_cast<int>(motion.step.size()));
  double sum = Sum(motion.step, {.first = first, .last = whole});
  const double mean = sum / std::max(1, whole - first);
  const double beyond = motion.loop->frame - whole;
  sum += beyond * (whole < static_cast<int>(motion.step.size()) ? motion.step[whole] : mean);
  if (sum <= 0) return;
  for (double& s : motion.step) s *= 2 * std::numbers::pi / sum;
}

void EstimateDirection(const std::vector<double>& votes, SweepMotion& motion) {
  double sum = 0, size = 0;
  for (int i = motion.pass.first; i < motion.pass.last; ++i) {
    sum += votes[i];
    size += std::abs(votes[i]);
  }
  if (size <= 0) return;
  const double mean = sum / std::max(1, motion.pass.count() - 1);
  motion.direction_certainty = std::min(1.0, std::abs(mean)) * std::abs(sum) / size;
  if (motion.direction_certainty > kLeastDirectionCertainty) motion.direction = sum < 0 ? 1 : -1;
}

CaptureMotion ClassifyCapture(const MotionMeasurements& m, const SweepMotion& motion) {
  const int pairs = static_cast<int>(m.flow.size());
  if (!motion.static_background && static_cast<int>(motion.breaks.size()) * 2 >= pairs)
    return CaptureMotion::kUnrelated;
  if (motion.static_background)
    return m.still.changed_share < kLeastChangedShare ? CaptureMotion::kStill : CaptureMotion::kTurntable;
  // A middle that moves unlike the border from frame to frame proves parallax, whatever a table shows.
  if (motion.flow_trust > kUsableFlowTrust && m.subject.method == "parallax")
    return CaptureMotion::kWalkRound;
  return ClassifyParallax(m.matches.far, m.small.size);
}

void AddFindings(const Sweep& sweep, SweepMotion& motion) {
  const auto name = [&](int i) { return sweep.frames[i].name; };
  for (int i : motion.breaks)
    motion.findings.push_back(Text("frames ", i + 1, " and ", i + 2, " (", name(i), ", ", name(i + 1),
                                   ") show different places; show one item in one go"));
  switch (motion.kind) {
    case CaptureMotion::kTurntable:
      motion.findings.push_back("the background does not move while the item turns: taken as a turntable");
      break;
    case CaptureMotion::kRotationInPlace:
      motion.findings.push_back(
          "the camera turned on the spot, so every frame shows the same side; walk round the item");
      break;
    case CaptureMotion::kPanAlongPlane:
      motion.findings.push_back("everything seen lies in one plane, such as a wall; walk round the item");
      break;
    case CaptureMotion::kStill:
      motion.findings.push_back("nothing changes between the frames; walk round the item, or turn it");
      break;
    default:
      break;
  }
  if (motion.reversals > 0)
    motion.findings.push_back(Text("the capture goes out and back; frames ", motion.pass.first + 1, " to ",
                                   motion.pass.last + 1, " are its longest turn one way"));
  if (motion.loop && motion.loop->assumed)
    motion.findings.push_back(
        "the steps between the photos are too wide to measure; taken as one full turn in equal steps");
}

void FillPass(const Sweep& sweep, const MotionMeasurements& m, int threads, SweepMotion& motion) {
  const bool turntable = motion.kind == CaptureMotion::kTurntable;
  const bool photos = sweep.kind == SourceKind::kPhotos;
  const double turntable_slack = photos ? kPhotoTurntableSlack : kVideoTurntableSlack;
  motion.step =
      SteadySteps(RawTurn(m, turntable), FrameGaps(sweep), turntable ? turntable_slack : kWalkSlack);
  motion.pass = motion.run;
  if (turntable || motion.kind == CaptureMotion::kWalkRound) {
    const std::vector<double> votes = DirectionVotes(m.turns, turntable);
    const PictureDistances distances = MeasureDistances(m.small.bgr, ThumbWindows(m, turntable), threads);
    FindPass(distances, votes, motion);
    EstimateDirection(votes, motion);
    FindLoop(distances, photos, motion);
  }
  if (motion.loop) ScaleToLoop(motion);
  motion.turn_rad = motion.loop ? 2 * std::numbers::pi : Sum(motion.step, motion.pass);
}

}  // namespace

SweepMotion ClassifyMotion(const Sweep& sweep, const MotionMeasurements& m, int threads) {
  SweepMotion motion;
  motion.static_background = m.still.still_background;
  motion.static_share =
      m.still.textured_share > kTexturedBorderShare ? m.still.textured_still : m.still.plain_still;
  motion.subject_trust = m.subject.trust;
  if (!motion.static_background) motion.breaks = FindBreaks(m.matches.place);
  const auto reliable = std::count_if(m.flow.begin(), m.flow.end(),
                                      [](const PairFlow& p) { return p.residual < kReliableResidual; });
  motion.flow_trust = static_cast<double>(reliable) / m.flow.size();
  motion.kind = ClassifyCapture(m, motion);
  const bool matchable = MatchableNeighbors(m.matches.neighbors);
  if (motion.kind != CaptureMotion::kUnrelated && !matchable) motion.breaks.clear();
  motion.run = LongestRun(m.small.count(), motion.breaks);
  if (!matchable && !motion.static_background && motion.kind != CaptureMotion::kUnrelated)
    motion.findings.push_back(
        "neighbouring frames are too far apart to be matched; take them at most 15 degrees apart");
  FillPass(sweep, m, threads, motion);
  AddFindings(sweep, motion);
  LogVerbose(Text("motion: ", CaptureMotionName(motion.kind), ", frames ", motion.pass.first + 1, " to ",
                  motion.pass.last + 1, " of ", m.small.count(), ", subject by ", m.subject.method));
  return motion;
}

}  // namespace rv::motion
