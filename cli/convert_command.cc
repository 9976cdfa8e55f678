#include <algorithm>
#include <chrono>

#include "base/atomic_file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/export_flags.h"
#include "cli/option_flags.h"
#include "convert/convert.h"

namespace rv::cli {
namespace {

struct ConvertFlags {
  std::string source;
  std::string out;
  std::string report;
  std::vector<std::string> exports;
  ConvertOptions convert;
  ExportOptions export_options;
};

std::string Summary(const ConvertResult& result, const std::string& out) {
  const RotatingView& view = result.view;
  std::string text =
      Text("wrote ", out, ": ", view.views.size(), " views, tier ", static_cast<int>(view.tier));
  if (!view.tier_reason.empty()) text += Text(" (", view.tier_reason, ")");
  if (!view.item_title.empty()) text += Text("\n  \"", view.item_title, "\"");
  for (const std::string& finding : view.coverage.findings) text += Text("\n  - ", finding);
  return text;
}

// The conversion's background holds for what shows views, where the item is known.
ExportOptions ExportOptionsOf(const ConvertFlags& flags, const ExportTarget& target, bool has_matte) {
  ExportOptions options = flags.export_options;
  options.threads = flags.convert.threads;
  if (has_matte && ShowsViews(target.format)) options.background = flags.convert.spin.background;
  return options;
}

Status RunConvert(const ConvertFlags& flags, Console& console) {
  std::vector<ExportTarget> targets;
  for (const std::string& text : flags.exports) {
    const Result<ExportTarget> target = ParseExportTarget(text);
    if (!target) return Forward(target);
    targets.push_back(*target);
  }
  if (const Status valid = flags.export_options.Validate(); !valid) return Forward(valid);
  for (const ExportTarget& target : targets)
    if (const Status valid = CheckExport(target.format, ExportOptionsOf(flags, target, true)); !valid)
      return Forward(valid);
  const Progress progress = console.StageProgress();
  const Result<ConvertResult> result = Convert(flags.source, flags.out, flags.convert, progress);
  if (!result) return Forward(result);

  const auto start = std::chrono::steady_clock::now();
  const bool has_matte = !result->view.views.front().matte.empty();
  for (const ExportTarget& target : targets) {
    const Status done =
        Export(result->view, target.format, target.path, ExportOptionsOf(flags, target, has_matte), progress);
    if (!done) return Forward(done);
  }
  const double export_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  console.EndProgress();
  if (!flags.report.empty()) {
    const Status written =
        WriteFileAtomically(flags.report, ConvertSummaryJson(*result, flags.out, export_s, "") + "\n");
    if (!written) return Forward(written);
  }
  if (console.mode() == OutputMode::kJson) {
    console.Output(ConvertSummaryJson(*result, flags.out, export_s, "result"));
  } else {
    console.Note(Summary(*result, flags.out));
    // Capture's warnings are among the findings already.
    for (const std::string& warning : result->warnings) {
      if (std::ranges::find(result->view.coverage.findings, warning) == result->view.coverage.findings.end())
        console.Warning(warning);
    }
  }
  return {};
}

}  // namespace

Runner DeclareConvert(CLI::App& app) {
  const auto flags = std::make_shared<ConvertFlags>();
  app.add_option("SOURCE", flags->source, "A video, a folder of photos or a ZIP of photos")->required();
  app.add_option("-o,--output", flags->out, "The .rview to write; an existing one is replaced")->required();
  app.add_option("--export", flags->exports, "Also write FORMAT=PATH (repeatable): " + ExportFormatList())
      ->type_name("FORMAT=PATH")
      ->expected(1)
      ->take_all();
  app.add_option("--report", flags->report, "Write what was done and how long it took to this JSON file");
  AddOptionFlags(app, ConvertOptionTable(), flags->convert, FlagStyle::kTable);
  AddExportFlagsOfConvert(app, flags->export_options);
  return [flags](Console& console) { return RunConvert(*flags, console); };
}

}  // namespace rv::cli
