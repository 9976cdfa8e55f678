// What the programs say and where: results on stdout, everything else on stderr, as text for people or, with
// --json, as one JSON object a line on stdout.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "base/result.h"

namespace rv::cli {

enum class OutputMode { kText, kJson };

class Console {
 public:
  // `quiet` leaves errors and results only.
  Console(OutputMode mode, bool quiet);

  OutputMode mode() const { return mode_; }

  // A callback that shows each stage's progress (a bar with the time left on a terminal, else one line a
  // stage, or JSON events) and stops the job once Ctrl-C was pressed. Valid as long as this console.
  Progress StageProgress();
  // Ends the progress display before anything else is printed.
  void EndProgress();

  void Note(const std::string& text);     // stderr; not when quiet
  void Warning(const std::string& text);  // stderr; not when quiet
  void Output(const std::string& text);   // stdout, as it is: the result
  // The error with its details and remedy, in this mode's form.
  void ShowError(const Error& error);

 private:
  bool OnProgress(std::string_view stage, double fraction);
  void DrawBar(double fraction);
  void EndStage();

  using Clock = std::chrono::steady_clock;
  OutputMode mode_;
  bool quiet_;
  bool terminal_;  // stderr is one
  std::string stage_;
  double shown_fraction_ = -1;
  double overall_ = 0;
  Clock::time_point job_start_ = Clock::now();
  Clock::time_point stage_start_;
  Clock::time_point last_shown_;
};

// One line of the progress bar, at most `columns` wide: stage, bar, percent of the whole, time left.
std::string FormatBar(std::string_view stage, double overall, double elapsed_s, int columns);

}  // namespace rv::cli
