#include <algorithm>
#include <cmath>
#include <ctime>
#include <exiv2/exiv2.hpp>

#include "capture/still/still.h"

namespace rv::still {
namespace {

std::optional<double> Number(const Exiv2::ExifData& data, const char* key) {
  const auto found = data.findKey(Exiv2::ExifKey(key));
  if (found == data.end() || found->count() == 0) return std::nullopt;
  const Exiv2::Rational value = found->toRational();
  if (value.second == 0) return std::nullopt;
  return static_cast<double>(value.first) / value.second;
}

std::string ExifText(const Exiv2::ExifData& data, const char* key) {
  const auto found = data.findKey(Exiv2::ExifKey(key));
  return found == data.end() ? std::string() : found->toString();
}

// "2021:05:30 14:02:11" plus "Exif.Photo.SubSecTimeOriginal".
double CaptureTime(const Exiv2::ExifData& data) {
  std::tm when{};
  const std::string text = ExifText(data, "Exif.Photo.DateTimeOriginal");
  if (text.size() < 19 || strptime(text.c_str(), "%Y:%m:%d %H:%M:%S", &when) == nullptr) return 0;
  double fraction = 0;
  const std::string digits = ExifText(data, "Exif.Photo.SubSecTimeOriginal");
  if (!digits.empty() && digits.size() < 10 &&
      std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    fraction = std::stod("0." + digits);
  return static_cast<double>(timegm(&when)) + fraction;
}

// Millimetres per unit of FocalPlaneResolutionUnit.
double UnitMm(double unit) { return unit == 3 ? 10.0 : unit == 4 ? 1.0 : unit == 5 ? 0.001 : 25.4; }

// The 35 mm equivalent is by the diagonal (CIPA DCG-001): 43.27 mm.
constexpr double kDiagonal35Mm = 43.2666;

// Editors that shrink a photo often correct its pixel count but not the focal plane's resolution, which is
// then that of the original. It is believed when the sensor that follows is one that cameras have.
bool IsSensorWidth(double mm) {
  for (const double known : {36.0, 23.6, 22.3, 17.3, 13.2, 8.8, 7.6, 6.17, 5.76})
    if (std::abs(mm / known - 1) < 0.03) return true;
  return false;
}

std::optional<double> FocalPx(const Exiv2::ExifData& data, int width, int height) {
  const std::optional<double> mm = Number(data, "Exif.Photo.FocalLength");
  const std::optional<double> per_unit = Number(data, "Exif.Photo.FocalPlaneXResolution");
  const std::optional<double> equivalent = Number(data, "Exif.Photo.FocalLengthIn35mmFilm");
  if (equivalent && *equivalent > 0) return *equivalent * std::hypot(width, height) / kDiagonal35Mm;
  if (!mm || !per_unit || *mm <= 0 || *per_unit <= 0) return std::nullopt;
  const double unit = UnitMm(Number(data, "Exif.Photo.FocalPlaneResolutionUnit").value_or(2));
  const double px_per_mm = *per_unit / unit;
  if (!IsSensorWidth(std::max(width, height) / px_per_mm)) return std::nullopt;
  return *mm * px_per_mm;
}

// A crop or a resize leaves the camera's own size in the file; its focal length is then for another picture.
bool SizeAgrees(const Exiv2::ExifData& data, int width, int height) {
  const double w = Number(data, "Exif.Photo.PixelXDimension").value_or(0);
  const double h = Number(data, "Exif.Photo.PixelYDimension").value_or(0);
  if (w <= 0 || h <= 0) return true;
  return (w == width && h == height) || (w == height && h == width);
}

void Fill(const Exiv2::ExifData& data, int width, int height, StillMetadata& out) {
  const int orientation = static_cast<int>(Number(data, "Exif.Image.Orientation").value_or(1));
  if (orientation >= 1 && orientation <= 8) out.orientation = orientation;
  out.make = ExifText(data, "Exif.Image.Make");
  out.model = ExifText(data, "Exif.Image.Model");
  out.capture_time_s = CaptureTime(data);
  const std::optional<double> focal = FocalPx(data, width, height);
  if (!focal) return;
  const double longest = std::max(width, height);
  if (!SizeAgrees(data, width, height)) {
    out.focal_note = "the focal length in the file is for another picture size (cropped or resized)";
  } else if (*focal < 0.3 * longest || *focal > 12 * longest) {
    out.focal_note = "the focal length in the file is not believable";
  } else {
    out.focal_px = focal;
  }
}

}  // namespace

StillMetadata ReadExif(std::span<const std::uint8_t> exif, int width, int height) {
  StillMetadata out;
  if (exif.size() < 8) return out;
  // Some writers put the JPEG marker's own prefix in front.
  constexpr std::uint8_t kPrefix[] = {'E', 'x', 'i', 'f', 0, 0};
  if (exif.size() > 14 && std::equal(std::begin(kPrefix), std::end(kPrefix), exif.begin()))
    exif = exif.subspan(6);
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  try {
    Exiv2::ExifData data;
    Exiv2::ExifParser::decode(data, exif.data(), static_cast<std::uint32_t>(exif.size()));
    Fill(data, width, height, out);
  } catch (const std::exception&) {
    // A damaged block says nothing; the picture itself is still good.
  }
  return out;
}

}  // namespace rv::still
