#include "tests/groknet/tiny_model.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace rv {

namespace fs = std::filesystem;

fs::path TinyModel() { return "tests/groknet/data/tiny.onnx"; }

std::string TinyModelBytes() {
  std::ifstream in(TinyModel(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string TinyCard() {
  const std::string bytes = TinyModelBytes();
  const std::size_t begin = bytes.find("{\"format\"");
  const std::size_t end = bytes.find("\"trained_on\":[\"nothing\"]}", begin);
  if (end == std::string::npos) throw std::runtime_error("tiny.onnx has no card");
  return bytes.substr(begin, bytes.find('}', end) - begin + 1);
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("'" + from + "' is not there");
  return text.replace(at, from.size(), to);
}

TempFile::TempFile(const std::string& name, const std::string& bytes) {
  static std::atomic<int> count{0};
  folder_ =
      fs::temp_directory_path() / ("rv-groknet-" + std::to_string(getpid()) + "-" + std::to_string(count++));
  fs::create_directories(folder_);
  path_ = folder_ / name;
  std::ofstream(path_, std::ios::binary) << bytes;
}

TempFile::~TempFile() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Image Plain(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  Image image = Image::Make(width, height, 3);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    image.pixels[i] = r;
    image.pixels[i + 1] = g;
    image.pixels[i + 2] = b;
  }
  return image;
}

Image Noise(int width, int height, int channels, unsigned seed) {
  Image image = Image::Make(width, height, channels);
  unsigned state = seed * 2654435761U + 1;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return image;
}

Image SquareOnWhite(int side, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  Image image = Plain(side, side, 255, 255, 255);
  for (int y = side / 5; y < side - side / 5; ++y) {
    for (int x = side / 5; x < side - side / 5; ++x) {
      std::uint8_t* pixel = image.at(x, y);
      pixel[0] = r;
      pixel[1] = g;
      pixel[2] = b;
    }
  }
  return image;
}

}  // namespace rv
