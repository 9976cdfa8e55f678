#include "tests/capture/media.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/byte_io.h"

namespace rv::testing {
namespace fs = std::filesystem;

fs::path Shared(const std::string& relative) {
  const char* given = std::getenv("ROTAVIEW_SHARED");
  const fs::path path = fs::path(given != nullptr ? given : "../shared") / relative;
  return fs::exists(path) ? path : fs::path();
}

bool Ffmpeg(const std::string& arguments) {
  return std::system(("ffmpeg -nostdin -v error -y " + arguments + " >/dev/null 2>&1").c_str()) == 0;
}

bool MakeClip(const fs::path& path, const std::string& video, int frames, const std::string& size) {
  return Ffmpeg("-f lavfi -i testsrc2=size=" + size + ":rate=30 -frames:v " + std::to_string(frames) + " " +
                video + " '" + path.string() + "'");
}

std::vector<Image> FramesByFfmpeg(const fs::path& clip, const fs::path& folder, const std::string& filter) {
  fs::create_directories(folder);
  std::vector<Image> out;
  if (!Ffmpeg("-i '" + clip.string() + "' -vsync passthrough " + filter + " '" + folder.string() +
              "/%06d.png'"))
    return out;
  for (int i = 1;; ++i) {
    char name[32];
    std::snprintf(name, sizeof(name), "%06d.png", i);
    const std::vector<std::uint8_t> bytes = ReadBytes(folder / name);
    if (bytes.size() < 24) return out;
    const auto side = [&](std::size_t at) { return static_cast<int>(BigEndianAt(bytes, at, 4)); };
    out.push_back(*Decode({.format = "png", .width = side(16), .height = side(20), .bytes = bytes}, 3));
  }
}

double Difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) return 255;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

Image Pixels(const SweepFrame& frame) {
  const Result<Image> image = Decode(frame.image, 3);
  EXPECT_TRUE(image.has_value()) << frame.name;
  return image.value_or(Image{});
}

void WriteBytes(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::uint8_t> ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Image Scenery(int width, int height, int seed) {
  Image out = Image::Make(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        out.at(x, y)[c] = static_cast<std::uint8_t>(128 + 60 * std::sin(0.07 * (x + 13 * seed) + c) +
                                                    60 * std::cos(0.05 * (y - 7 * seed) + 2 * c));
  return out;
}

}  // namespace rv::testing
