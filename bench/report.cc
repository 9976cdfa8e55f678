#include "bench/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "bench/child_usage.h"

namespace rv {
namespace {

using nlohmann::json;
using Cells = std::vector<std::string>;

std::string Number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string Number(const std::optional<double>& value, int decimals) {
  return value ? Number(*value, decimals) : "-";
}

// "*": taken on a busy machine; "c": from the cache.
std::string TimeMarks(const BenchRow& row) {
  return Text(RanAlone(row.others_share) ? "" : "*", row.cached ? "c" : "");
}

// The stages of a conversion and the words over their columns.
constexpr std::pair<const char*, const char*> kStages[] = {
    {"decode", "decode s"},   {"features", "feat s"}, {"matching", "match s"}, {"mapping", "map s"},
    {"subject", "subject s"}, {"views", "views s"},   {"package", "pack s"}};

Cells Header() {
  Cells header{"set",   "program", "tier",  "frames",  "posed %", "AUC@1",
               "AUC@3", "AUC@5",   "ATE %", "rot deg", "focal %"};
  for (const auto& [stage, title] : kStages) header.emplace_back(title);
  header.insert(header.end(), {"total s", "cpu s", "peak MB", "x faster", "truth"});
  return header;
}

Cells RowCells(const BenchRow& row) {
  const auto stage = [&](const char* name) {
    const auto found = row.seconds.find(name);
    return found == row.seconds.end() ? std::string("-") : Number(found->second, 1);
  };
  Cells cells{row.set, row.program, row.tier > 0 ? std::to_string(row.tier) : "-", std::to_string(row.frames),
              Number(RegisteredPct(row), 0)};
  if (row.scores) {
    const PoseScores& s = *row.scores;
    for (const double auc : {s.auc1, s.auc3, s.auc5}) cells.push_back(Number(auc, 1));
    cells.push_back(Number(s.ate_pct, 2));
    cells.push_back(Number(s.rotation_rmse_deg, 2));
    cells.push_back(Number(s.focal_error_pct, 2));
  } else {
    cells.insert(cells.end(), 6, "-");
  }
  for (const auto& [name, title] : kStages) cells.push_back(stage(name));
  cells.push_back(Number(row.total_s, 1) + TimeMarks(row));
  cells.push_back(row.cpu_s > 0 ? Number(row.cpu_s, 1) : "-");
  cells.push_back(Number(row.peak_mb, 0));
  cells.push_back(row.speedup > 0 ? Number(row.speedup, 1) : "-");
  cells.push_back(row.trust.empty() ? "-" : row.trust);
  return cells;
}

const Cells kSpinHeader{"set",        "views",      "step deg",
                        "step max %", "step rms %", "drift rms % of width",
                        "size max %", "size rms %", "px without provenance"};

Cells SpinCells(const BenchRow& row) {
  const SpinScores& s = *row.spin;
  return {row.set,
          std::to_string(s.frames),
          Number(s.step_deg, 2),
          Number(s.step_max_pct, 1),
          Number(s.step_rms_pct, 1),
          Number(s.drift_rms_pct, 2),
          Number(s.size_max_pct, 2),
          Number(s.size_rms_pct, 2),
          Number(s.unprovenanced_px, 0)};
}

// A table's columns: the first `left` are left-aligned, the rest right-aligned.
struct Columns {
  std::size_t left = 1;
  std::vector<std::size_t> widths;
};

std::string Join(const Cells& cells, const Columns& columns, TableStyle style) {
  std::string line = style == TableStyle::kMarkdown ? "|" : "";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(columns.widths[i] - std::min(columns.widths[i], cells[i].size()), ' ');
    const std::string cell = i < columns.left ? cells[i] + padding : padding + cells[i];
    const bool markdown = style == TableStyle::kMarkdown;
    line.append(markdown ? " " : i > 0 ? "  " : "").append(cell).append(markdown ? " |" : "");
  }
  return line + "\n";
}

std::string Table(const Cells& header, const std::vector<Cells>& lines, std::size_t left, TableStyle style) {
  Columns columns{.left = left};
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::size_t width = std::max<std::size_t>(header[i].size(), 3);
    for (const Cells& line : lines) width = std::max(width, line[i].size());
    columns.widths.push_back(width);
  }
  std::string text = Join(header, columns, style);
  if (style == TableStyle::kMarkdown) {
    Cells rule;
    for (std::size_t i = 0; i < header.size(); ++i) {
      rule.push_back(Text(std::string(columns.widths[i] - 1, '-'), i < left ? "-" : ":"));
    }
    text += Join(rule, columns, style);
  }
  for (const Cells& line : lines) text += Join(line, columns, style);
  return text;
}

