#include "reconstruct/subject.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/subject/search.h"

namespace rv {
namespace {

using subject::ItemSearch;
using subject::SeenFrame;
using subject::Volume;

constexpr int kSearchSidePx = 192, kMatteSidePx = 384;
constexpr std::size_t kSearchFrames = 36, kGlanceFrames = 24;
constexpr float kInHull = 0.5F;
constexpr float kGivenOdds = 8;  // log odds of a matte that the frame has
// The item is known where frames and hull agree this well, and its place where it was seen from nearly all sides.
constexpr double kAgreed = 0.75;
constexpr double kAllSides = 200 * kPi / 180;
constexpr double kMostRadius = 0.5;  // of the cameras' distance

std::vector<std::uint32_t> FramesOfRing(const Sweep& sweep, const Orbit& orbit) {
  std::vector<std::uint32_t> out;
  for (const OrbitFrame& frame : orbit.frames)
    if (frame.on_ring && !sweep.frames[frame.frame.value].image.empty()) out.push_back(frame.frame.value);
  return out;
}

std::vector<std::uint32_t> Evenly(const std::vector<std::uint32_t>& frames, std::size_t most) {
  if (frames.size() <= most) return frames;
  std::vector<std::uint32_t> out;
  for (std::size_t k = 0; k < most; ++k) out.push_back(frames[k * frames.size() / most]);
  return out;
}

subject::SearchPlace PlaceAt(const Reconstruction& reconstruction,
                             const Orbit& orbit,
                             const Eigen::Vector3d& center,
                             double radius) {
  subject::SearchPlace place{.center = center, .up = orbit.up, .radius = radius, .distance = orbit.radius};
  const auto support = [&](double reach) {
    std::vector<Eigen::Vector3d> about;
    for (const Point& point : reconstruction.points)
      if ((point.position - center).norm() <= reach) about.push_back(point.position);
    return orbit::FindSupport(about, center, orbit.up, reach);
  };
  place.support = support(radius);
  place.surface = place.support;
  for (double wider = 1.5; !place.surface && wider < 3.5; wider *= 1.5)
    place.surface = support(wider * radius);
  return place;
}

// Log odds from a matte of any size.
std::vector<float> OddsOf(const Image& matte, const cv::Size& size, float most) {
  const cv::Mat stored(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data()));
  cv::Mat small;
  cv::resize(stored, small, size, 0, 0, cv::INTER_AREA);
  std::vector<float> out;
  out.reserve(small.total());
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x)
      out.push_back(most * (2 * static_cast<float>(small.at<std::uint8_t>(y, x)) / 255 - 1));
  return out;
}

class Finder {
 public:
  Finder(const Sweep& sweep, const Reconstruction& reconstruction, const Orbit& orbit, int threads)
      : sweep_(sweep),
        reconstruction_(reconstruction),
        orbit_(orbit),
        threads_(threads),
        ring_(FramesOfRing(sweep, orbit)),
        points_(subject::PointsOfFrames(reconstruction)),
        place_(PlaceAt(reconstruction, orbit, orbit.center, orbit.subject_radius)) {}

  Result<Subject> Find(const Progress& progress) {
    Subject out;
    out.mattes.resize(sweep_.frames.size());
    out.confidence.assign(sweep_.frames.size(), 0);
    if (ring_.size() < 3) return out;
    if (!Report(progress, "subject", 0)) return Cancelled();
    Result<std::vector<SeenFrame>> frames = LoadAll(Evenly(ring_, kSearchFrames));
    if (!frames) return Forward(frames);
    LookForPlace(*frames);
    if (!Report(progress, "subject", 0.3)) return Cancelled();
    ItemSearch search(*frames, reconstruction_, place_, threads_);
    search.Run();
    if (!Report(progress, "subject", 0.7)) return Cancelled();
    const std::size_t cells = Surface(search.volume(), search.hull(), out);
    if (cells == 0) return out;
    if (const Status made = MakeMattes(search, out); !made) return Forward(made);
    std::vector<double> agreed;
    for (const std::uint32_t frame : ring_) agreed.push_back(out.confidence[frame]);
    out.known = Median(agreed) >= kAgreed;
    out.placed = out.known && orbit_.arc >= kAllSides && out.radius < kMostRadius * orbit_.radius;
    if (!Report(progress, "subject", 1)) return Cancelled();
    return out;
  }

 private:
  Result<SeenFrame> Load(std::uint32_t frame, int side) const {
    Result<SeenFrame> seen = subject::LoadSeen(sweep_, reconstruction_, points_, frame, side);
    if (!seen) return seen;
    if (!sweep_.frames[frame].matte.empty()) {
      const Result<Image> matte = DecodeScaled(sweep_.frames[frame].matte, 1, side);
      if (!matte) return Forward(matte);
      seen->given = OddsOf(*matte, seen->lab.size(), kGivenOdds);
    }
    return seen;
  }

  Result<std::vector<SeenFrame>> LoadAll(const std::vector<std::uint32_t>& frames) {
    std::vector<Result<SeenFrame>> loaded(frames.size());
    ParallelFor(frames.size(), threads_, [&](std::size_t i) { loaded[i] = Load(frames[i], kSearchSidePx); });
    std::vector<SeenFrame> out;
    for (Result<SeenFrame>& seen : loaded) {
      if (!seen) return Forward(seen);
      out.push_back(std::move(*seen));
    }
    return out;
  }

