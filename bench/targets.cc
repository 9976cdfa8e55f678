#include "bench/targets.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "base/text.h"
#include "bench/child_usage.h"

namespace rv {
namespace {

using Value = std::function<std::optional<double>(const BenchRow&)>;

struct Figure {
  const char* name;
  Value value;
  bool at_least;  // else at most
};

const Figure kRegistered{"registered %", [](const BenchRow& r) { return std::optional(RegisteredPct(r)); },
                         true};
const Figure kAuc1{
    "AUC@1", [](const BenchRow& r) { return r.scores ? std::optional(r.scores->auc1) : std::nullopt; }, true};
const Figure kAuc3{
    "AUC@3", [](const BenchRow& r) { return r.scores ? std::optional(r.scores->auc3) : std::nullopt; }, true};
const Figure kAuc5{
    "AUC@5", [](const BenchRow& r) { return r.scores ? std::optional(r.scores->auc5) : std::nullopt; }, true};
const Figure kAte{"ATE %", [](const BenchRow& r) { return r.scores ? r.scores->ate_pct : std::nullopt; },
                  false};
const Figure kSeconds{"seconds", [](const BenchRow& r) { return std::optional(r.total_s); }, false};
const Figure kPeak{"peak MB", [](const BenchRow& r) { return std::optional(r.peak_mb); }, false};

struct Target {
  const char* set;  // a set of this name; "prefix*": every set whose name starts so
  const Figure& figure;
  double bound;
};

const Target kTargets[] = {
    {"stitch_toy_video/my_video.mp4", kRegistered, 100},
    {"fox_iphone", kRegistered, 100},
    {"middlebury_templeRing", kRegistered, 100},
    {"nerf_chair_orbit", kRegistered, 100},
    {"strecha_fountain-P11", kRegistered, 100},
    {"bart_figure_arc", kRegistered, 100},
    {"plush_keyring", kRegistered, 90},
    {"middlebury_templeRing", kAte, 0.4},
    {"middlebury_templeRing", kAuc5, 90},
    {"strecha_fountain-P11", kAuc1, 88},
    {"nerf_chair_orbit", kAuc3, 95},
    {"nerf_chair_orbit", kAte, 0.4},
    {"stitch_toy_video/my_video.mp4", kAte, 0.4},
    {"stitch_toy_video", kAte, 0.4},
    {"walk*", kAuc3, 95},  // the generated walk-rounds
    {"stitch_toy_video/my_video.mp4", kSeconds, 40},
    {"hevc30*", kSeconds, 60},
    {"4k60*", kSeconds, 150},
    {"*", kPeak, 1200},
};

constexpr double kAucSlack = 1.0;   // points worse than COLMAP that are still as good
constexpr double kAteSlack = 0.05;  // % of the radius
constexpr double kMinSpeedup = 5.0;
constexpr double kMaxStepPct = 10.0;
constexpr double kMaxDriftPct = 1.0;
constexpr double kMaxSizePct = 2.0;

bool Names(std::string_view pattern, std::string_view set) {
  if (pattern.ends_with('*')) return set.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == set;
}

void CheckBound(const BenchRow& row, const Figure& figure, double bound, TargetReport& report) {
  const std::string what = row.set + ": " + figure.name;
  const std::optional<double> value = figure.value(row);
  // Times of a shared machine prove nothing.
  if (&figure == &kSeconds && !RanAlone(row.others_share)) {
    report.unmeasured.push_back(what + ": the machine was busy");
  } else if (!value) {
    report.missed.push_back(what + ": no value, wanted " + Fixed(bound, 2));
  } else if (figure.at_least ? *value < bound : *value > bound) {
    report.missed.push_back(what + " is " + Fixed(*value, 2) + ", wanted " +
                            (figure.at_least ? "at least " : "at most ") + Fixed(bound, 2));
  }
}

void CheckAgainstColmap(const BenchRow& ours, const BenchRow& colmap, TargetReport& report) {
  if (ours.scores && colmap.scores) {
    for (const Figure* auc : {&kAuc1, &kAuc3, &kAuc5})
      CheckBound(ours, *auc, *auc->value(colmap) - kAucSlack, report);
    // COLMAP's error over the few frames that it placed is no bound for one over more frames.
    if (colmap.scores->ate_pct && colmap.scores->registered >= ours.scores->registered) {
      CheckBound(ours, kAte, *colmap.scores->ate_pct + kAteSlack, report);
    }
  }
  if (!colmap.error.empty()) return;
  if (!RanAlone(ours.others_share) || !RanAlone(colmap.others_share)) {
    report.unmeasured.push_back(ours.set + ": speed beside COLMAP: the machine was busy");
  } else if (ours.speedup < kMinSpeedup) {
    report.missed.push_back(ours.set + ": " + Fixed(ours.speedup, 2) + " times COLMAP's speed, wanted " +
                            Fixed(kMinSpeedup, 2));
  }
}

void NoteAgainstRefined(const BenchRow& ours, const BenchRow& refined, TargetReport& report) {
  if (!ours.scores || !refined.scores) return;
  for (const Figure* figure : {&kAuc1, &kAuc3, &kAuc5, &kAte}) {
    const std::optional<double> us = figure->value(ours);
    const std::optional<double> them = figure->value(refined);
    if (!us || !them) continue;
    const double behind = figure->at_least ? *them - *us - kAucSlack : *us - *them - kAteSlack;
    if (behind > 0) {
      report.notes.push_back(ours.set + ": " + figure->name + " is " + Fixed(*us, 2) +
                             "; COLMAP with its principal point refined: " + Fixed(*them, 2));
    }
  }
}

void CheckSpin(const BenchRow& row, TargetReport& report) {
  if (!row.spin) {
    report.unmeasured.push_back(row.set +
                                ": spin: " + (row.spin_note.empty() ? "not measured" : row.spin_note));
    return;
  }
  const auto at_most = [&](const char* name, double value, double bound) {
    if (value > bound)
      report.missed.push_back(row.set + ": spin: " + name + " is " + Fixed(value, 2) + ", wanted at most " +
                              Fixed(bound, 2));
  };
  at_most("largest step deviation %", row.spin->step_max_pct, kMaxStepPct);
  at_most("drift % of width", row.spin->drift_rms_pct, kMaxDriftPct);
  at_most("largest size deviation %", row.spin->size_max_pct, kMaxSizePct);
  at_most("pixels without provenance", row.spin->unprovenanced_px, 0);
}

const BenchRow* FindRow(const std::vector<BenchRow>& rows,
                        const std::string& set,
                        const std::string& program) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const BenchRow& r) { return r.set == set && r.program == program; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

TargetReport CheckTargets(const std::vector<BenchRow>& rows) {
  TargetReport report;
  for (const Target& target : kTargets) {
    bool met_one = false;
    for (const BenchRow& row : rows) {
      if (row.program != "rotaview" || !Names(target.set, row.set)) continue;
      met_one = true;
      if (row.error.empty()) CheckBound(row, target.figure, target.bound, report);
    }
    if (!met_one)
      report.unmeasured.push_back(Text(target.set, ": ", target.figure.name, ": no such set was run"));
  }
  for (const BenchRow& row : rows) {
    if (row.program != "rotaview") continue;
    if (!row.error.empty()) {
      report.missed.push_back(row.set + ": no spin: " + row.error);
      continue;
    }
    if (row.tier == 1 || row.tier == 2) CheckSpin(row, report);
    if (const BenchRow* colmap = FindRow(rows, row.set, "colmap")) {
      CheckAgainstColmap(row, *colmap, report);
    } else {
      report.unmeasured.push_back(row.set + ": comparison with COLMAP: not run");
    }
    if (const BenchRow* refined = FindRow(rows, row.set, "colmap+pp"))
      NoteAgainstRefined(row, *refined, report);
  }
  return report;
}

}  // namespace rv