std::string Notes(const std::vector<BenchRow>& rows) {
  std::string text;
  bool busy = false;
  bool cached = false;
  for (const BenchRow& row : rows) {
    busy |= !RanAlone(row.others_share);
    cached |= row.cached;
    if (!row.error.empty()) text += row.set + ", " + row.program + ": " + row.error + "\n";
    if (row.tier > 1) text += Text(row.set, ": tier ", row.tier, ": ", row.tier_reason, "\n");
    if (!row.spin_note.empty()) text += row.set + ", spin not measured: " + row.spin_note + "\n";
  }
  if (busy)
    text += "*: other work took more than 5 % of the machine meanwhile; do not read this time as speed\n";
  if (cached) text += "c: from an earlier run (--colmap-cache)\n";
  return text;
}

json ScoresJson(const PoseScores& s) {
  json out = {{"images", s.images},
              {"registered", s.registered},
              {"registered_pct", s.registered_pct},
              {"auc1", s.auc1},
              {"auc3", s.auc3},
              {"auc5", s.auc5},
              {"auc10", s.auc10}};
  if (s.ate_pct) out["ate_pct"] = *s.ate_pct;
  if (s.rotation_rmse_deg) out["rotation_rmse_deg"] = *s.rotation_rmse_deg;
  if (s.focal_error_pct) out["focal_error_pct"] = *s.focal_error_pct;
  return out;
}

json SpinJson(const SpinScores& s) {
  return {{"frames", s.frames},
          {"step_deg", s.step_deg},
          {"step_max_pct", s.step_max_pct},
          {"step_rms_pct", s.step_rms_pct},
          {"drift_rms_pct", s.drift_rms_pct},
          {"size_max_pct", s.size_max_pct},
          {"size_rms_pct", s.size_rms_pct},
          {"unprovenanced_px", s.unprovenanced_px}};
}

}  // namespace

std::string FormatTable(const std::vector<BenchRow>& rows, TableStyle style) {
  std::vector<Cells> lines;
  std::vector<Cells> spins;
  for (const BenchRow& row : rows) {
    lines.push_back(RowCells(row));
    if (row.spin) spins.push_back(SpinCells(row));
  }
  std::string text = Table(Header(), lines, 2, style);
  if (!spins.empty()) text += Text("\n", Table(kSpinHeader, spins, 1, style));
  const std::string notes = Notes(rows);
  return notes.empty() ? text : text + "\n" + notes;
}

std::string RowsJson(const std::vector<BenchRow>& rows) {
  json list = json::array();
  for (const BenchRow& row : rows) {
    json out = {{"set", row.set},
                {"program", row.program},
                {"frames", row.frames},
                {"posed", row.posed},
                {"seconds", row.seconds},
                {"total_s", row.total_s},
                {"cpu_s", row.cpu_s},
                {"peak_mb", row.peak_mb},
                {"others_share", row.others_share},
                {"alone", RanAlone(row.others_share)},
                {"cached", row.cached}};
    if (!row.error.empty()) out["error"] = row.error;
    if (row.tier > 0) out["tier"] = row.tier;
    if (!row.tier_reason.empty()) out["tier_reason"] = row.tier_reason;
    if (!row.trust.empty()) out["trust"] = row.trust;
    if (row.scores) out["scores"] = ScoresJson(*row.scores);
    if (row.speedup > 0) out["speedup"] = row.speedup;
    if (row.spin) out["spin"] = SpinJson(*row.spin);
    if (!row.spin_note.empty()) out["spin_note"] = row.spin_note;
    list.push_back(out);
  }
  return json{{"rows", list}}.dump(1) + "\n";
}

}  // namespace rv
