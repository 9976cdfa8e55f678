#include "reconstruct/depth/plane_sweep.h"

#include <algorithm>
#include <cmath>

#include "reconstruct/depth/transfer.h"

namespace rv::depth {
namespace {

constexpr int kUnseen = 30;      // cost where no other frame says anything; no match costs more
constexpr int kOffItem = 44;     // where another frame shows no item, or outside the hull
constexpr int kPerBit = 2;       // of the census
constexpr int kMostDetail = 10;  // of the difference in detail, halved
constexpr std::uint8_t kNotItem = 40, kSurelyItem = 200;

// One row of the box on one plane, in one other frame: costs, kUnseen where it says nothing.
class RowCost {
 public:
  RowCost(const DepthFrame& frame, const DepthFrame& other, LayerKind kind, std::size_t width)
      : frame_(frame),
        other_(other),
        transfer_(MakeTransfer(frame, other)),
        kind_(other.matte.empty() ? LayerKind::kWhole : kind),
        at_(width),
        bits_(width) {}

  // Costs of `count` pixels from (x0, y) on.
  void Fill(int x0, int y, std::size_t count, float inverse, std::vector<std::uint8_t>& cost) {
    Locate(x0, y, count, inverse);
    const int* own = frame_.census.ptr<int>(y) + x0;
    const int* codes = other_.census.ptr<int>();
    for (std::size_t x = 0; x < count; ++x)
      bits_[x] = static_cast<std::uint32_t>(own[x] ^ codes[at_[x] & ~(at_[x] >> 31)]);
    for (std::size_t x = 0; x < count; ++x) {
      std::uint32_t& bits = bits_[x];
      bits = bits - ((bits >> 1) & 0x55555555U);
      bits = (bits & 0x33333333U) + ((bits >> 2) & 0x33333333U);
      bits = (((bits + (bits >> 4)) & 0x0F0F0F0FU) * 0x01010101U) >> 24;
    }
    const std::uint8_t* detail = frame_.detail.ptr(y) + x0;
    const std::uint8_t* details = other_.detail.ptr();
    for (std::size_t x = 0; x < count; ++x) {
      const int apart = std::min(std::abs(detail[x] - details[at_[x] & ~(at_[x] >> 31)]), kMostDetail);
      const int unlike = std::min(kPerBit * static_cast<int>(bits_[x]) + apart, kUnseen);
      cost[x] = static_cast<std::uint8_t>(at_[x] < 0 ? kUnseen : unlike);
    }
    if (kind_ != LayerKind::kWhole) AskMatte(count, cost);
  }

 private:
  // The pixel of the other frame, as an offset into it; -1 outside.
  void Locate(int x0, int y, std::size_t count, float inverse) {
    const Eigen::Vector3f start =
        transfer_.turn * Eigen::Vector3f(static_cast<float>(x0) + 0.5F, static_cast<float>(y) + 0.5F, 1) +
        inverse * transfer_.shift;
    const Eigen::Vector3f step = transfer_.turn.col(0);
    const auto w = static_cast<float>(other_.gray.cols), h = static_cast<float>(other_.gray.rows);
    const int stride = other_.gray.cols;
    for (std::size_t x = 0; x < count; ++x) {
      const auto along = static_cast<float>(static_cast<int>(x));
      const float z = start[2] + along * step[2];
      const float scale = 1 / z;
      const float u = (start[0] + along * step[0]) * scale, v = (start[1] + along * step[1]) * scale;
      // One test after the other: they become masks, and the loop stays free of branches.
      const bool in = (z > 1e-6F) & (u >= 0) & (v >= 0) & (u < w) & (v < h);
      at_[x] = in ? static_cast<int>(v) * stride + static_cast<int>(u) : -1;
    }
  }

  void AskMatte(std::size_t count, std::vector<std::uint8_t>& cost) const {
    const std::uint8_t* matte = other_.matte.ptr();
    for (std::size_t x = 0; x < count; ++x) {
      if (at_[x] < 0) continue;
      if (kind_ == LayerKind::kItem && matte[at_[x]] < kNotItem) cost[x] = kOffItem;
      if (kind_ == LayerKind::kBackground && matte[at_[x]] > kSurelyItem) cost[x] = kUnseen;
    }
  }

  const DepthFrame& frame_;
  const DepthFrame& other_;
  Transfer transfer_;
  LayerKind kind_;
  std::vector<int> at_;
  std::vector<std::uint32_t> bits_;
};

// The best two of all frames: one is enough where there are no three. For the silhouette, the worst counts too.
struct BestCosts {
  std::vector<std::uint8_t> first, second, worst;

