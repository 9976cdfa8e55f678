#include "reconstruct/subject/hull.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "base/parallel.h"
#include "base/statistics.h"

namespace rv::subject {
namespace {

constexpr int kCells = 64;      // along each side of the first volume
constexpr int kFineCells = 80;  // along the longest side of the second
constexpr double kReach = 2.2;  // half of the first volume's side, in radii of the place
constexpr double kRoom = 0.3;   // about the hull on each side, of its longest extent
constexpr float kInHull = 0.5F;
// Costs of a cell, in units of a boundary's cost for each face.
constexpr float kAgreed = 1.2F;    // where all frames agree
constexpr float kOccupied = 1.5F;  // where a point lies
constexpr float kUnderSupport = 2;
constexpr float kUnseen = 0.6F;     // where too few frames look
constexpr double kSeenShare = 0.6;  // of the frames: fewer are too few
constexpr int kCarvingSteps = 60;
// Parts of the hull: those that come so near the axis, in radii, and are not much smaller than the largest.
constexpr double kNearAxis = 0.6;
constexpr std::size_t kSmallPart = 12;

template <typename Visit>
void ForEachCell(const Volume& volume, const Visit& visit) {
  for (int z = 0; z < volume.size.depth; ++z)
    for (int y = 0; y < volume.size.height; ++y)
      for (int x = 0; x < volume.size.width; ++x) visit(Eigen::Vector3i(x, y, z), volume.Index(x, y, z));
}

// Largest value within `cells` along one axis.
std::vector<float> GrownAlong(const std::vector<float>& values, std::size_t stride, int count, int cells) {
  std::vector<float> out = values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int at = static_cast<int>(i / stride) % count;
    for (int k = 1; k <= cells; ++k) {
      if (at - k >= 0) out[i] = std::max(out[i], values[i - stride * static_cast<std::size_t>(k)]);
      if (at + k < count) out[i] = std::max(out[i], values[i + stride * static_cast<std::size_t>(k)]);
    }
  }
  return out;
}

struct Part {
  std::size_t cells = 0;
  double from_axis = 1e300;
};

Eigen::Vector3i Place(const GridSize& size, std::size_t cell) {
  const auto width = static_cast<std::size_t>(size.width), height = static_cast<std::size_t>(size.height);
  return {static_cast<int>(cell % width), static_cast<int>(cell / width % height),
          static_cast<int>(cell / (width * height))};
}

double FromAxis(const SearchPlace& place, const Eigen::Vector3d& at) {
  const Eigen::Vector3d away = at - place.center;
  return (away - place.up * place.up.dot(away)).norm();
}

// Labels the cells that hang together with `seed`.
Part Fill(const Volume& volume,
          const SearchPlace& place,
          const std::vector<float>& hull,
          std::size_t seed,
          int id,
          std::vector<int>& label) {
  constexpr int kSteps6[6][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
  Part part;
  std::deque<std::size_t> open{seed};
  label[seed] = id;
  while (!open.empty()) {
    const Eigen::Vector3i at = Place(volume.size, open.front());
    open.pop_front();
    ++part.cells;
    part.from_axis = std::min(part.from_axis, FromAxis(place, volume.At(at.x(), at.y(), at.z())));
    for (const auto& step : kSteps6) {
      const int x = at.x() + step[0], y = at.y() + step[1], z = at.z() + step[2];
      if (x < 0 || y < 0 || z < 0 || x >= volume.size.width || y >= volume.size.height ||
          z >= volume.size.depth)
        continue;
      const std::size_t next = volume.Index(x, y, z);
      if (hull[next] <= kInHull || label[next] >= 0) continue;
      label[next] = id;
      open.push_back(next);
    }
  }
  return part;
}

void KeepParts(const Volume& volume, const SearchPlace& place, std::vector<float>& hull) {
  std::vector<int> label(hull.size(), -1);
  std::vector<Part> parts;
  for (std::size_t seed = 0; seed < hull.size(); ++seed)
    if (hull[seed] > kInHull && label[seed] < 0)
      parts.push_back(Fill(volume, place, hull, seed, static_cast<int>(parts.size()), label));
  std::size_t most = 0;
  const auto near = [&](const Part& part) { return part.from_axis < kNearAxis * place.radius; };
  for (const Part& part : parts)
    if (near(part)) most = std::max(most, part.cells);
  for (std::size_t cell = 0; cell < hull.size(); ++cell) {
    if (label[cell] < 0) continue;
    const Part& part = parts[static_cast<std::size_t>(label[cell])];
    if (!near(part) || part.cells * kSmallPart < most) hull[cell] = 0;
  }
}

}  // namespace

Volume MakeVolume(const std::vector<Sight>& sights, const SearchPlace& place) {
  std::vector<double> halves;
  for (const Sight& sight : sights)
    halves.push_back(0.5 * std::max(sight.camera.width, sight.camera.height) / sight.camera.focal_px *
                     place.distance);
  constexpr double kBeforeCameras = 0.6, kWide = 0.4;  // of their distance
  constexpr double kBeyondPicture = 1.4;  // the center is not in its middle, near parts look larger
  const double half = std::min({kBeforeCameras * place.distance, kBeyondPicture * Median(halves),
                                std::max(kReach * place.radius, kWide * place.distance)});
  Volume volume{.cell = 2 * half / kCells, .size = {kCells, kCells, kCells}};
  volume.axes.col(1) = place.up;
  volume.axes.col(0) = place.up.unitOrthogonal();
  volume.axes.col(2) = volume.axes.col(0).cross(place.up);
  volume.corner = place.center - volume.axes * Eigen::Vector3d::Constant(half);
  // Nothing of the item is below its support: the volume begins there.
  const double above = place.support ? place.support->Above(place.center) : 0;
  if (above > 0 && above < half) volume.corner += place.up * (half - above);
  return volume;
}

std::vector<float> FirstGuess(const Volume& volume, const SearchPlace& place) {
  constexpr double kSure = 0.54, kNever = 1.44;  // radii
  std::vector<float> out(volume.size.Count(), 0.0F);
  ForEachCell(volume, [&](const Eigen::Vector3i& cell, std::size_t index) {
    const Eigen::Vector3d at = volume.At(cell.x(), cell.y(), cell.z());
    if (place.support && place.support->Above(at) < 0) return;
    const double away = (at - place.center).norm() / place.radius;
    out[index] = static_cast<float>(std::clamp((kNever - away) / (kNever - kSure), 0.0, 1.0));
  });
  return out;
}

std::vector<float> CarveHull(const Volume& volume,
                             const SearchPlace& place,
                             const HullEvidence& evidence,
                             int threads) {
  const std::size_t frames = evidence.labels.size();
  std::vector<float> cost(volume.size.Count());
  const auto least = static_cast<float>(kSeenShare * static_cast<double>(frames));
  const auto tolerated = static_cast<float>(evidence.tolerated);
  const auto cost_of = [&](const Eigen::Vector3d& at, std::size_t c) {
    if (place.support && place.support->Above(at) < 0) return kUnderSupport;
    float seen = 0, against = 0;
    const float sure = evidence.same.sure[c];
    for (std::size_t i = 0; i < frames; ++i) {
      const int pixel = evidence.pixels[i][c];
      if (pixel < 0) continue;
      seen += 1;
      float part = 1 - evidence.labels[i][static_cast<std::size_t>(pixel)];
      if (sure > 0 && part > 0)
        part *= 1 - sure * evidence.same.Match(c, evidence.frames[i].Color(static_cast<std::size_t>(pixel)));
      against += part;
    }
    const float share = against / std::max(1.0F, seen);
    const float value = seen < least ? kUnseen : kAgreed * std::clamp(share / tolerated - 1, -1.0F, 1.0F);
    return evidence.occupied[c] ? value - kOccupied : value;
  };
  ParallelFor(static_cast<std::size_t>(volume.size.depth), threads, [&](std::size_t slice) {
    const int z = static_cast<int>(slice);
    for (int y = 0; y < volume.size.height; ++y)
      for (int x = 0; x < volume.size.width; ++x) {
        const std::size_t cell = volume.Index(x, y, z);
        cost[cell] = cost_of(volume.At(x, y, z), cell);
      }
  });
  std::vector<float> hull = SolveLabels(volume.size, cost, {}, {}, kCarvingSteps);
  KeepParts(volume, place, hull);
  return hull;
}

std::vector<float> Grown(const Volume& volume, std::vector<float> hull, int cells) {
  const auto width = static_cast<std::size_t>(volume.size.width),
             height = static_cast<std::size_t>(volume.size.height);
  hull = GrownAlong(hull, 1, volume.size.width, cells);
  hull = GrownAlong(hull, width, volume.size.height, cells);
  return GrownAlong(hull, width * height, volume.size.depth, cells);
}

std::vector<float> Shrunk(const Volume& volume, std::vector<float> hull, int cells) {
  for (float& value : hull) value = 1 - value;
  hull = Grown(volume, std::move(hull), cells);
  for (float& value : hull) value = 1 - value;
  return hull;
}

std::vector<std::ptrdiff_t> Refine(Volume& volume, std::vector<float>& hull) {
  Eigen::Vector3i low = Eigen::Vector3i::Constant(kCells), high = Eigen::Vector3i::Constant(-1);
  ForEachCell(volume, [&](const Eigen::Vector3i& at, std::size_t cell) {
    if (hull[cell] <= kInHull) return;
    low = low.cwiseMin(at);
    high = high.cwiseMax(at);
  });
  if (high.x() < 0) return {};
  const Eigen::Vector3d extent = (high - low + Eigen::Vector3i::Ones()).cast<double>() * volume.cell;
  const Eigen::Vector3d room = Eigen::Vector3d::Constant(kRoom * extent.maxCoeff());
  const Eigen::Vector3d side = extent + 2 * room;
  Volume fine{.axes = volume.axes, .cell = side.maxCoeff() / kFineCells};
  const Eigen::Vector3i cells = (side / fine.cell).array().ceil().cast<int>().max(4);
  fine.size = {cells.x(), cells.y(), cells.z()};
  fine.corner = volume.corner + volume.axes * (low.cast<double>() * volume.cell - room);
  std::vector<float> values(fine.size.Count(), 0.0F);
  std::vector<std::ptrdiff_t> old(values.size());
  ForEachCell(fine, [&](const Eigen::Vector3i& at, std::size_t index) {
    old[index] = volume.CellOf(fine.At(at.x(), at.y(), at.z()));
    if (old[index] >= 0) values[index] = hull[static_cast<std::size_t>(old[index])];
  });
  volume = fine;
  hull = std::move(values);
  return old;
}

}  // namespace rv::subject
