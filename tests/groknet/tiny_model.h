// The committed model of a few kB (data/make_tiny_model.py) and pictures that it knows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scene/image.h"

namespace rv {

std::filesystem::path TinyModel();
std::string TinyModelBytes();
// The model's card as JSON.
std::string TinyCard();

// Replaces the first `from` by `to`; throws where it is not there.
std::string Replaced(std::string text, const std::string& from, const std::string& to);

// A file of its own, gone with it.
class TempFile {
 public:
  TempFile(const std::string& name, const std::string& bytes);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

Image Plain(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b);
// Noise that depends on the seed alone.
Image Noise(int width, int height, int channels, unsigned seed);
// A square of one color in the middle of a white picture.
Image SquareOnWhite(int side, std::uint8_t r, std::uint8_t g, std::uint8_t b);

}  // namespace rv
