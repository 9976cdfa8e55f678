#include "tests/support/write/focal_exif.h"

#include <cmath>
#include <cstdint>
#include <vector>

namespace rv {
namespace {

class BigEndian {
 public:
  void Word(unsigned value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value));
  }
  void Long(unsigned value) {
    Word(value >> 16);
    Word(value & 0xFFFFU);
  }
  void Entry(unsigned tag, unsigned type, unsigned value) {
    Word(tag);
    Word(type);
    Long(1);
    if (type == kShort) {
      Word(value);
      Word(0);
    } else {
      Long(value);
    }
  }
  static constexpr unsigned kShort = 3, kLong = 4;
  std::vector<std::uint8_t> bytes;
};

}  // namespace

void AddFocalExif(const Camera& camera, EncodedImage& jpeg) {
  constexpr double kFilmDiagonalMm = 43.2666;
  const double diagonal = std::hypot(camera.width, camera.height);
  const auto equivalent = static_cast<unsigned>(std::lround(camera.focal_px * kFilmDiagonalMm / diagonal));
  constexpr unsigned kExifAt = 8 + 2 + 12 + 4;
  BigEndian block;
  block.bytes = {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42};
  block.Long(8);
  block.Word(1);
  block.Entry(0x8769, BigEndian::kLong, kExifAt);
  block.Long(0);
  block.Word(3);
  block.Entry(0xA002, BigEndian::kLong, static_cast<unsigned>(camera.width));
  block.Entry(0xA003, BigEndian::kLong, static_cast<unsigned>(camera.height));
  block.Entry(0xA405, BigEndian::kShort, equivalent);
  block.Long(0);
  BigEndian segment;
  segment.Word(0xFFE1);
  segment.Word(static_cast<unsigned>(block.bytes.size() + 2));
  segment.bytes.insert(segment.bytes.end(), block.bytes.begin(), block.bytes.end());
  jpeg.bytes.insert(jpeg.bytes.begin() + 2, segment.bytes.begin(), segment.bytes.end());
}

}  // namespace rv
