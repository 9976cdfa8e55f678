#include "tests/support/scene/canvas.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/parallel.h"
#include "tests/support/scene/noise.h"

namespace rv::synthetic {

std::string Word(Random& random, int syllables) {
  static constexpr std::array<const char*, 20> kSyllables{"ka", "lo",  "mi", "ren", "ta", "vo", "sil",
                                                          "pu", "dra", "ne", "bel", "so", "fi", "nor",
                                                          "ga", "te",  "wu", "yl",  "as", "co"};
  std::string word;
  for (int i = 0; i < syllables; ++i) word += kSyllables[random.Index(kSyllables.size())];
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

void Grain(cv::Mat& canvas, int cells, int octaves, double amount, std::uint64_t seed) {
  // The finest octave has cells * 2^(octaves - 1) cells a side: about four texels each are enough.
  const int finest = 4 * (cells << (octaves - 1));
  const int rows = std::min(canvas.rows, finest), cols = std::min(canvas.cols, finest);
  cv::Mat coarse(rows, cols, CV_32F);
  ParallelFor(rows, 0, [&](std::size_t y) {
    for (int x = 0; x < cols; ++x) {
      const float noise = FractalNoise((x + 0.5F) / cols, (y + 0.5F) / rows, cells, octaves, seed);
      coarse.at<float>(static_cast<int>(y), x) = static_cast<float>(1 + amount * 2 * (noise - 0.5));
    }
  });
  cv::Mat factor;
  cv::resize(coarse, factor, canvas.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < canvas.rows; ++y) {
    for (int x = 0; x < canvas.cols; ++x) {
      auto& texel = canvas.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) texel[c] = cv::saturate_cast<uchar>(texel[c] * factor.at<float>(y, x));
    }
  }
}

Texture ToTexture(const cv::Mat& canvas, float gain, float max_value) {
  return ToTexture(canvas, cv::Mat(), gain, max_value);
}

Texture ToTexture(const cv::Mat& canvas, const cv::Mat& glow, float gain, float max_value) {
  std::array<float, 256> linear;
  for (int i = 0; i < 256; ++i) linear[i] = LinearFromSrgb(i / 255.0F);
  std::vector<Vec3> texels;
  texels.reserve(canvas.total());
  for (int y = 0; y < canvas.rows; ++y) {
    for (int x = 0; x < canvas.cols; ++x) {
      const auto& t = canvas.at<cv::Vec3b>(y, x);
      const float shine = glow.empty() ? 0.0F : glow.at<uchar>(y, x) / 255.0F;
      texels.push_back(Vec3{linear[t[0]], linear[t[1]], linear[t[2]]} *
                       ((1 - shine) * gain + shine * max_value));
    }
  }
  return Texture(canvas.cols, canvas.rows, texels, max_value);
}

}  // namespace rv::synthetic
