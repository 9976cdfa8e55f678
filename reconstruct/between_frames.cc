#include "reconstruct/between_frames.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/check.h"
#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/between/follow_points.h"
#include "reconstruct/between/neighbors_in_time.h"
#include "reconstruct/features/work_image.h"
#include "reconstruct/sparse/resection.h"
#include "reconstruct/spin/virtual_path.h"

namespace rv {
namespace {

using between::PointSeen;

constexpr int kWorkSidePx = 1200;
constexpr std::size_t kMostPoints = 400;  // followed from one neighbor
constexpr double kSamePlace = 1;          // px, of a point followed from both
constexpr double kMostError = 2;          // px
constexpr int kFewestPoints = 20;
constexpr double kLeastShare = 0.5;
constexpr double kLooseTurn = kPi / 180;  // of what a hand turns in between

// What each mapped frame sees: points and where, longest tracks first.
using Sights = std::vector<std::vector<FrameBetween::Seen>>;

Sights SightsOf(const Reconstruction& reconstruction) {
  Sights out(reconstruction.frames.size());
  for (std::uint32_t p = 0; p < reconstruction.points.size(); ++p)
    for (const Observation& seen : reconstruction.points[p].track)
      out[seen.frame.value].push_back({p, seen.pixel});
  for (std::vector<FrameBetween::Seen>& seen : out) {
    std::stable_sort(seen.begin(), seen.end(), [&](const FrameBetween::Seen& a, const FrameBetween::Seen& b) {
      return reconstruction.points[a.point].track.size() > reconstruction.points[b.point].track.size();
    });
    if (seen.size() > kMostPoints) seen.resize(kMostPoints);
  }
  return out;
}

class Poser {
 public:
  Poser(const Sweep& sweep, const Reconstruction& reconstruction)
      : sweep_(sweep), reconstruction_(reconstruction), sights_(SightsOf(reconstruction)) {}

  // Empty where no pose holds.
  Result<std::optional<FrameBetween>> Pose(SweepFrame frame) const {
    const std::optional<between::Neighbors> neighbors =
        between::FindNeighbors(sweep_, reconstruction_, frame.source_index);
    RV_CHECK(neighbors.has_value());
    const PosedFrame& like = reconstruction_.frames[neighbors->before];
    if (frame.image.width != like.width || frame.image.height != like.height) return std::nullopt;
    const Rigid3 guess =
        between::PoseBetween(sweep_, reconstruction_, *neighbors, frame.source_index, frame.time_s);
    const Result<Image> gray = features::DecodeWorkImage(frame.image, kWorkSidePx);
    if (!gray) return Forward(gray);
    const Camera lens =
        reconstruction_.cameras[static_cast<std::size_t>(like.camera)].Scaled(gray->width, gray->height);
    std::map<std::uint32_t, Eigen::Vector2d> found;
    for (const std::uint32_t neighbor : {neighbors->before, neighbors->after})
      if (const Status followed = FollowFrom(neighbor, guess, lens, *gray, found); !followed)
        return Forward(followed);
    const std::optional<Rigid3> pose = Resect(lens, found);
    if (!pose || pose->rotation.angularDistance(guess.rotation) >
                     between::TurnBetween(reconstruction_, *neighbors) + kLooseTurn)
      return std::nullopt;
    return MakeFrame(std::move(frame), like, *pose, lens, found);
  }

 private:
  // Adds where points that the neighbor sees are in the frame; what both neighbors say must agree.
  Status FollowFrom(std::uint32_t neighbor,
                    const Rigid3& guess,
                    const Camera& lens,
                    const Image& gray,
                    std::map<std::uint32_t, Eigen::Vector2d>& found) const {
    const Result<Image> from = features::DecodeWorkImage(sweep_.frames[neighbor].image, kWorkSidePx);
    if (!from) return Forward(from);
    if (from->width != gray.width || from->height != gray.height) return {};
    const double scale = static_cast<double>(gray.width) / reconstruction_.frames[neighbor].width;
    std::vector<PointSeen> seen;
    std::vector<Eigen::Vector2d> where;
    for (const FrameBetween::Seen& one : sights_[neighbor]) {
      const auto px = lens.Project(guess * reconstruction_.points[one.point].position);
      if (!px || px->x() < 0 || px->y() < 0 || px->x() > gray.width || px->y() > gray.height) continue;
      seen.push_back({one.point, scale * one.pixel});
      where.push_back(*px);
    }
    for (const PointSeen& one : between::FollowPoints(*from, gray, seen, where)) {
      const auto [known, added] = found.try_emplace(one.point, one.px);
      if (added) continue;
      if ((known->second - one.px).norm() > kSamePlace)
        found.erase(known);
      else
        known->second = 0.5 * (known->second + one.px);
    }
    return {};
  }

  static sparse::SparseMap MapOf(const Camera& lens) {
    return {.cameras = {lens}, .frames = {{}}, .points = {}};
  }

  std::optional<Rigid3> Resect(const Camera& lens,
                               const std::map<std::uint32_t, Eigen::Vector2d>& found) const {
    sparse::SparseMap map = MapOf(lens);
    for (const auto& [point, px] : found) {
      map.frames[0].sees.push_back({.point = static_cast<int>(map.points.size()), .slot = 0});
      map.points.push_back({.valid = true,
                            .position = reconstruction_.points[point].position,
                            .track = {{.frame = 0, .px = px}}});
    }
    const std::optional<sparse::ResectionResult> result = sparse::ResectFrame(
        map, 0, {.max_error_px = kMostError, .min_inliers = kFewestPoints, .min_inlier_share = kLeastShare});
    if (!result) return std::nullopt;
    return result->cam_from_world;
  }

