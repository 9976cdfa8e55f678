// Products without pictures: embeddings that lie near a center of their own, with attributes and titles.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "groknet/index/index_writer.h"
#include "groknet/index/product_index.h"

namespace rv::testing {

// A direction drawn evenly; the same for the same seed.
std::vector<float> RandomDirection(std::uint32_t seed);
// `center` moved by `spread` in a drawn direction, of unit length.
std::vector<float> Near(const std::vector<float>& center, float spread, std::uint32_t seed);

// Product "item<number>", its picture "item<number>.jpg", with the color and kind that its number gives:
// colors Red, Green, Blue and Navy Blue in turn, Shirts below 50 and Shoes from there.
IndexEntry MadeUpEntry(int number);
// An index of the entries 0 .. count - 1, saved `per_save` at a time.
void BuildIndex(const std::filesystem::path& folder, int count, int per_save);
// A result's value; throws its error's message where it failed.
template <typename T>
T Value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
inline void Check(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}
std::vector<std::string> Ids(const std::vector<ProductMatch>& matches);

}  // namespace rv::testing