  explicit BestCosts(std::size_t width) : first(width), second(width), worst(width) {}
  void Clear(std::size_t count) {
    std::fill_n(first.begin(), count, std::uint8_t{255});
    std::fill_n(second.begin(), count, std::uint8_t{255});
    std::fill_n(worst.begin(), count, std::uint8_t{0});
  }
  void Add(std::size_t count, const std::vector<std::uint8_t>& cost) {
    for (std::size_t x = 0; x < count; ++x) {
      second[x] = std::min(second[x], std::max(first[x], cost[x]));
      first[x] = std::min(first[x], cost[x]);
      worst[x] = std::max(worst[x], cost[x]);
    }
  }
};

bool OfLayer(const DepthFrame& frame, LayerKind kind, int x, int y) {
  if (kind == LayerKind::kWhole || frame.matte.empty()) return true;
  const std::uint8_t matte = frame.matte.at<std::uint8_t>(y, x);
  return kind == LayerKind::kItem ? matte >= kNotItem : matte <= kSurelyItem;
}

// Outside the hull there is no item; behind its front it is the less likely the deeper.
void AddHull(const Layer& layer, int x, int y, std::uint8_t* cost) {
  constexpr float kSlackPlanes = 1.5F, kMostDeep = 4, kPerPlane = 0.12F;
  const float front = layer.front.at<float>(y, x), back = layer.back.at<float>(y, x);
  if (front <= 0) return;
  const float step = layer.planes.Step();
  const float first = (back - layer.planes.farthest) / step - kSlackPlanes,
              last = (front - layer.planes.farthest) / step + kSlackPlanes;
  for (int k = 0; k < layer.planes.count; ++k) {
    const auto plane = static_cast<float>(k);
    int more = static_cast<int>(std::clamp(kPerPlane * (last - plane), 0.0F, kMostDeep));
    if (plane < first || plane > last) more = kUnseen;
    cost[k] = static_cast<std::uint8_t>(cost[k] + more);
  }
}

// The costs of one row after the other.
class Sweeper {
 public:
  Sweeper(const DepthFrame& frame,
          const std::vector<const DepthFrame*>& others,
          const Layer& layer,
          cv::Mat& volume)
      : frame_(frame),
        layer_(layer),
        volume_(volume),
        alone_(others.size() < 3),
        wanted_(static_cast<std::size_t>(layer.box.width)),
        cost_(wanted_.size()),
        best_(wanted_.size()) {
    for (const DepthFrame* other : others) rows_.emplace_back(frame, *other, layer.kind, wanted_.size());
  }

  void Row(int y) {
    const cv::Rect& box = layer_.box;
    int first = box.width, last = -1;
    for (int x = 0; x < box.width; ++x) {
      const bool wanted = OfLayer(frame_, layer_.kind, box.x + x, box.y + y);
      wanted_[static_cast<std::size_t>(x)] = wanted;
      if (!wanted) continue;
      first = std::min(first, x);
      last = x;
    }
    if (last < 0) return;
    const auto count = static_cast<std::size_t>(last - first + 1);
    for (int k = 0; k < layer_.planes.count; ++k) {
      best_.Clear(count);
      for (RowCost& row : rows_) {
        row.Fill(box.x + first, box.y + y, count, layer_.planes.At(static_cast<float>(k)), cost_);
        best_.Add(count, cost_);
      }
      Store(y, first, count, k);
    }
    if (layer_.kind != LayerKind::kItem || layer_.front.empty()) return;
    for (int x = first; x <= last; ++x)
      if (wanted_[static_cast<std::size_t>(x)]) AddHull(layer_, x, y, volume_.ptr(y * box.width + x));
  }

 private:
  void Store(int y, int first, std::size_t count, int plane) {
    for (std::size_t x = 0; x < count; ++x) {
      const int col = first + static_cast<int>(x);
      if (!wanted_[static_cast<std::size_t>(col)]) continue;
      const int mean = alone_ ? best_.first[x] : (best_.first[x] + best_.second[x] + 1) / 2;
      const bool off = layer_.kind == LayerKind::kItem && best_.worst[x] == kOffItem;
      volume_.at<std::uint8_t>(y * layer_.box.width + col, plane) =
          static_cast<std::uint8_t>(off ? (mean + kOffItem) / 2 : mean);
    }
  }

  const DepthFrame& frame_;
  const Layer& layer_;
  cv::Mat& volume_;
  bool alone_;
  std::vector<RowCost> rows_;
  std::vector<char> wanted_;
  std::vector<std::uint8_t> cost_;
  BestCosts best_;
};

}  // namespace

cv::Mat SweepPlanes(const DepthFrame& frame,
                    const std::vector<const DepthFrame*>& others,
                    const Layer& layer) {
  cv::Mat volume(layer.box.area(), layer.planes.count, CV_8UC1, cv::Scalar(0));
  Sweeper sweeper(frame, others, layer, volume);
  for (int y = 0; y < layer.box.height; ++y) sweeper.Row(y);
  return volume;
}

}  // namespace rv::depth
