// Wall time by stage of one conversion.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/progress.h"

namespace rv {

// Seconds by stage, in the order below; every stage is present.
struct StageSeconds {
  double decode = 0;
  double features = 0;
  double matching = 0;
  double mapping = 0;
  double subject = 0;
  double views = 0;
  double tags = 0;
  double package = 0;
  double total = 0;  // of the whole conversion, what lies between the stages included
};

namespace convert {

// Attributes time to the stage entered last. One conversion, one thread.
class StageClock {
 public:
  StageClock() : start_(Clock::now()), entered_(start_) {}

  // The time from now on belongs to `stage`; a name that is none of StageSeconds' goes to the current one.
  void Enter(std::string_view stage);
  // Passes on to `progress`, entering each stage that is reported. Valid as long as both are.
  Progress Watch(const Progress& progress);
  // The times up to now.
  StageSeconds Seconds();

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_;
  Clock::time_point entered_;
  double StageSeconds::*current_ = &StageSeconds::decode;
  StageSeconds seconds_;
};

}  // namespace convert
}  // namespace rv
