#include "asset/rview_points.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

namespace rv::asset {
namespace {

constexpr std::string_view kMagic = "RVPOINTS";
constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kPointSize = 40;
constexpr std::size_t kObservationSize = 20;
static_assert(std::endian::native == std::endian::little, "points.bin is written as it lies in memory");

class Writer {
 public:
  explicit Writer(std::size_t size) { bytes_.reserve(size); }
  template <typename T>
  void Put(const T& value) {
    const auto raw = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  }
  void Text(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  std::vector<std::uint8_t> Take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

// The caller has checked that the bytes are there.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  template <typename T>
  T Get() {
    T value;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

tl::unexpected<Error> BadPoints(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "points.bin: " + what, "copy or convert the file again");
}

struct Counts {
  std::uint64_t points = 0;
  std::uint64_t observations = 0;
};

Result<Counts> ReadHeader(std::span<const std::uint8_t> bytes, const ReadOptions& limits) {
  if (bytes.size() < kHeaderSize || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
    return BadPoints("its header is damaged");
  Reader reader(bytes.subspan(kMagic.size()));
  const auto layout = reader.Get<std::uint32_t>();
  if (layout > kLayout)
    return Fail(ErrorCode::kUnsupported, "points.bin has layout " + std::to_string(layout),
                "use a newer rotaview");
  if (layout != kLayout || reader.Get<std::uint32_t>() != 0) return BadPoints("its header is damaged");
  const Counts counts{.points = reader.Get<std::uint64_t>(), .observations = reader.Get<std::uint64_t>()};
  if (counts.points > limits.max_points || counts.observations > limits.max_observations)
    return Fail(ErrorCode::kInvalidArgument, "points.bin has " + std::to_string(counts.points) +
                                                 " points and " + std::to_string(counts.observations) +
                                                 " observations; fewer are read");
  // Divisions, so that no count can overflow the sum.
  const std::uint64_t room = bytes.size() - kHeaderSize;
  if (counts.points > room / kPointSize ||
      counts.observations > (room - counts.points * kPointSize) / kObservationSize ||
      counts.points * kPointSize + counts.observations * kObservationSize != room)
    return BadPoints("its size does not fit its counts");
  return counts;
}

bool AllFinite(const Point& point) {
  return point.position.allFinite() && std::isfinite(point.mean_error_px);
}

}  // namespace

std::size_t CountObservations(std::span<const Point> points) {
  std::size_t count = 0;
  for (const Point& point : points) count += point.track.size();
  return count;
}

std::vector<std::uint8_t> EncodePoints(std::span<const Point> points) {
  const std::size_t observations = CountObservations(points);
  Writer out(kHeaderSize + points.size() * kPointSize + observations * kObservationSize);
  out.Text(kMagic);
  out.Put(kLayout);
  out.Put(std::uint32_t{0});
  out.Put(std::uint64_t{points.size()});
  out.Put(std::uint64_t{observations});
  for (const Point& point : points) {
    for (int axis = 0; axis < 3; ++axis) out.Put(point.position[axis]);
    out.Put(point.mean_error_px);
    out.Put(static_cast<std::uint32_t>(point.track.size()));
    for (int channel = 0; channel < 3; ++channel) out.Put(point.rgb[channel]);
    out.Put(std::uint8_t{0});
  }
  for (const Point& point : points) {
    for (const Observation& observation : point.track) {
      out.Put(observation.frame.value);
      out.Put(observation.pixel.x());
      out.Put(observation.pixel.y());
    }
  }
  return out.Take();
}

Result<std::vector<Point>> DecodePoints(std::span<const std::uint8_t> bytes,
                                        std::size_t frame_count,
                                        const ReadOptions& limits) {
  const Result<Counts> counts = ReadHeader(bytes, limits);
  if (!counts) return Forward(counts);
  Reader heads(bytes.subspan(kHeaderSize));
  Reader tracks(bytes.subspan(kHeaderSize + counts->points * kPointSize));
  std::uint64_t left = counts->observations;
  std::vector<Point> points(counts->points);
  for (Point& point : points) {
    for (int axis = 0; axis < 3; ++axis) point.position[axis] = heads.Get<double>();
    point.mean_error_px = heads.Get<double>();
    const auto track_length = heads.Get<std::uint32_t>();
    for (int channel = 0; channel < 3; ++channel) point.rgb[channel] = heads.Get<std::uint8_t>();
    if (heads.Get<std::uint8_t>() != 0 || !AllFinite(point)) return BadPoints("a point is damaged");
    if (track_length > left) return BadPoints("a track is longer than the file");
    left -= track_length;
    point.track.resize(track_length);
    for (Observation& observation : point.track) {
      observation.frame.value = tracks.Get<std::uint32_t>();
      observation.pixel.x() = tracks.Get<double>();
      observation.pixel.y() = tracks.Get<double>();
      if (observation.frame.value >= frame_count || !observation.pixel.allFinite())
        return BadPoints("an observation is damaged");
    }
  }
  if (left != 0) return BadPoints("it has more observations than its tracks");
  return points;
}

}  // namespace rv::asset