  // The item may be larger than the orbit's subject, or beside its center: a glance tells about where it is.
  void LookForPlace(const std::vector<SeenFrame>& frames) {
    const std::size_t step = frames.size() > kGlanceFrames ? 2 : 1;
    std::vector<SeenFrame> some;
    for (std::size_t i = 0; i < frames.size(); i += step) some.push_back(frames[i]);
    ItemSearch glance(some, reconstruction_, place_, threads_);
    glance.Glance();
    Subject seen;
    if (Surface(glance.volume(), glance.hull(), seen) == 0 || seen.radius > kMostRadius * orbit_.radius)
      return;
    place_ = PlaceAt(reconstruction_, orbit_, seen.center, seen.radius);
  }

  // Cells of the hull next to others; center and radius. Returns their number.
  std::size_t Surface(const Volume& volume, const std::vector<float>& hull, Subject& out) const {
    const auto& size = volume.size;
    const auto in = [&](int x, int y, int z) {
      return x >= 0 && y >= 0 && z >= 0 && x < size.width && y < size.height && z < size.depth &&
             hull[volume.Index(x, y, z)] > kInHull;
    };
    for (int z = 0; z < size.depth; ++z)
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
          if (!in(x, y, z)) continue;
          if (in(x - 1, y, z) && in(x + 1, y, z) && in(x, y - 1, z) && in(x, y + 1, z) && in(x, y, z - 1) &&
              in(x, y, z + 1))
            continue;
          out.surface.push_back(volume.At(x, y, z));
        }
    out.cell = volume.cell;
    if (out.surface.empty()) return 0;
    Center(out);
    return out.surface.size();
  }

  // The axis through the middle of the smallest circle about the footprint (Badoiu and Clarkson, "Smaller core-sets for
  // balls", SODA 2003), half-way up.
  void Center(Subject& out) const {
    constexpr int kSteps = 400;
    double low = 1e300, high = -1e300;
    for (const Eigen::Vector3d& p : out.surface) {
      low = std::min(low, orbit_.up.dot(p));
      high = std::max(high, orbit_.up.dot(p));
    }
    const auto flat = [&](const Eigen::Vector3d& p) -> Eigen::Vector3d {
      return p - orbit_.up * orbit_.up.dot(p);
    };
    Eigen::Vector3d middle = flat(out.surface.front());
    for (int step = 1; step <= kSteps; ++step) {
      Eigen::Vector3d farthest = middle;
      for (const Eigen::Vector3d& p : out.surface)
        if ((flat(p) - middle).squaredNorm() > (farthest - middle).squaredNorm()) farthest = flat(p);
      middle += (farthest - middle) / (step + 1);
    }
    out.center = middle + orbit_.up * (low + high) / 2;
    for (const Eigen::Vector3d& p : out.surface) out.radius = std::max(out.radius, (p - out.center).norm());
    out.radius += out.cell / 2;
  }

  Status MakeMattes(const ItemSearch& search, Subject& out) const {
    std::vector<Status> made(ring_.size());
    ParallelFor(ring_.size(), threads_, [&](std::size_t i) { made[i] = MakeMatte(search, ring_[i], out); });
    for (const Status& status : made)
      if (!status) return Forward(status);
    return {};
  }

  // The box of the hull in the picture with room about it; empty where it is not seen.
  static cv::Rect BoxOf(const ItemSearch& search, const subject::Sight& sight) {
    constexpr int kCoarser = 4;
    const int width = sight.camera.width, height = sight.camera.height;
    const subject::Sight small{
        .camera = sight.camera.Scaled(std::max(1, width / kCoarser), std::max(1, height / kCoarser)),
        .cam_from_world = sight.cam_from_world};
    const std::vector<float> hull = subject::Projected(search.volume(), search.hull_shell(), small).front();
    cv::Rect box;
    for (int y = 0; y < small.camera.height; ++y)
      for (int x = 0; x < small.camera.width; ++x)
        if (hull[static_cast<std::size_t>(y * small.camera.width + x)] > kInHull)
          box |= cv::Rect(kCoarser * x, kCoarser * y, kCoarser, kCoarser);
    if (box.empty()) return box;
    const int room = std::max(12, std::max(box.width, box.height) / 4);
    return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
           cv::Rect(0, 0, width, height);
  }

  Status MakeMatte(const ItemSearch& search, std::uint32_t frame, Subject& out) const {
    const Result<SeenFrame> seen = Load(frame, kMatteSidePx);
    if (!seen) return Forward(seen);
    Image matte = Image::Make(seen->lab.cols, seen->lab.rows, 1);
    double both = 0, any = 0;
    if (const cv::Rect box = BoxOf(search, seen->sight); !box.empty()) {
      const ItemSearch::Labels labels = search.Label(subject::PartOf(*seen, box));
      for (int y = 0; y < box.height; ++y)
        for (int x = 0; x < box.width; ++x) {
          const auto at = static_cast<std::size_t>(y * box.width + x);
          *matte.at(box.x + x, box.y + y) = static_cast<std::uint8_t>(std::lround(255 * labels.item[at]));
          const bool on = labels.item[at] > kInHull, in = labels.hull[at] > kInHull;
          both += on && in;
          any += on || in;
        }
    }
    out.mattes[frame] = EncodePng(matte);
    out.confidence[frame] = any > 0 ? both / any : 0;
    return {};
  }

  const Sweep& sweep_;
  const Reconstruction& reconstruction_;
  const Orbit& orbit_;
  int threads_;
  std::vector<std::uint32_t> ring_;
  subject::PointsSeen points_;
  subject::SearchPlace place_;
};

}  // namespace

Result<Subject> FindSubject(const Sweep& sweep,
                            const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            int threads,
                            const Progress& progress) {
  return Finder(sweep, reconstruction, orbit, threads).Find(progress);
}

}  // namespace rv
