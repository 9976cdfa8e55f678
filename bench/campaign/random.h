// The campaign's random choices: the same from one seed on every machine, unlike the distributions of <random>.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace rv::campaign {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // Both ends belong to it.
  int Between(int low, int high) {
    return low + static_cast<int>(Next() % static_cast<std::uint64_t>(high - low + 1));
  }
  double Share(double low, double high) {
    return low + (high - low) * static_cast<double>(Next() >> 11) / static_cast<double>(1ULL << 53);
  }
  bool Chance(double share) { return Share(0, 1) < share; }
  template <typename T>
  const T& Pick(const std::vector<T>& all) {
    return all[Next() % all.size()];
  }
  template <typename T>
  void Shuffle(std::vector<T>& all) {
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[Next() % i]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace rv::campaign
