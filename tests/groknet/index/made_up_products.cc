#include "tests/groknet/index/made_up_products.h"

#include <cmath>

namespace rv::testing {
namespace {

void MakeUnit(std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  for (float& value : values) value = static_cast<float>(value / std::sqrt(squares));
}

}  // namespace

std::vector<float> RandomDirection(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(kScanBits);
  for (float& value : values) value = normal(random);
  MakeUnit(values);
  return values;
}

std::vector<float> Near(const std::vector<float>& center, float spread, std::uint32_t seed) {
  std::vector<float> values = RandomDirection(seed);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = center[i] + spread * values[i];
  MakeUnit(values);
  return values;
}

IndexEntry MadeUpEntry(int number) {
  static const std::vector<std::string> kColors = {"Red", "Green", "Blue", "Navy Blue"};
  const std::string name = "item" + std::to_string(number);
  const std::string color = kColors[static_cast<std::size_t>(number) % 4];
  const std::string kind = number < 50 ? "Shirts" : "Shoes";
  return {.id = name,
          .path = name + ".jpg",
          .title = color + " " + kind,
          .tags = {"tag" + std::to_string(number)},
          .attributes = {{"base_colour", color, 0.75},
                         {"base_colour", "White", 0.2},
                         {"article_type", kind, 0.9}},
          .embedding = RandomDirection(static_cast<std::uint32_t>(number))};
}

void BuildIndex(const std::filesystem::path& folder, int count, int per_save) {
  IndexWriter writer = Value(IndexWriter::Open(folder));
  for (int i = 0; i < count; ++i) {
    Check(writer.Add(MadeUpEntry(i)));
    if ((i + 1) % per_save == 0) Check(writer.Commit());
  }
  Check(writer.Commit());
}

std::vector<std::string> Ids(const std::vector<ProductMatch>& matches) {
  std::vector<std::string> ids;
  for (const ProductMatch& match : matches) ids.push_back(match.entry.id);
  return ids;
}

}  // namespace rv::testing
