#include "convert/colmap_model.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <type_traits>
#include <utility>

#include "base/text.h"

namespace rv::convert {
namespace {

// COLMAP's camera model numbers.
enum CameraModel { kSimplePinhole = 0, kPinhole = 1, kSimpleRadial = 2, kRadial = 3 };

// A file in memory, read value by value; `failed` once a value lies beyond its end.
struct ByteReader {
  std::string bytes;
  std::size_t position = 0;
  bool failed = false;

  template <typename T>
  T Next() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (failed || bytes.size() - position < sizeof(T)) {
      failed = true;
      return value;
    }
    std::memcpy(&value, bytes.data() + position, sizeof(T));
    position += sizeof(T);
    return value;
  }
  Eigen::Vector2d NextVector2() {
    const double x = Next<double>();
    return {x, Next<double>()};
  }
  Eigen::Vector3d NextVector3() {
    const double x = Next<double>();
    const double y = Next<double>();
    return {x, y, Next<double>()};
  }
  std::string NextName() {
    const std::size_t end = bytes.find('\0', position);
    if (failed || end == std::string::npos) {
      failed = true;
      return {};
    }
    return bytes.substr(std::exchange(position, end + 1), end - position);
  }
  // A count of items of at least `item_bytes` each: more than fit into the rest of the file cannot be true.
  std::uint64_t NextCount(std::size_t item_bytes) {
    const auto count = Next<std::uint64_t>();
    if (count > (bytes.size() - position) / item_bytes) failed = true;
    return failed ? 0 : count;
  }
};

Result<ByteReader> OpenFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::kNotFound, "no " + path.filename().string() + " in the COLMAP model");
  return ByteReader{.bytes = std::string(std::istreambuf_iterator<char>(file), {})};
}

tl::unexpected<Error> Corrupt(const char* file) {
  return Fail(ErrorCode::kCorrupt, Text(file, " of the COLMAP model ends early or contradicts itself"));
}

Status ReadCameras(ByteReader reader, ColmapModel& model) {
  const std::uint64_t count = reader.NextCount(24);
  for (std::uint64_t i = 0; i < count && !reader.failed; ++i) {
    const auto id = reader.Next<std::uint32_t>();
    const auto kind = reader.Next<std::int32_t>();
    if (kind < kSimplePinhole || kind > kRadial) {
      return Fail(ErrorCode::kUnsupported, Text("COLMAP camera model ", kind, " is not supported"));
    }
    Camera camera;
    camera.width = static_cast<int>(reader.Next<std::uint64_t>());
    camera.height = static_cast<int>(reader.Next<std::uint64_t>());
    camera.focal_px = reader.Next<double>();
    if (kind == kPinhole) camera.focal_px = std::sqrt(camera.focal_px * reader.Next<double>());
    camera.cx_px = reader.Next<double>();
    camera.cy_px = reader.Next<double>();
    if (kind >= kSimpleRadial) camera.k1 = reader.Next<double>();
    if (kind == kRadial) camera.k2 = reader.Next<double>();
    model.cameras[id] = camera;
  }
  if (reader.failed) return Corrupt("cameras.bin");
  return {};
}

ColmapImage ReadImage(ByteReader& reader) {
  ColmapImage image;
  const double w = reader.Next<double>();  // wxyz on disk, xyzw in Eigen's memory
  const Eigen::Vector3d xyz = reader.NextVector3();
  image.cam_from_world.rotation = Eigen::Quaterniond(w, xyz.x(), xyz.y(), xyz.z()).normalized();
  image.cam_from_world.translation = reader.NextVector3();
  image.camera_id = reader.Next<std::uint32_t>();
  image.name = reader.NextName();
  const std::uint64_t features = reader.NextCount(24);
  image.features.reserve(features);
  for (std::uint64_t i = 0; i < features && !reader.failed; ++i) {
    const Eigen::Vector2d pixel = reader.NextVector2();
    image.features.push_back({pixel, reader.Next<std::uint64_t>()});
  }
  return image;
}

Status ReadImages(ByteReader reader, ColmapModel& model) {
  const std::uint64_t count = reader.NextCount(64);
  for (std::uint64_t i = 0; i < count && !reader.failed; ++i) {
    const auto id = reader.Next<std::uint32_t>();
    ColmapImage image = ReadImage(reader);
    if (!model.cameras.contains(image.camera_id)) return Corrupt("images.bin");
    model.images[id] = std::move(image);
  }
  if (reader.failed) return Corrupt("images.bin");
  return {};
}

Status ReadPoints(ByteReader reader, ColmapModel& model) {
  const std::uint64_t count = reader.NextCount(43);
  for (std::uint64_t i = 0; i < count && !reader.failed; ++i) {
    const auto id = reader.Next<std::uint64_t>();
    ColmapPoint point;
    point.position = reader.NextVector3();
    for (int channel = 0; channel < 3; ++channel) point.rgb[channel] = reader.Next<std::uint8_t>();
    point.mean_error_px = reader.Next<double>();
    const std::uint64_t track = reader.NextCount(8);
    for (std::uint64_t k = 0; k < track && !reader.failed; ++k) {
      const auto image = reader.Next<std::uint32_t>();
      const auto feature = reader.Next<std::uint32_t>();
      const auto seen_by = model.images.find(image);
      if (seen_by == model.images.end() || feature >= seen_by->second.features.size()) {
        return Corrupt("points3D.bin");
      }
      point.track.push_back({image, feature});
    }
    model.points[id] = std::move(point);
  }
  if (reader.failed) return Corrupt("points3D.bin");
  return {};
}

}  // namespace

Result<ColmapModel> ReadColmapModel(const std::filesystem::path& folder) {
  ColmapModel model;
  using Part = Status (*)(ByteReader, ColmapModel&);
  // In this order: images name cameras, points name images.
  const std::pair<const char*, Part> parts[] = {
      {"cameras.bin", ReadCameras}, {"images.bin", ReadImages}, {"points3D.bin", ReadPoints}};
  for (const auto& [name, read] : parts) {
    Result<ByteReader> file = OpenFile(folder / name);
    if (!file) return Forward(file);
    const Status status = read(std::move(*file), model);
    if (!status) return Forward(status);
  }
  return model;
}

std::uint64_t CountColmapImages(const std::filesystem::path& folder) {
  std::ifstream file(folder / "images.bin", std::ios::binary);
  std::uint64_t count = 0;
  if (!file.read(reinterpret_cast<char*>(&count), sizeof(count))) return 0;
  return count;
}

}  // namespace rv::convert
