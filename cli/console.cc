#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/event_json.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/time_left.h"

namespace rv::cli {
namespace {

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void PrintLine(std::FILE* stream, const std::string& text) {
  std::fputs((text + "\n").c_str(), stream);
  std::fflush(stream);
}

int TerminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string Duration(double seconds) {
  const int whole = static_cast<int>(std::lround(seconds));
  char text[32];
  if (whole < 60) {
    std::snprintf(text, sizeof(text), "%d s", std::max(whole, 1));
  } else {
    std::snprintf(text, sizeof(text), "%d:%02d min", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace

std::string FormatBar(std::string_view stage, double overall, double elapsed_s, int columns) {
  constexpr int kBar = 30;
  const int filled = static_cast<int>(std::floor(std::clamp(overall, 0.0, 1.0) * kBar));
  char text[160];
  std::snprintf(text, sizeof(text), "%-9.*s [%s%s] %3d %%", static_cast<int>(stage.size()), stage.data(),
                std::string(filled, '#').c_str(), std::string(kBar - filled, '.').c_str(),
                static_cast<int>(std::floor(std::clamp(overall, 0.0, 1.0) * 100)));
  std::string line = text;
  if (const auto left = SecondsLeft(elapsed_s, overall)) line += Text("  about ", Duration(*left), " left");
  return line.substr(0, static_cast<std::size_t>(std::max(columns - 1, 0)));
}

Console::Console(OutputMode mode, bool quiet)
    : mode_(mode), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), stage_start_(job_start_) {}

Progress Console::StageProgress() {
  return [this](std::string_view stage, double fraction) { return OnProgress(stage, fraction); };
}

bool Console::OnProgress(std::string_view stage, double fraction) {
  const Clock::time_point now = Clock::now();
  if (stage != stage_) {
    EndStage();
    stage_ = stage;
    stage_start_ = now;
    shown_fraction_ = -1;
  }
  const bool first = shown_fraction_ < 0;
  const bool last = fraction >= 1 && shown_fraction_ < 1;
  const bool due = now - last_shown_ > std::chrono::milliseconds(100) && fraction > shown_fraction_;
  if (first || last || due) {
    last_shown_ = now;
    shown_fraction_ = fraction;
    if (mode_ == OutputMode::kJson) {
      Output(StageEventJson(stage_, fraction));
    } else if (terminal_ && !quiet_) {
      DrawBar(fraction);
    }
  }
  return !Interrupted();
}

void Console::DrawBar(double fraction) {
  overall_ = std::max(overall_, OverallShare(stage_, fraction).value_or(overall_));
  const std::string line = FormatBar(stage_, overall_, Seconds(Clock::now() - job_start_), TerminalColumns());
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
}

void Console::EndStage() {
  if (!stage_.empty() && !terminal_ && !quiet_ && mode_ == OutputMode::kText) {
    char seconds[32];
    std::snprintf(seconds, sizeof(seconds), "%.1f s", Seconds(Clock::now() - stage_start_));
    PrintLine(stderr, Text(stage_, ": ", seconds));
  }
  stage_.clear();
}

void Console::EndProgress() {
  const bool drawn = !stage_.empty() && terminal_ && !quiet_ && mode_ == OutputMode::kText;
  EndStage();
  if (drawn) std::fputs("\r\x1b[K", stderr);
}

void Console::Note(const std::string& text) {
  if (!quiet_) PrintLine(stderr, text);
}

void Console::Warning(const std::string& text) { Note("warning: " + text); }

void Console::Output(const std::string& text) { PrintLine(stdout, text); }

void Console::ShowError(const Error& error) {
  EndProgress();
  if (mode_ == OutputMode::kJson) {
    Output(ErrorEventJson(error));
    return;
  }
  PrintLine(stderr, "rotaview: " + error.message);
  for (const std::string& detail : error.details) PrintLine(stderr, "  " + detail);
  if (!error.remedy.empty()) PrintLine(stderr, "  -> " + error.remedy);
}

}  // namespace rv::cli
