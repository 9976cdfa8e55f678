#include "asset/info.h"
#include "asset/manifest.h"
#include "asset/rview_file.h"
#include "cli/command.h"

namespace rv::cli {
namespace {

struct InfoFlags {
  std::string file;
  bool strict = false;
};

// The manifest and the findings; of a damaged file the error follows.
Status PrintJson(const InfoFlags& flags, const RviewFindings& findings, Console& console) {
  const Result<std::string> manifest = ReadManifestJson(flags.file);
  if (!manifest) return Forward(manifest);
  console.Output(DescribeManifestJson(*manifest, findings));
  return findings.ToStatus();
}

Status PrintText(const InfoFlags& flags, const RviewFindings& findings, Console& console) {
  const Result<RotatingView> view = ReadRview(flags.file, {.load_sources = false});
  std::string text = (view ? DescribeRview(*view) : "") + DescribeFindings(findings);
  if (text.ends_with('\n')) text.pop_back();
  if (!text.empty()) console.Output(text);
  const Status sound = findings.ToStatus();
  if (!sound || view) return sound;
  return Forward(view);
}

Status RunInfo(const InfoFlags& flags, Console& console) {
  const Result<RviewFindings> findings = ValidateRview(flags.file, flags.strict);
  if (!findings) return Forward(findings);
  return console.mode() == OutputMode::kJson ? PrintJson(flags, *findings, console)
                                             : PrintText(flags, *findings, console);
}

}  // namespace

Runner DeclareInfo(CLI::App& app) {
  const auto flags = std::make_shared<InfoFlags>();
  app.add_option("FILE", flags->file, "The .rview file")->required();
  app.add_flag("--strict", flags->strict, "Check every bit of the file and decode every picture");
  return [flags](Console& console) { return RunInfo(*flags, console); };
}

}  // namespace rv::cli
