#include <chrono>
#include <nlohmann/json.hpp>

#include "asset/rview_file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/export_flags.h"

namespace rv::cli {
namespace {

struct ExportFlags {
  std::string file;
  ExportTarget target;
  ExportOptions options;
};

nlohmann::ordered_json RuleJson(const RuleResult& rule) {
  return {{"event", "rule"},   {"rule", rule.id},   {"verdict", VerdictName(rule.verdict)},
          {"asks", rule.text}, {"says", rule.says}, {"source", rule.source},
          {"date", rule.date}};
}

// Each rule of a shop: a line of JSON, or of text where it is not plainly met.
RuleReport ShowRules(Console& console) {
  return [&console](const RuleResult& rule) {
    console.EndProgress();
    if (console.mode() == OutputMode::kJson)
      console.Output(RuleJson(rule).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    else if (rule.verdict != RuleResult::Verdict::kMet)
      console.Note(Text(VerdictName(rule.verdict), ": ", rule.text, ": ", rule.says));
  };
}

Status RunExport(const ExportFlags& flags, Console& console) {
  const Status known = CheckExportFormat(flags.target.format);
  if (!known) return Forward(known);
  const Status valid = flags.options.Validate();
  if (!valid) return Forward(valid);
  const auto start = std::chrono::steady_clock::now();
  const Result<RotatingView> view = ReadRview(flags.file);
  if (!view) return Forward(view);
  const Status done = Export(*view, flags.target.format, flags.target.path, flags.options,
                             console.StageProgress(), ShowRules(console));
  if (!done) return Forward(done);
  console.EndProgress();
  if (console.mode() == OutputMode::kText) {
    console.Note(Text("wrote ", flags.target.path));
    return {};
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const nlohmann::ordered_json result = {{"event", "result"},
                                         {"format", flags.target.format},
                                         {"output", flags.target.path.string()},
                                         {"seconds", {{"total", seconds}}}};
  console.Output(result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return {};
}

}  // namespace

Runner DeclareExport(CLI::App& app) {
  const auto flags = std::make_shared<ExportFlags>();
  app.add_option("FILE", flags->file, "The .rview file")->required();
  app.add_option("FORMAT", flags->target.format, "One of " + ExportFormatList())->required();
  app.add_option("PATH", flags->target.path, "The file or folder to write")->required();
  AddExportFlags(app, flags->options);
  app.add_option("--threads", flags->options.threads, "Threads, 0 = all; never changes the result");
  return [flags](Console& console) { return RunExport(*flags, console); };
}

}  // namespace rv::cli
