#include "groknet/inference/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/check.h"

namespace rv {
namespace {

// The input pixels that one output pixel is made of.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> TriangleTaps(int in, int out) {
  const double step = static_cast<double>(in) / out;
  const double support = std::max(step, 1.0);
  std::vector<Taps> all(static_cast<std::size_t>(out));
  for (int i = 0; i < out; ++i) {
    const double center = (i + 0.5) * step;
    Taps& taps = all[static_cast<std::size_t>(i)];
    taps.first = std::max(0, static_cast<int>(std::floor(center - support + 0.5)));
    const int end = std::min(in, static_cast<int>(std::floor(center + support + 0.5)));
    double sum = 0;
    std::vector<double> weights;
    for (int j = taps.first; j < end; ++j) {
      weights.push_back(std::max(0.0, 1 - std::abs(j + 0.5 - center) / support));
      sum += weights.back();
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
  }
  return all;
}

// Gray and alpha to plain RGB.
Image ToRgb(const Image& image) {
  Image rgb = Image::Make(image.width, image.height, 3);
  const std::size_t count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  const auto channels = static_cast<std::size_t>(image.channels);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      if (channels == 1) {
        rgb.pixels[3 * i + c] = image.pixels[i];
      } else {
        const int alpha = image.pixels[4 * i + 3];
        rgb.pixels[3 * i + c] =
            static_cast<std::uint8_t>((image.pixels[4 * i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
      }
    }
  }
  return rgb;
}

// So many output rows are filtered together: across, each takes a lane.
constexpr std::size_t kRows = 8;
using Lanes = float __attribute__((vector_size(kRows * sizeof(float))));

// Columns of an image to kRows rows of floats, `stride` numbers each: rows[r] = sum of weight * input row.
// Four input rows at a time keep the sum in registers.
inline __attribute__((always_inline)) void FilterColumns(const std::uint8_t* pixels,
                                                         std::size_t stride,
                                                         const Taps& taps,
                                                         float* row) {
  std::fill_n(row, stride, 0.0F);
  const std::size_t count = taps.weights.size();
  for (std::size_t k = 0; k < count; k += 4) {
    const std::uint8_t* in[4];
    float w[4];
    for (std::size_t t = 0; t < 4; ++t) {
      const std::size_t tap = std::min(k + t, count - 1);
      in[t] = pixels + (static_cast<std::size_t>(taps.first) + tap) * stride;
      w[t] = k + t < count ? taps.weights[tap] : 0.0F;
    }
    for (std::size_t i = 0; i < stride; ++i) {
      row[i] += (w[0] * static_cast<float>(in[0][i]) + w[1] * static_cast<float>(in[1][i])) +
                (w[2] * static_cast<float>(in[2][i]) + w[3] * static_cast<float>(in[3][i]));
    }
  }
}

// rows [kRows, stride] to lanes [stride] that hold one number of each row.
inline __attribute__((always_inline)) void Interleave(const float* rows, std::size_t stride, float* lanes) {
  for (std::size_t i = 0; i < stride; ++i) {
    for (std::size_t r = 0; r < kRows; ++r) lanes[i * kRows + r] = rows[r * stride + i];
  }
}

// One output pixel of kRows rows; even and odd taps in sums of their own, so that an addition need not wait
// for the one before it.
inline __attribute__((always_inline)) void FilterPixel(const float* lanes, const Taps& taps, Lanes sums[3]) {
  Lanes odd[3] = {};
  const float* in = lanes + static_cast<std::size_t>(taps.first) * 3 * kRows;
  const std::size_t count = taps.weights.size();
  const auto add = [ in, &taps ](std::size_t k, Lanes into[3]) __attribute__((always_inline)) {
    for (std::size_t c = 0; c < 3; ++c) {
      Lanes value;
      std::memcpy(&value, in + (3 * k + c) * kRows, sizeof(value));
      into[c] += taps.weights[k] * value;
    }
  };
  for (std::size_t c = 0; c < 3; ++c) sums[c] = Lanes{};
  for (std::size_t k = 0; k + 1 < count; k += 2) {
    add(k, sums);
    add(k + 1, odd);
  }
  if (count % 2 == 1) add(count - 1, sums);
  for (std::size_t c = 0; c < 3; ++c) sums[c] += odd[c];
}

struct Filters {
  std::vector<Taps> across;
  std::vector<Taps> down;
  float offset = 0;
  float factor = 1;
};

inline __attribute__((always_inline)) void ResizeBody(
    const Image& image, const Filters& filters, float* rows, float* lanes, float* out) {
  const std::size_t side = filters.down.size();
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  for (std::size_t y = 0; y < side; y += kRows) {
    const std::size_t used = std::min(kRows, side - y);
    for (std::size_t r = 0; r < used; ++r)
      FilterColumns(image.pixels.data(), stride, filters.down[y + r], rows + r * stride);
    Interleave(rows, stride, lanes);
    for (std::size_t x = 0; x < side; ++x) {
      Lanes sums[3];
      FilterPixel(lanes, filters.across[x], sums);
      for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t r = 0; r < used; ++r)
          out[(c * side + y + r) * side + x] = (sums[c][r] - filters.offset) * filters.factor;
      }
    }
  }
}

using ResizeFunction = void (*)(const Image&, const Filters&, float*, float*, float*);

void ResizePlain(const Image& image, const Filters& filters, float* rows, float* lanes, float* out) {
  ResizeBody(image, filters, rows, lanes, out);
}

#if defined(__x86_64__)
// The same sums, element by element, in wider registers.
__attribute__((target("avx2"))) void ResizeAvx2(
    const Image& image, const Filters& filters, float* rows, float* lanes, float* out) {
  ResizeBody(image, filters, rows, lanes, out);
}
__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512"))) void ResizeAvx512(
    const Image& image, const Filters& filters, float* rows, float* lanes, float* out) {
  ResizeBody(image, filters, rows, lanes, out);
}
ResizeFunction ChooseResize() {
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return ResizeAvx512;
  return __builtin_cpu_supports("avx2") ? ResizeAvx2 : ResizePlain;
}
#else
ResizeFunction ChooseResize() { return ResizePlain; }
#endif

}  // namespace

void Preprocess(const Image& image, int size, double mean, double scale, std::span<float> out) {
  RV_CHECK(image.width > 0 && image.height > 0 && size > 0);
  const auto side = static_cast<std::size_t>(size);
  RV_CHECK_EQ(out.size(), 3 * side * side);
  RV_CHECK_EQ(image.pixels.size(), static_cast<std::size_t>(image.width) * image.height *
                                       static_cast<std::size_t>(image.channels));
  if (image.channels != 3) return Preprocess(ToRgb(image), size, mean, scale, out);
  const Filters filters = {.across = TriangleTaps(image.width, size),
                           .down = TriangleTaps(image.height, size),
                           .offset = static_cast<float>(mean),
                           .factor = static_cast<float>(1 / scale)};
  const std::size_t numbers = static_cast<std::size_t>(image.width) * 3 * kRows;
  std::vector<float> buffers(2 * numbers);
  static const ResizeFunction resize = ChooseResize();
  resize(image, filters, buffers.data(), buffers.data() + numbers, out.data());
}

}  // namespace rv
