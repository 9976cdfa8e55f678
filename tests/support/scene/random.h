// Random numbers that are the same on every machine and standard library: SplitMix64 (Steele, Lea, Flood:
// Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace rv {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 0x1234567ULL) {}

  std::uint64_t Bits() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return Mix(state_);
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Bits() >> 11) * 0x1.0p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  int Index(int count) { return static_cast<int>(Uniform() * count); }
  // Zero mean, unit variance.
  double Gaussian() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * Uniform());
  }
  Eigen::Vector3d UnitVector() {
    const double z = Uniform(-1.0, 1.0);
    const double angle = Uniform(0.0, 2.0 * std::numbers::pi);
    const double r = std::sqrt(1.0 - z * z);
    return {r * std::cos(angle), r * std::sin(angle), z};
  }

  static std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace rv
