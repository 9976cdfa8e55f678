#include "groknet/inference/embedding.h"

#include <cmath>

#include "base/check.h"

namespace rv {

Embedding MakeEmbedding(std::vector<float> values) {
  RV_CHECK_EQ(values.size(), kCodeBits);
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  RV_CHECK(std::isfinite(squares) && squares > 0);
  Embedding embedding;
  const double scale = 1 / std::sqrt(squares);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0) embedding.code[i / 8] |= static_cast<std::uint8_t>(1U << (7 - i % 8));
    values[i] = static_cast<float>(values[i] * scale);
  }
  embedding.values = std::move(values);
  return embedding;
}

std::string CodeHex(const Embedding& embedding) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : embedding.code) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace rv
