#include "cli/command.h"
#include "scene/info.h"
#include "scene/rview_file.h"

namespace rv::cli {
namespace {

struct InfoFlags {
  std::string file;
  bool strict = false;
};

Status RunInfo(const InfoFlags& flags, Console& console) {
  const Result<RviewFindings> findings = ValidateRview(flags.file, flags.strict);
  if (!findings) return Forward(findings);
  const Result<RotatingView> view = ReadRview(flags.file, {.load_sources = false});
  if (!view) return Forward(view);
  if (console.mode() == OutputMode::kJson) {
    console.Output(DescribeRviewJson(*view, *findings));
    return findings->ToStatus();
  }
  std::string text = DescribeRview(*view) + DescribeFindings(*findings);
  if (text.ends_with('\n')) text.pop_back();
  console.Output(text);
  return findings->ToStatus();
}

}  // namespace

Runner DeclareInfo(CLI::App& app) {
  const auto flags = std::make_shared<InfoFlags>();
  app.add_option("FILE", flags->file, "The .rview file")->required();
  app.add_flag("--strict", flags->strict, "Check every bit of the file and decode every picture");
  return [flags](Console& console) { return RunInfo(*flags, console); };
}

}  // namespace rv::cli
