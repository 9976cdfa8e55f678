#include "reconstruct/motion/conclusions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/log.h"
#include "reconstruct/motion/kind.h"
#include "reconstruct/motion/loop.h"

namespace rv::motion {
namespace {

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * (values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double MeanRadius(const std::vector<MaskBox>& boxes) {
  double sum = 0;
  for (const MaskBox& box : boxes) sum += box.width / 2;
  return std::max(4.0, sum / boxes.size());
}

// Radians per pair. The factors relate mean surface motion to turn; they hold within about 1.6x over the
// measured turntables and walk-rounds of known arc.
std::vector<double> RawTurn(const MotionMeasurements& m, bool turntable) {
  constexpr double kFromSpeed = 1.6, kFromDeformation = 2.0;
  const double noise_px = turntable ? 0.12 : 0.05;
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

// Per pair, in about [-2, 2]: negative = the front moves left = azimuth grows.
std::vector<double> DirectionVotes(const std::vector<TurnSample>& turns, bool turntable) {
  std::vector<double> votes(turns.size(), 0);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const TurnSample& t = turns[i];
    if (t.cells < 12) continue;
    votes[i] = 0.8 * t.depth_vote;
    votes[i] += turntable ? t.surface / (t.speed + 0.3) : t.relative / (t.speed + t.background + 0.3);
  }
  return MedianSmooth(votes, 7);
}

// One window size for all frames; it follows the subject where its place is known and the camera moves.
std::vector<cv::Rect> ThumbWindows(const MotionMeasurements& m, bool turntable) {
  const cv::Rect whole(cv::Point(0, 0), m.small.size);
  if (m.subject.trust < 0.4) return std::vector<cv::Rect>(m.boxes.size(), whole);
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
    const cv::Rect all(cv::Point2d(Percentile(lefts, 0.02) - 4, Percentile(tops, 0.02) - 4),
                       cv::Point2d(Percentile(rights, 0.98) + 4, Percentile(bottoms, 0.98) + 4));
    return std::vector<cv::Rect>(m.boxes.size(), all & whole);
  }
  xs = MedianSmooth(xs, 5);
  ys = MedianSmooth(ys, 5);
  const int w = std::clamp(static_cast<int>(1.1 * Percentile(widths, 0.7)), 32, whole.width);
  const int h = std::clamp(static_cast<int>(1.1 * Percentile(heights, 0.7)), 32, whole.height);
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

// Splits the run where the capture turns round (twice at most) and keeps the part that turns furthest.
void FindPass(const PictureDistances& distances, const std::vector<double>& votes, SweepMotion& motion) {
  std::vector<FrameRange> parts = {motion.run};
  for (std::size_t k = 0; k < parts.size() && motion.reversals < 3; ++k) {
    const FrameRange part = parts[k];
    if (part.count() < 12) continue;
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
  const bool measurable = motion.flow_trust > 0.5;
  std::vector<double> turn;
  for (int i = pass.first; measurable && i <= pass.last; ++i)
    turn.push_back(i == pass.first ? 0 : turn.back() + motion.step[i - 1]);
  const auto back = FindReturn(SliceDistances(distances, pass.first, pass.last), turn);
  if (back) {
    motion.loop = PictureLoop{.frame = pass.first + back->frame, .certainty = back->certainty};
  } else if (photos && !measurable && motion.static_background && pass.count() >= 8 &&
             motion.reversals == 0) {
    motion.loop = PictureLoop{.frame = pass.last + 1.0, .certainty = 0.3, .assumed = true};
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

void JudgeDirection(const std::vector<double>& votes, SweepMotion& motion) {
  double sum = 0, size = 0;
  for (int i = motion.pass.first; i < motion.pass.last; ++i) {
    sum += votes[i];
    size += std::abs(votes[i]);
  }
  if (size <= 0) return;
  const double mean = sum / std::max(1, motion.pass.count() - 1);
  motion.direction_certainty = std::min(1.0, std::abs(mean)) * std::abs(sum) / size;
  if (motion.direction_certainty > 0.02) motion.direction = sum < 0 ? 1 : -1;
}

CaptureMotion ClassifyCapture(const MotionMeasurements& m, const SweepMotion& motion) {
  constexpr double kNothingChanges = 0.001;
  const int pairs = static_cast<int>(m.flow.size());
  if (!motion.static_background && static_cast<int>(motion.breaks.size()) * 2 >= pairs)
    return CaptureMotion::kUnrelated;
  if (motion.static_background)
    return m.still.changed_share < kNothingChanges ? CaptureMotion::kStill : CaptureMotion::kTurntable;
  // Where the middle moves unlike the border from frame to frame there is parallax, whatever a table shows.
  if (motion.flow_trust > 0.5 && m.subject.method == "parallax") return CaptureMotion::kWalkRound;
  return ClassifyParallax(m.matches.far, m.small.size);
}

void AddFindings(const Sweep& sweep, SweepMotion& motion) {
  const auto name = [&](int i) { return sweep.frames[i].name; };
  for (int i : motion.breaks)
    motion.findings.push_back("frames " + std::to_string(i + 1) + " and " + std::to_string(i + 2) + " (" +
                              name(i) + ", " + name(i + 1) +
                              ") show different places; film one item in one go");
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
    motion.findings.push_back("the capture goes out and back; frames " +
                              std::to_string(motion.pass.first + 1) + " to " +
                              std::to_string(motion.pass.last + 1) + " are its longest turn one way");
  if (motion.loop && motion.loop->assumed)
    motion.findings.push_back(
        "the steps between the photos are too wide to measure; taken as one full turn in equal steps");
}

void FillPass(const Sweep& sweep, const MotionMeasurements& m, int threads, SweepMotion& motion) {
  const bool turntable = motion.kind == CaptureMotion::kTurntable;
  const bool photos = sweep.kind == SourceKind::kPhotos;
  motion.step = SteadySteps(RawTurn(m, turntable), FrameGaps(sweep), turntable ? (photos ? 2.5 : 1.8) : 1.5);
  motion.pass = motion.run;
  if (turntable || motion.kind == CaptureMotion::kWalkRound) {
    const std::vector<double> votes = DirectionVotes(m.turns, turntable);
    const PictureDistances distances = MeasureDistances(m.small.bgr, ThumbWindows(m, turntable), threads);
    FindPass(distances, votes, motion);
    JudgeDirection(votes, motion);
    FindLoop(distances, photos, motion);
  }
  if (motion.loop) ScaleToLoop(motion);
  motion.turn_rad = motion.loop ? 2 * std::numbers::pi : Sum(motion.step, motion.pass);
}

}  // namespace

SweepMotion ClassifyMotion(const Sweep& sweep, const MotionMeasurements& m, int threads) {
  SweepMotion motion;
  motion.static_background = m.still.still_background;
  motion.static_share = m.still.textured_share > 0.15 ? m.still.textured_still : m.still.plain_still;
  motion.subject_trust = m.subject.trust;
  if (!motion.static_background) motion.breaks = FindBreaks(m.matches.place);
  const auto believable =
      std::count_if(m.flow.begin(), m.flow.end(), [](const PairFlow& p) { return p.residual < 0.6; });
  motion.flow_trust = static_cast<double>(believable) / m.flow.size();
  motion.kind = ClassifyCapture(m, motion);
  const bool matchable = MatchableNeighbors(m.matches.neighbors);
  if (motion.kind != CaptureMotion::kUnrelated && !matchable) motion.breaks.clear();
  motion.run = LongestRun(m.small.count(), motion.breaks);
  if (!matchable && !motion.static_background && motion.kind != CaptureMotion::kUnrelated)
    motion.findings.push_back(
        "neighbouring frames are too far apart to be matched; take them at most 15 degrees apart");
  FillPass(sweep, m, threads, motion);
  AddFindings(sweep, motion);
  LogVerbose("motion: " + std::string(CaptureMotionName(motion.kind)) + ", frames " +
             std::to_string(motion.pass.first + 1) + " to " + std::to_string(motion.pass.last + 1) + " of " +
             std::to_string(m.small.count()) + ", subject by " + m.subject.method);
  return motion;
}

}  // namespace rv::motion