  FrameBetween MakeFrame(SweepFrame frame,
                         const PosedFrame& like,
                         const Rigid3& pose,
                         const Camera& lens,
                         const std::map<std::uint32_t, Eigen::Vector2d>& found) const {
    FrameBetween out{.frame = std::move(frame), .posed = like};
    out.frame.after_mapping = true;
    out.frame.note = "fetched after mapping: a view is drawn from where it stands";
    const double to_original = static_cast<double>(like.width) / lens.width;
    double sum = 0;
    for (const auto& [point, px] : found) {
      const auto at = lens.Project(pose * reconstruction_.points[point].position);
      if (!at || (*at - px).norm() > kMostError) continue;
      sum += to_original * (*at - px).norm();
      out.seen.push_back({point, to_original * px});
    }
    out.posed.name = out.frame.name;
    out.posed.cam_from_world = pose;
    out.posed.inliers = static_cast<int>(out.seen.size());
    out.posed.mean_error_px = out.seen.empty() ? 0 : sum / static_cast<double>(out.seen.size());
    out.posed.reason = out.frame.note;
    return out;
  }

  const Sweep& sweep_;
  const Reconstruction& reconstruction_;
  Sights sights_;
};

}  // namespace

Result<std::vector<FrameBetween>> PoseFramesBetween(const Sweep& sweep,
                                                    const Reconstruction& reconstruction,
                                                    std::vector<SweepFrame> frames,
                                                    int threads,
                                                    const Progress& progress) {
  const Poser poser(sweep, reconstruction);
  std::vector<Result<std::optional<FrameBetween>>> posed(frames.size());
  ParallelFor(frames.size(), threads, [&](std::size_t i) { posed[i] = poser.Pose(std::move(frames[i])); });
  std::vector<FrameBetween> out;
  for (Result<std::optional<FrameBetween>>& one : posed) {
    if (!one) return Forward(one);
    if (*one) out.push_back(std::move(**one));
  }
  if (!Report(progress, "frames", 1)) return Cancelled();
  return out;
}

std::vector<std::uint32_t> JoinFrames(std::vector<FrameBetween> frames,
                                      Sweep& sweep,
                                      Reconstruction& reconstruction) {
  RV_CHECK_EQ(sweep.frames.size(), reconstruction.frames.size());
  std::sort(frames.begin(), frames.end(), [](const FrameBetween& a, const FrameBetween& b) {
    return a.frame.source_index < b.frame.source_index;
  });
  std::vector<std::uint32_t> moved_to;
  std::vector<SweepFrame> all;
  std::vector<PosedFrame> all_posed;
  auto next = frames.begin();
  const auto join_before = [&](int number) {
    for (; next != frames.end() && next->frame.source_index < number; ++next) {
      const FrameId id{static_cast<std::uint32_t>(all.size())};
      for (const FrameBetween::Seen& seen : next->seen)
        reconstruction.points[seen.point].track.push_back({id, seen.pixel});
      all.push_back(std::move(next->frame));
      all_posed.push_back(std::move(next->posed));
    }
  };
  // Beyond their former length tracks have the new numbers already.
  std::vector<std::size_t> former_length;
  for (const Point& point : reconstruction.points) former_length.push_back(point.track.size());
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) {
    join_before(sweep.frames[i].source_index);
    moved_to.push_back(static_cast<std::uint32_t>(all.size()));
    all.push_back(std::move(sweep.frames[i]));
    all_posed.push_back(std::move(reconstruction.frames[i]));
  }
  join_before(std::numeric_limits<int>::max());
  for (std::size_t p = 0; p < reconstruction.points.size(); ++p) {
    std::vector<Observation>& track = reconstruction.points[p].track;
    for (std::size_t k = 0; k < former_length[p]; ++k)
      track[k].frame = FrameId{moved_to[track[k].frame.value]};
    std::sort(track.begin(), track.end(),
              [](const Observation& a, const Observation& b) { return a.frame < b.frame; });
  }
  sweep.frames = std::move(all);
  reconstruction.frames = std::move(all_posed);
  return moved_to;
}

Orbit WithJoinedFrames(const Orbit& orbit,
                       const Reconstruction& reconstruction,
                       const std::vector<std::uint32_t>& moved_to) {
  Orbit out = orbit;
  for (OrbitFrame& frame : out.frames) frame.frame = FrameId{moved_to[frame.frame.value]};
  const spin::OrbitAxes axes = spin::AxesOfOrbit(reconstruction, out);
  const std::set<std::uint32_t> former(moved_to.begin(), moved_to.end());
  for (std::uint32_t i = 0; i < reconstruction.frames.size(); ++i) {
    if (former.contains(i)) continue;
    const auto after = std::find_if(out.frames.begin(), out.frames.end(),
                                    [&](const OrbitFrame& frame) { return frame.frame.value > i; });
    RV_CHECK(after != out.frames.begin());  // they stand between frames of the ring
    const OrbitFrame before = *(after - 1);
    const Eigen::Vector3d offset = reconstruction.frames[i].cam_from_world.Origin() - orbit.center;
    const double radius = std::max(offset.norm(), 1e-12);
    OrbitFrame joined{.frame = FrameId{i}};
    joined.azimuth = WrapPositive(std::atan2(offset.dot(axes.across), offset.dot(axes.ahead)));
    joined.unwrapped_azimuth = before.unwrapped_azimuth + WrapSigned(joined.azimuth - before.azimuth);
    joined.elevation = std::asin(std::clamp(offset.dot(axes.up) / radius, -1.0, 1.0));
    joined.radius = radius;
    joined.on_ring = before.on_ring && after != out.frames.end() && after->on_ring;
    joined.quarter_turns = before.quarter_turns;
    out.frames.insert(after, joined);
  }
  return out;
}

}  // namespace rv
