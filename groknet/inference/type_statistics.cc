#include "groknet/inference/type_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "groknet/inference/embedding.h"
#include "groknet/inference/model_card.h"

namespace rv {
namespace {

using Json = nlohmann::json;

constexpr int kStatisticsVersion = 1;
constexpr const char* kRetrain = "train or fetch the model again";

// Thrown inside this file only; ParseTypeStatistics makes an Error of it.
struct BadStatistics {
  ErrorCode code;
  std::string message;
};

[[noreturn]] void RefuseStatistics(const std::string& message, ErrorCode code = ErrorCode::kCorrupt) {
  throw BadStatistics{code, message};
}

std::vector<double> Numbers(const Json& list, const std::string& what, std::size_t count) {
  auto numbers = list.get<std::vector<double>>();
  if (numbers.size() != count) RefuseStatistics(Text(what, " has ", numbers.size(), " numbers, not ", count));
  if (!std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); }))
    RefuseStatistics(what + " has a number that is not finite");
  return numbers;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Base64 (RFC 4648) of signed bytes.
std::vector<std::int8_t> SignedBytes(const std::string& base64, const std::string& what) {
  std::vector<std::int8_t> bytes;
  bytes.reserve(base64.size() / 4 * 3);
  const std::size_t end = std::min(base64.find('='), base64.size());
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const int digit = Base64Digit(base64[i]);
    if (digit < 0) RefuseStatistics(what + " is not base64");
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    // Four digits are three bytes; the first of them completes none.
    if (i % 4 > 0) bytes.push_back(static_cast<std::int8_t>((bits >> (6 - 2 * (i % 4))) & 0xFF));
  }
  return bytes;
}

// rows * columns values: {"scale": one for each row, "bytes": base64}; value = scale * byte.
std::vector<double> Matrix(const Json& json, const std::string& what, std::size_t rows, std::size_t columns) {
  const std::vector<double> scale = Numbers(json.at("scale"), what + ".scale", rows);
  const std::vector<std::int8_t> bytes = SignedBytes(json.at("bytes"), what + ".bytes");
  if (bytes.size() != rows * columns)
    RefuseStatistics(Text(what, ".bytes holds ", bytes.size(), " values, not ", rows * columns));
  std::vector<double> values(bytes.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = scale[i / columns] * bytes[i];
  return values;
}

void ReadTypes(const Json& types, const ModelCard& card, TypeStatistics& statistics) {
  statistics.heads.resize(card.heads.size());
  for (const auto& item : types.items()) {
    const auto head = std::ranges::find(card.heads, item.key(), &HeadCard::name);
    if (head == card.heads.end()) RefuseStatistics(Text("types.", item.key(), " is no head of the model"));
    const std::string what = "types." + item.key();
    const double limit = item.value().at("max_relative_distance").get<double>();
    if (!std::isfinite(limit) || limit <= 0) RefuseStatistics(what + ".max_relative_distance is not above 0");
    statistics.heads[static_cast<std::size_t>(head - card.heads.begin())] = {
        .means = Matrix(item.value(), what, head->values.size(), statistics.dims),
        .max_relative_distance = limit};
  }
}

TypeStatistics ReadStatistics(const Json& root, const ModelCard& card) {
  if (root.at("version") != kStatisticsVersion)
    RefuseStatistics(
        Text("their version is ", root.at("version").dump(), ", this program reads ", kStatisticsVersion),
        ErrorCode::kUnsupported);
  TypeStatistics statistics;
  statistics.center = Numbers(root.at("center"), "center", kCodeBits);
  statistics.variance = root.at("variance").get<std::vector<double>>();
  statistics.dims = statistics.variance.size();
  if (statistics.dims == 0 || statistics.dims > kCodeBits)
    RefuseStatistics(Text("variance has ", statistics.dims, " numbers, not 1 to ", kCodeBits));
  for (const double variance : statistics.variance)
    if (!std::isfinite(variance) || variance <= 0) RefuseStatistics("variance has one that is not above 0");
  statistics.axes = Matrix(root.at("axes"), "axes", statistics.dims, kCodeBits);
  ReadTypes(root.at("types"), card, statistics);
  return statistics;
}

}  // namespace

Result<TypeStatistics> ParseTypeStatistics(std::string_view json, const ModelCard& card) {
  const std::string what = "the model's statistics of types: ";
  try {
    return ReadStatistics(Json::parse(json), card);
  } catch (const BadStatistics& bad) {
    return Fail(bad.code, what + bad.message, kRetrain);
  } catch (const Json::exception& failure) {
    return Fail(ErrorCode::kCorrupt, what + failure.what(), kRetrain);
  }
}

}  // namespace rv
