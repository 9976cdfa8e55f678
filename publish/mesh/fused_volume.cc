#include "publish/mesh/fused_volume.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"

namespace rv::mesh {
namespace {

constexpr float kTruncation = 3;   // cells
constexpr float kLeastWeight = 2;  // frames' worth of confidence that it takes to carve
constexpr double kTail = 0.001;
constexpr float kMargin = 0.03F;  // of the longest side, beyond the depths

// What the frames say of one point.
class PointVote {
 public:
  explicit PointVote(float truncation) : truncation_(truncation) {}

  void Add(const ItemFrame& frame, const Eigen::Vector3d& in_object) {
    const Eigen::Vector3d in_cam = frame.cam_from_object * in_object;
    const std::optional<Eigen::Vector2d> pixel = frame.lens.Project(in_cam);
    if (!pixel) return;
    const auto of_matte = RasterIndex(*pixel, frame.lens, frame.matte.width, frame.matte.height);
    if (!of_matte) return;
    const double unit = in_cam.z() / frame.lens.focal_px * frame.lens.width / frame.matte.width;
    AddOutline(frame.outside_px[*of_matte] * static_cast<float>(unit));
    const auto of_depth = RasterIndex(*pixel, frame.lens, frame.depth_width, frame.depth_height);
    if (!of_depth || frame.z[*of_depth] <= 0) return;
    const float before = frame.z[*of_depth] - static_cast<float>(in_cam.z());
    if (before < -truncation_) return;  // hidden behind the surface: says nothing
    const float weight = frame.confidence[*of_depth];
    sum_ += weight * std::min(before, truncation_);
    weight_ += weight;
  }

  float Value() const {
    // One bad outline of many does not cut.
    const float hull = count_ >= 12 ? outlines_[1] : outlines_[0];
    return weight_ >= kLeastWeight ? std::max(hull, sum_ / weight_) : hull;
  }

 private:
  void AddOutline(float outside) {
    ++count_;
    if (outside > outlines_[0]) {
      outlines_[1] = outlines_[0];
      outlines_[0] = outside;
    } else {
      outlines_[1] = std::max(outlines_[1], outside);
    }
  }

  static constexpr float kUnseen = -1e30F;
  float truncation_;
  std::array<float, 2> outlines_{kUnseen, kUnseen};  // the largest two
  int count_ = 0;
  float sum_ = 0, weight_ = 0;
};

// 1 2 1 along one axis; the volume's faces stay.
void SmoothAlong(int axis, int threads, Volume& volume) {
  const std::vector<float> before = volume.values;
  const std::size_t step = volume.At(axis == 0, axis == 1, axis == 2);
  ParallelFor(static_cast<std::size_t>(volume.size.z()), threads, [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    for (int j = 0; j < volume.size.y(); ++j)
      for (int i = 0; i < volume.size.x(); ++i) {
        const int along = axis == 0 ? i : axis == 1 ? j : k;
        if (along == 0 || along + 1 == volume.size[axis]) continue;
        const std::size_t at = volume.At(i, j, k);
        volume.values[at] = 0.25F * (before[at - step] + 2 * before[at] + before[at + step]);
      }
  });
}

}  // namespace

ItemBounds BoundsOf(const std::vector<ItemFrame>& frames) {
  std::array<std::vector<float>, 3> along;
  for (const ItemFrame& frame : frames) {
    const Rigid3 object_from_cam = frame.cam_from_object.Inverse();
    for (int y = 0; y < frame.depth_height; y += 2)
      for (int x = 0; x < frame.depth_width; x += 2) {
        const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.depth_width) +
                               static_cast<std::size_t>(x);
        if (frame.z[at] <= 0 || frame.confidence[at] < 0.3F) continue;
        const Eigen::Vector2d pixel((x + 0.5) * frame.lens.width / frame.depth_width,
                                    (y + 0.5) * frame.lens.height / frame.depth_height);
        const Eigen::Vector3d point = object_from_cam * Eigen::Vector3d(frame.lens.Ray(pixel) * frame.z[at]);
        for (int axis = 0; axis < 3; ++axis)
          along[static_cast<std::size_t>(axis)].push_back(static_cast<float>(point[axis]));
      }
  }
  ItemBounds out{Eigen::Vector3f::Zero(), Eigen::Vector3f::Zero()};
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<float>& values = along[static_cast<std::size_t>(axis)];
    if (values.empty()) return out;
    const auto rank = static_cast<std::ptrdiff_t>(kTail * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    out.low[axis] = values[static_cast<std::size_t>(rank)];
    std::nth_element(values.begin(), values.end() - 1 - rank, values.end());
    out.high[axis] = *(values.end() - 1 - rank);
  }
  return out;
}

Volume FuseVolume(const std::vector<ItemFrame>& frames, const ItemBounds& bounds, int cells, int threads) {
  const float longest = (bounds.high - bounds.low).maxCoeff();
  Eigen::Vector3f margin = Eigen::Vector3f::Constant(kMargin * longest);
  Volume out{.cell = longest * (1 + 2 * kMargin) / static_cast<float>(cells)};
  margin = margin.cwiseMax(2 * out.cell);
  out.low = bounds.low - margin;
  out.size = ((bounds.high + margin - out.low) / out.cell).array().ceil().cast<int>() + 1;
  out.values.resize(out.At(0, 0, out.size.z()));
  ParallelFor(static_cast<std::size_t>(out.size.z()), threads, [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    for (int j = 0; j < out.size.y(); ++j)
      for (int i = 0; i < out.size.x(); ++i) {
        const Eigen::Vector3f point = out.Point(i, j, k);
        PointVote vote(kTruncation * out.cell);
        for (const ItemFrame& frame : frames) vote.Add(frame, point.cast<double>());
        out.values[out.At(i, j, k)] = std::clamp(vote.Value(), -longest, longest);
      }
  });
  for (int axis = 0; axis < 3; ++axis) SmoothAlong(axis, threads, out);
  for (int k = 0; k < out.size.z(); ++k)
    for (int j = 0; j < out.size.y(); ++j)
      for (int i = 0; i < out.size.x(); ++i) {
        float& value = out.values[out.At(i, j, k)];
        value = std::max(value, bounds.low.y() - out.Point(i, j, k).y());
        const bool at_face = i == 0 || j == 0 || k == 0 || i + 1 == out.size.x() || j + 1 == out.size.y() ||
                             k + 1 == out.size.z();
        if (at_face) value = std::max(value, 0.5F * out.cell);  // so that the surface is closed
      }
  return out;
}

}  // namespace rv::mesh
