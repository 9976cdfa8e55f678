#include "bench/honesty/degenerate.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>

#include "base/text.h"
#include "bench/campaign/random.h"
#include "scene/image.h"

namespace rv::honesty {
namespace {

using campaign::Random;
constexpr int kWidth = 320, kHeight = 240;
constexpr int kSheet = 768;  // side of the flat picture that photos are taken of

std::uint8_t Byte(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)); }

// Discs of random gray levels on a slope: plenty of features.
Image FlatSheet(Random& random) {
  Image sheet = Image::Make(kSheet, kSheet, 3, 128);
  for (int i = 0; i < 700; ++i) {
    const int x = random.Between(0, kSheet - 1), y = random.Between(0, kSheet - 1), r = random.Between(3, 26);
    const std::uint8_t ink[3] = {Byte(random.Between(0, 255)), Byte(random.Between(0, 255)),
                                 Byte(random.Between(0, 255))};
    for (int v = std::max(0, y - r); v < std::min(kSheet, y + r); ++v)
      for (int u = std::max(0, x - r); u < std::min(kSheet, x + r); ++u)
        if ((u - x) * (u - x) + (v - y) * (v - y) < r * r) std::copy_n(ink, 3, sheet.at(u, v));
  }
  return sheet;
}

// A photo: the sheet turned by `angle`, enlarged by `zoom`, seen about (x, y).
Image Photo(const Image& sheet, double x, double y, double angle, double zoom) {
  Image out = Image::Make(kWidth, kHeight, 3);
  const double c = std::cos(angle) / zoom, s = std::sin(angle) / zoom;
  for (int v = 0; v < kHeight; ++v)
    for (int u = 0; u < kWidth; ++u) {
      const double dx = u - kWidth / 2.0, dy = v - kHeight / 2.0;
      const int px = std::clamp(static_cast<int>(std::lround(x + c * dx - s * dy)), 0, kSheet - 1);
      const int py = std::clamp(static_cast<int>(std::lround(y + s * dx + c * dy)), 0, kSheet - 1);
      std::copy_n(sheet.at(px, py), 3, out.at(u, v));
    }
  return out;
}

Image Mirrored(Image image) {
  for (int v = 0; v < image.height; ++v)
    for (int u = 0; u < image.width / 2; ++u)
      std::swap_ranges(image.at(u, v), image.at(u, v) + 3, image.at(image.width - 1 - u, v));
  return image;
}

template <typename Level>
Image Drawn(const Level& level) {
  Image out = Image::Make(kWidth, kHeight, 3);
  for (int v = 0; v < kHeight; ++v)
    for (int u = 0; u < kWidth; ++u) std::fill_n(out.at(u, v), 3, Byte(level(u, v)));
  return out;
}

struct Draft {
  Random& random;
  int count;
  Image sheet;
  Image Still(int i) const { return Photo(sheet, 384, 384, 0.02 * i, 1); }
};

using Maker = std::function<Image(const Draft&, int)>;

const std::vector<std::pair<std::string, Maker>>& Makers() {
  static const std::vector<std::pair<std::string, Maker>> makers{
      {"equal", [](const Draft& d, int) { return d.Still(0); }},
      {"two", [](const Draft& d, int i) { return Photo(d.sheet, 350 + 40 * i, 384, 0, 1); }},
      {"noise",
       [](const Draft& d, int) { return Drawn([&](int, int) { return d.random.Between(0, 255); }); }},
      {"gradient",
       [](const Draft& d, int i) {
         const double angle = 0.3 * i + d.count;
         return Drawn([&](int u, int v) {
           return 128 + 0.4 * (std::cos(angle) * (u - 160) + std::sin(angle) * (v - 120));
         });
       }},
      {"mirrored", [](const Draft& d, int i) { return i % 2 == 0 ? d.Still(i) : Mirrored(d.Still(i)); }},
      {"repeated", [](const Draft& d, int i) { return d.Still(i % 3 == 0 ? i : 1); }},
      {"one color", [](const Draft&, int i) { return Drawn([&](int, int) { return 40 + 20 * (i % 5); }); }},
      {"shifted", [](const Draft& d, int i) { return Photo(d.sheet, 180 + 16 * i, 384, 0, 1); }},
      {"turned", [](const Draft& d, int i) { return Photo(d.sheet, 384, 384, 0.25 * i, 1); }},
      {"enlarged", [](const Draft& d, int i) { return Photo(d.sheet, 384, 384, 0, 1 + 0.07 * i); }},
      {"chessboard",
       [](const Draft&, int i) {
         return Drawn([&](int u, int v) { return ((u + 3 * i) / 24 + v / 24) % 2 == 0 ? 225 : 30; });
       }},
      {"stripes",
       [](const Draft&, int i) {
         return Drawn([&](int u, int) { return (u + 5 * i) / 12 % 2 == 0 ? 200 : 60; });
       }},
      {"unrelated", [](const Draft& d, int) { return Photo(FlatSheet(d.random), 384, 384, 0, 1); }},
      {"grown noise",
       [](const Draft& d, int i) {
         Image out = d.Still(i);
         for (std::uint8_t& value : out.pixels) value = Byte(value + d.random.Between(-12 * i, 12 * i));
         return out;
       }},
      {"black holes", [](const Draft& d, int i) {
         Image out = d.Still(i);
         for (int v = 40; v < 200; ++v) std::fill_n(out.at(40, v), 3 * 240, 0);
         return out;
       }}};
  return makers;
}

}  // namespace

const std::vector<std::string>& DegenerateKinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (const auto& [name, maker] : Makers()) names.push_back(name);
    return names;
  }();
  return kinds;
}

Status MakeDegenerate(int number, std::uint64_t seed, const std::filesystem::path& folder) {
  Random random(seed * 7919 + static_cast<std::uint64_t>(number));
  const auto& [kind, maker] = Makers()[static_cast<std::size_t>(number) % Makers().size()];
  const int count = kind == "two" ? 2 : random.Between(3, 24);
  const Draft draft{random, count, FlatSheet(random)};
  std::filesystem::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    const EncodedImage photo = EncodeJpeg(maker(draft, i), 92);
    const std::filesystem::path path = folder / Text(1000 + i, ".jpg");
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(photo.bytes.data()),
               static_cast<std::streamsize>(photo.bytes.size()));
    if (!file.flush())
      return Fail(ErrorCode::kInternal, "cannot write " + path.string(), "check the free space");
  }
  return {};
}

}  // namespace rv::honesty
