#include "groknet/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "scene/check.h"

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
    const double centre = (i + 0.5) * step;
    Taps& taps = all[static_cast<std::size_t>(i)];
    taps.first = std::max(0, static_cast<int>(std::floor(centre - support + 0.5)));
    const int end = std::min(in, static_cast<int>(std::floor(centre + support + 0.5)));
    double sum = 0;
    std::vector<double> weights;
    for (int j = taps.first; j < end; ++j) {
      weights.push_back(std::max(0.0, 1 - std::abs(j + 0.5 - centre) / support));
      sum += weights.back();
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
  }
  return all;
}

// Grey and alpha to plain RGB.
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

// sum += weight * row, element by element; the inner loop of all preprocessing. Four rows at a time keep the sum in
// registers.
inline __attribute__((always_inline)) void AddRowsBody(const std::uint8_t* const rows[4],
                                                       const float weights[4],
                                                       std::size_t count,
                                                       float* sum) {
  const std::uint8_t* const a = rows[0];
  const std::uint8_t* const b = rows[1];
  const std::uint8_t* const c = rows[2];
  const std::uint8_t* const d = rows[3];
  const float wa = weights[0];
  const float wb = weights[1];
  const float wc = weights[2];
  const float wd = weights[3];
  for (std::size_t i = 0; i < count; ++i) {
    sum[i] += (wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i])) +
              (wc * static_cast<float>(c[i]) + wd * static_cast<float>(d[i]));
  }
}

using AddRowsFunction = void (*)(const std::uint8_t* const[4], const float[4], std::size_t, float*);

void AddRowsPlain(const std::uint8_t* const rows[4], const float weights[4], std::size_t count, float* sum) {
  AddRowsBody(rows, weights, count, sum);
}

#if defined(__x86_64__)
// The same sums, element by element, in wider registers.
__attribute__((target("avx2"))) void AddRowsAvx2(const std::uint8_t* const rows[4],
                                                 const float weights[4],
                                                 std::size_t count,
                                                 float* sum) {
  AddRowsBody(rows, weights, count, sum);
}
AddRowsFunction ChooseAddRows() { return __builtin_cpu_supports("avx2") ? AddRowsAvx2 : AddRowsPlain; }
#else
AddRowsFunction ChooseAddRows() { return AddRowsPlain; }
#endif

// One output row before its columns are filtered: width * 3 floats.
void FilterColumns(const Image& image, const Taps& taps, std::vector<float>& row) {
  static const AddRowsFunction add_rows = ChooseAddRows();
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  std::fill(row.begin(), row.end(), 0.0F);
  const std::size_t count = taps.weights.size();
  for (std::size_t k = 0; k < count; k += 4) {
    const std::uint8_t* rows[4];
    float weights[4];
    for (std::size_t t = 0; t < 4; ++t) {
      const std::size_t tap = std::min(k + t, count - 1);
      rows[t] = image.pixels.data() + (static_cast<std::size_t>(taps.first) + tap) * stride;
      weights[t] = k + t < count ? taps.weights[tap] : 0.0F;
    }
    add_rows(rows, weights, stride, row.data());
  }
}

// A pixel and the first number of the next, which is not used.
struct Four {
  float v[4];
};

inline Four Load(const float* from) {
  Four four;
  std::memcpy(&four, from, sizeof(four));
  return four;
}

// Even and odd taps in sums of their own, so that an addition need not wait for the one before it.
Four FilterRow(const std::vector<float>& row, const Taps& taps) {
  Four even{};
  Four odd{};
  const float* in = row.data() + static_cast<std::size_t>(taps.first) * 3;
  const std::size_t count = taps.weights.size();
  for (std::size_t k = 0; k + 1 < count; k += 2) {
    const Four first = Load(in + 3 * k);
    const Four second = Load(in + 3 * k + 3);
    for (std::size_t c = 0; c < 4; ++c) even.v[c] += taps.weights[k] * first.v[c];
    for (std::size_t c = 0; c < 4; ++c) odd.v[c] += taps.weights[k + 1] * second.v[c];
  }
  if (count % 2 == 1) {
    const Four last = Load(in + 3 * (count - 1));
    for (std::size_t c = 0; c < 4; ++c) even.v[c] += taps.weights[count - 1] * last.v[c];
  }
  for (std::size_t c = 0; c < 4; ++c) even.v[c] += odd.v[c];
  return even;
}

}  // namespace

void Preprocess(const Image& image, int size, double mean, double scale, std::span<float> out) {
  RV_CHECK(image.width > 0 && image.height > 0 && size > 0);
  const auto side = static_cast<std::size_t>(size);
  RV_CHECK_EQ(out.size(), 3 * side * side);
  RV_CHECK_EQ(image.pixels.size(),
              static_cast<std::size_t>(image.width) * image.height * static_cast<std::size_t>(image.channels));
  if (image.channels != 3) return Preprocess(ToRgb(image), size, mean, scale, out);
  const std::vector<Taps> across = TriangleTaps(image.width, size);
  const std::vector<Taps> down = TriangleTaps(image.height, size);
  std::vector<float> row(static_cast<std::size_t>(image.width) * 3 + 1);  // one to spare for the last Four
  const auto offset = static_cast<float>(mean);
  const auto factor = static_cast<float>(1 / scale);
  for (std::size_t y = 0; y < side; ++y) {
    FilterColumns(image, down[y], row);
    for (std::size_t x = 0; x < side; ++x) {
      const Four pixel = FilterRow(row, across[x]);
      for (std::size_t c = 0; c < 3; ++c) out[(c * side + y) * side + x] = (pixel.v[c] - offset) * factor;
    }
  }
}

}  // namespace rv
