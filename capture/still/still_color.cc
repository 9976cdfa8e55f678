#include <lcms2.h>

#include <cstring>
#include <memory>

#include "capture/still/still.h"

namespace rv::still {
namespace {

struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
using Profile = std::unique_ptr<void, CloseProfile>;
using Transform = std::unique_ptr<void, DeleteTransform>;

Transform ToSrgb(const std::vector<std::uint8_t>& icc,
                 cmsColorSpaceSignature space,
                 cmsUInt32Number input_type) {
  const Profile from(
      icc.empty() ? nullptr : cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (!from || cmsGetColorSpace(from.get()) != space) return nullptr;
  const Profile srgb(cmsCreate_sRGBProfile());
  return Transform(cmsCreateTransform(from.get(), input_type, srgb.get(), TYPE_RGB_8,
                                      INTENT_RELATIVE_COLORIMETRIC,
                                      cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION));
}

// Most profiles are sRGB by name; a transform would only add rounding.
bool NamesSrgb(const std::vector<std::uint8_t>& icc) {
  const Profile profile(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (!profile) return false;
  char text[256] = {};
  cmsGetProfileInfoASCII(profile.get(), cmsInfoDescription, "en", "US", text, sizeof(text) - 1);
  return std::strstr(text, "sRGB") != nullptr;
}

}  // namespace

void ProfileToSrgb(const std::vector<std::uint8_t>& icc, Image& pixels) {
  if (icc.empty() || pixels.channels != 3 || NamesSrgb(icc)) return;
  const Transform transform = ToSrgb(icc, cmsSigRgbData, TYPE_RGB_8);
  if (!transform) return;
  const std::size_t row = static_cast<std::size_t>(pixels.width) * 3;
  for (int y = 0; y < pixels.height; ++y) {
    std::uint8_t* at = pixels.pixels.data() + row * y;
    cmsDoTransform(transform.get(), at, at, static_cast<cmsUInt32Number>(pixels.width));
  }
}

Image CmykToSrgb(const std::vector<std::uint8_t>& icc,
                 int width,
                 int height,
                 const std::vector<std::uint8_t>& cmyk) {
  Image out = Image::Make(width, height, 3);
  const std::size_t count = static_cast<std::size_t>(width) * height;
  if (const Transform transform = ToSrgb(icc, cmsSigCmykData, TYPE_CMYK_8)) {
    for (int y = 0; y < height; ++y)
      cmsDoTransform(transform.get(), cmyk.data() + static_cast<std::size_t>(y) * width * 4, out.at(0, y),
                     static_cast<cmsUInt32Number>(width));
    return out;
  }
  for (std::size_t i = 0; i < count; ++i)
    for (int c = 0; c < 3; ++c)
      out.pixels[i * 3 + c] =
          static_cast<std::uint8_t>((255 - cmyk[i * 4 + c]) * (255 - cmyk[i * 4 + 3]) / 255);
  return out;
}

}  // namespace rv::still
