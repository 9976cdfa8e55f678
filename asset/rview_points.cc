#include "asset/rview_points.h"

#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "base/byte_io.h"
#include "base/text.h"

namespace rv::asset {
namespace {

constexpr std::string_view kMagic = "RVPOINTS";
constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kPointSize = 40;
constexpr std::size_t kObservationSize = 20;

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
  ByteReader reader(bytes.subspan(kMagic.size()));
  const auto layout = reader.Number<std::uint32_t>();
  if (layout > kLayout)
    return Fail(ErrorCode::kUnsupported, Text("points.bin has layout ", layout), "use a newer rotaview");
  if (layout != kLayout || reader.Number<std::uint32_t>() != 0) return BadPoints("its header is damaged");
  const Counts counts{.points = reader.Number<std::uint64_t>(),
                      .observations = reader.Number<std::uint64_t>()};
  if (counts.points > limits.max_points || counts.observations > limits.max_observations)
    return Fail(ErrorCode::kInvalidArgument, Text("points.bin has ", counts.points, " points and ",
                                                  counts.observations, " observations; fewer are read"));
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
  ByteWriter out;
  out.Reserve(kHeaderSize + points.size() * kPointSize + observations * kObservationSize);
  out.Plain(kMagic);
  out.Number(kLayout);
  out.Number(std::uint32_t{0});
  out.Number(std::uint64_t{points.size()});
  out.Number(std::uint64_t{observations});
  for (const Point& point : points) {
    for (int axis = 0; axis < 3; ++axis) out.Real(point.position[axis]);
    out.Real(point.mean_error_px);
    out.Number(static_cast<std::uint32_t>(point.track.size()));
    for (int channel = 0; channel < 3; ++channel) out.Number(point.rgb[channel]);
    out.Number(std::uint8_t{0});
  }
  for (const Point& point : points) {
    for (const Observation& observation : point.track) {
      out.Number(observation.frame.value);
      out.Real(observation.pixel.x());
      out.Real(observation.pixel.y());
    }
  }
  return out.Take();
}

Result<std::vector<Point>> DecodePoints(std::span<const std::uint8_t> bytes,
                                        std::size_t frame_count,
                                        const ReadOptions& limits) {
  const Result<Counts> counts = ReadHeader(bytes, limits);
  if (!counts) return Forward(counts);
  ByteReader heads(bytes.subspan(kHeaderSize));
  ByteReader tracks(bytes.subspan(kHeaderSize + counts->points * kPointSize));
  std::uint64_t left = counts->observations;
  std::vector<Point> points(counts->points);
  for (Point& point : points) {
    for (int axis = 0; axis < 3; ++axis) point.position[axis] = heads.Real();
    point.mean_error_px = heads.Real();
    const auto track_length = heads.Number<std::uint32_t>();
    for (int channel = 0; channel < 3; ++channel) point.rgb[channel] = heads.Number<std::uint8_t>();
    if (heads.Number<std::uint8_t>() != 0 || !AllFinite(point)) return BadPoints("a point is damaged");
    if (track_length > left) return BadPoints("a track is longer than the file");
    left -= track_length;
    point.track.resize(track_length);
    for (Observation& observation : point.track) {
      observation.frame.value = tracks.Number<std::uint32_t>();
      observation.pixel.x() = tracks.Real();
      observation.pixel.y() = tracks.Real();
      if (observation.frame.value >= frame_count || !observation.pixel.allFinite())
        return BadPoints("an observation is damaged");
    }
  }
  if (left != 0) return BadPoints("it has more observations than its tracks");
  return points;
}

}  // namespace rv::asset
