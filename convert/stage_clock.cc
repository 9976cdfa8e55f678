#include "convert/stage_clock.h"

namespace rv::convert {
namespace {

struct NamedStage {
  std::string_view name;
  double StageSeconds::*field;
};

constexpr NamedStage kStages[] = {
    {"decode", &StageSeconds::decode},     {"features", &StageSeconds::features},
    {"matching", &StageSeconds::matching}, {"mapping", &StageSeconds::mapping},
    {"subject", &StageSeconds::subject},   {"views", &StageSeconds::views},
    {"tags", &StageSeconds::tags},         {"package", &StageSeconds::package}};

}  // namespace

void StageClock::Enter(std::string_view stage) {
  for (const auto& [name, field] : kStages) {
    if (name != stage || field == current_) continue;
    const Clock::time_point now = Clock::now();
    seconds_.*current_ += std::chrono::duration<double>(now - entered_).count();
    entered_ = now;
    current_ = field;
  }
}

Progress StageClock::Watch(const Progress& progress) {
  return [this, &progress](std::string_view stage, double fraction) {
    Enter(stage);
    return Report(progress, stage, fraction);
  };
}

StageSeconds StageClock::Seconds() {
  const Clock::time_point now = Clock::now();
  seconds_.*current_ += std::chrono::duration<double>(now - entered_).count();
  entered_ = now;
  seconds_.total = std::chrono::duration<double>(now - start_).count();
  return seconds_;
}

}  // namespace rv::convert
