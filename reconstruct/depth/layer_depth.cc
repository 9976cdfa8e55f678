#include "reconstruct/depth/layer_depth.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/depth/aggregate.h"
#include "reconstruct/depth/continued.h"
#include "reconstruct/depth/hull_depth.h"
#include "reconstruct/depth/item_shape.h"
#include "reconstruct/depth/neighbor_choice.h"
#include "reconstruct/depth/refine.h"
#include "reconstruct/depth/smooth.h"

namespace rv::depth {
namespace {

constexpr double kPlaneStepPx = 1.1;  // of parallax between planes
constexpr int kLeastPlanes = 32, kMostPlanes = 96, kPlaneLanes = 16;
constexpr std::uint8_t kOnItem = 96;  // of a matte
constexpr double kItemStrength = 20, kBehindStrength = 600, kMoveStrength = 6, kRefinedStrength = 3,
                 kFillStrength = 4000;     // of smoothing
constexpr double kWholeStrength = 60;      // where no item is known
constexpr double kStill = 0.02;            // of the certainty that a depth needs no move
constexpr float kHullConfidence = 0.004F;  // of the hull's front, where pictures say nothing
constexpr float kAnchorConfidence = 0.5F;
constexpr float kPlaneConfidence =
    1e-4F;  // of the plane through the center, behind the item where nothing is said
constexpr float kLeastConfidence = 0.01F;  // less says nothing

bool IsItem(const DepthFrame& frame, int x, int y) {
  return !frame.matte.empty() && frame.matte.at<std::uint8_t>(y, x) >= kOnItem;
}

// Where `off` is set, a smooth sheet between what is about it.
cv::Mat Spanned(const cv::Mat& inverse, const cv::Mat& off) {
  cv::Mat known;
  cv::Mat(off == 0).convertTo(known, CV_32F, 1.0 / 255);
  const cv::Mat sheet = Smoothed(inverse, known, cv::Mat::zeros(off.size(), CV_8UC1), kFillStrength);
  cv::Mat out = inverse.clone();
  sheet.copyTo(out, off);
  return out;
}

DepthGrid GridOf(const DepthFrame& frame,
                 const cv::Rect& box,
                 const cv::Mat& inverse,
                 const cv::Mat& confidence) {
  DepthGrid out{.camera = frame.camera};
  out.camera.width = box.width;
  out.camera.height = box.height;
  out.camera.cx_px -= box.x;
  out.camera.cy_px -= box.y;
  out.inverse.assign(inverse.ptr<float>(), inverse.ptr<float>() + inverse.total());
  out.confidence.reserve(confidence.total());
  for (std::size_t k = 0; k < confidence.total(); ++k)
    out.confidence.push_back(std::clamp(confidence.ptr<float>()[k], 0.0F, 1.0F));
  return out;
}

}  // namespace

LayerDepths::LayerDepths(const DepthInput& in, LayerKind kind, std::vector<DepthFrame> frames, int threads)
    : in_(in),
      kind_(kind),
      frames_(std::move(frames)),
      threads_(threads),
      found_(frames_.size()),
      tasks_(frames_.size()) {
  ParallelFor(frames_.size(), threads, [&](std::size_t i) {
    if (kind == LayerKind::kItem) {
      DescribeItem(frames_[i]);
    } else if (frames_[i].census.empty()) {
      frames_[i].census = Census(frames_[i].gray);
    }
  });
  for (const DepthFrame& frame : frames_)
    anchors_.push_back(kind == LayerKind::kItem ? std::vector<Anchor>() : AnchorsOf(frame));
}

Result<std::vector<DepthGrid>> LayerDepths::Make(const Progress& progress, double from, double to) {
  constexpr std::size_t kBatch = 16;
  for (std::size_t begin = 0; begin < frames_.size(); begin += kBatch) {
    const double done = static_cast<double>(begin) / static_cast<double>(frames_.size());
    if (!Report(progress, "depth", from + (to - from) * done)) return Cancelled();
    ParallelFor(std::min(kBatch, frames_.size() - begin), threads_, [&](std::size_t i) { Look(begin + i); });
  }
  std::vector<DepthGrid> out(frames_.size());
  ParallelFor(frames_.size(), threads_, [&](std::size_t i) { out[i] = Finish(i); });
  return out;
}

Planes LayerDepths::PlanesBetween(double farthest,
                                  double nearest,
                                  const DepthFrame& frame,
                                  const std::vector<const DepthFrame*>& others) const {
  double parallax = 0;
  for (const DepthFrame* other : others) {
    const Eigen::Vector3d base = frame.cam_from_world * other->cam_from_world.Origin();
    parallax = std::max(parallax, base.head<2>().norm() * frame.camera.focal_px * (nearest - farthest));
  }
  const int wanted = std::clamp(static_cast<int>(parallax / kPlaneStepPx), kLeastPlanes, kMostPlanes);
  return {.farthest = static_cast<float>(farthest),
          .nearest = static_cast<float>(nearest),
          .count = (wanted + kPlaneLanes - 1) / kPlaneLanes * kPlaneLanes};
}

// Between the hull's ends, or the depths of the points that the frame sees.
Planes LayerDepths::PlanesFor(std::size_t i, const std::vector<const DepthFrame*>& others) const {
  const DepthFrame& frame = frames_[i];
  if (kind_ == LayerKind::kItem) {
    constexpr double kRoom = 0.03;
    double nearest = 0, farthest = 1e9;
    for (const Eigen::Vector3d& point : in_.subject.surface) {
      const double z = (frame.cam_from_world * point).z();
      if (z <= in_.subject.cell) continue;
      nearest = std::max(nearest, 1 / z);
      farthest = std::min(farthest, 1 / z);
    }
    return PlanesBetween(farthest * (1 - kRoom), nearest * (1 + kRoom), frame, others);
  }
  const double middle = 1 / (frame.cam_from_world.Origin() - in_.orbit.center).norm();
  double nearest = 1.3 * middle, farthest = 0.5 * middle;
  std::vector<double> seen;
  for (const Anchor& anchor : anchors_[i]) seen.push_back(anchor.inverse);
  if (seen.size() >= 20) {
    std::sort(seen.begin(), seen.end());
    nearest = std::max(nearest, 1.15 * seen[seen.size() * 98 / 100]);
    farthest = std::min(farthest, 0.7 * seen[seen.size() * 2 / 100]);
  }
  return PlanesBetween(farthest, std::min(nearest, 4 * middle), frame, others);
}

std::vector<Anchor> LayerDepths::AnchorsOf(const DepthFrame& frame) const {
  std::vector<Anchor> out;
  for (const Point& point : in_.reconstruction.points) {
    const auto seen = std::find_if(point.track.begin(), point.track.end(),
                                   [&](const Observation& o) { return o.frame.value == frame.frame; });
    if (seen == point.track.end()) continue;
    const Eigen::Vector3d at = frame.cam_from_world * point.position;
    const std::optional<Eigen::Vector2d> pixel = frame.camera.Project(at);
    if (!pixel) continue;
    const int x = static_cast<int>(std::floor(pixel->x())), y = static_cast<int>(std::floor(pixel->y()));
    if (x < 0 || y < 0 || x >= frame.gray.cols || y >= frame.gray.rows || IsItem(frame, x, y)) continue;
    out.push_back({x, y, static_cast<float>(1 / at.z())});
  }
  return out;
}

LayerDepths::Task LayerDepths::TaskOf(std::size_t i) const {
  const DepthFrame& frame = frames_[i];
  const bool item = kind_ == LayerKind::kItem;
  Task task;
  task.layer.kind = kind_;
  task.layer.box = item ? HullBox(in_.subject, frame) : cv::Rect({0, 0}, frame.gray.size());
  if (task.layer.box.empty()) return task;
  const Eigen::Vector3d& center = item ? in_.subject.center : in_.orbit.center;
  for (const std::size_t other : ChooseNeighbors(frames_, i, center, in_.orbit.up))
    task.others.push_back(&frames_[other]);
  task.layer.planes = PlanesFor(i, task.others);
  if (!item) return task;
  HullDepth hull = MeasureHullDepth(in_.subject, frame, task.layer.box);
  task.layer.front = hull.front;
  task.layer.back = hull.back;
  return task;
}

void LayerDepths::Look(std::size_t i) {
  if (!in_.wanted[i] || (kind_ == LayerKind::kItem && frames_[i].matte.empty())) return;
  Task& task = tasks_[i] = TaskOf(i);
  FoundDepth& to = found_[i];
  to.box = task.layer.box;
  to.hull = task.layer.front;
  if (to.box.empty()) return;
  if (task.others.empty()) {
    to.inverse = cv::Mat(to.box.size(), CV_32FC1, cv::Scalar(task.layer.planes.At(0)));
    to.confidence = cv::Mat(to.box.size(), CV_32FC1, cv::Scalar(0));
    return;
  }
  const cv::Mat gray = frames_[i].gray(to.box);
  Winners winners = Aggregate(SweepPlanes(frames_[i], task.others, task.layer), gray, task.layer.planes);
  to.inverse = std::move(winners.inverse);
  to.confidence = std::move(winners.confidence);
  to.step = task.layer.planes.Step();
}

void LayerDepths::Lean(std::size_t i, cv::Mat& values, cv::Mat& sure, cv::Mat& off) const {
  const FoundDepth& found = found_[i];
  const DepthFrame& frame = frames_[i];
  const bool item = kind_ == LayerKind::kItem;
  const Eigen::Vector3d middle = frame.cam_from_world * in_.orbit.center;
  const auto lean = [&](int x, int y, float towards, float weight) {
    float& value = values.at<float>(y, x);
    float& trust = sure.at<float>(y, x);
    value = (trust * value + weight * towards) / (trust + weight);
    trust += weight;
  };
  for (int y = 0; y < off.rows; ++y)
    for (int x = 0; x < off.cols; ++x) {
      const bool on = frame.matte.empty() || IsItem(frame, found.box.x + x, found.box.y + y) == item;
      if (!on) {
        off.at<std::uint8_t>(y, x) = 255;
        sure.at<float>(y, x) = 0;
      } else if (item && found.hull.at<float>(y, x) > 0) {
        lean(x, y, found.hull.at<float>(y, x), kHullConfidence);
      } else if (!item) {
        lean(x, y, static_cast<float>(1 / middle.z()), kPlaneConfidence);
      }
    }
  for (const Anchor& anchor : anchors_[i])
    if (off.at<std::uint8_t>(anchor.y, anchor.x) == 0)
      lean(anchor.x, anchor.y, anchor.inverse, kAnchorConfidence);
}

// Only the moves are smoothed: what was found is not flattened once more.
cv::Mat LayerDepths::ItemSheet(std::size_t i, const cv::Mat& values, const cv::Mat& sure) const {
  const cv::Mat gray = frames_[i].gray(found_[i].box);
  const Barriers barriers = BarriersOf(values, sure);
  cv::Mat trust = sure.clone(), certain;
  DoubtBesideEdges(gray, trust);
  const cv::Mat shape = HalfHull(found_[i].hull);
  const cv::Mat sheet = shape + Smoothed(values - shape, trust, gray, kItemStrength, barriers);
  if (tasks_[i].others.empty()) return sheet;
  cv::Mat moved = sheet.clone();
  RefineDepth(frames_[i], tasks_[i].others, tasks_[i].layer, moved, certain);
  cv::multiply(certain, trust, certain);
  return sheet + Smoothed(moved - sheet, certain + kStill, gray, kMoveStrength, barriers);
}

cv::Mat LayerDepths::BehindSheet(std::size_t i, const cv::Mat& values, const cv::Mat& sure) const {
  const cv::Mat gray = frames_[i].gray(found_[i].box);
  const double strength = kind_ == LayerKind::kBackground ? kBehindStrength : kWholeStrength;
  cv::Mat sheet = Smoothed(values, sure, gray, strength), certain;
  if (tasks_[i].others.empty()) return sheet;
  RefineDepth(frames_[i], tasks_[i].others, tasks_[i].layer, sheet, certain);
  cv::multiply(certain, sure, certain);
  return Smoothed(sheet, certain + kStill, gray, kRefinedStrength);
}

DepthGrid LayerDepths::Finish(std::size_t i) const {
  const FoundDepth& found = found_[i];
  if (found.inverse.empty()) return {};
  const bool item = kind_ == LayerKind::kItem;
  cv::Mat values, sure, off(found.box.size(), CV_8UC1, cv::Scalar(0));
  Agree(frames_, found_, i, item ? in_.subject.center : in_.orbit.center, values, sure);
  sure.setTo(0, sure < kLeastConfidence);
  Lean(i, values, sure, off);
  const cv::Mat sheet = item ? ItemSheet(i, values, sure) : BehindSheet(i, values, sure);
  return GridOf(frames_[i], found.box, item ? Continued(sheet, off) : Spanned(sheet, off), sure);
}

}  // namespace rv::depth
