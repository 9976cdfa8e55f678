// Wall time between the laps of a stage, for its timings; never part of a result.
#pragma once

#include <chrono>

namespace rv {

class Stopwatch {
 public:
  // Seconds since construction or the lap before.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace rv
