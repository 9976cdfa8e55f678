#include "cli/export_flags.h"

#include <algorithm>

#include "base/text.h"
#include "cli/option_flags.h"

namespace rv::cli {

void AddExportFlags(CLI::App& app, ExportOptions& options) {
  AddOptionFlags(app, ExportOptionTable(), options, FlagStyle::kParser);
}

void AddExportFlagsOfConvert(CLI::App& app, ExportOptions& options) {
  static const OptionTable<ExportOptions> table = [] {
    OptionTable<ExportOptions> rows = ExportOptionTable();
    std::erase_if(rows, [](const OptionSpec<ExportOptions>& spec) { return spec.name == "background"; });
    return rows;
  }();
  AddOptionFlags(app, table, options, FlagStyle::kParser);
}

std::string ExportFormatList() {
  std::string list;
  for (const std::string& format : ExportFormats()) list += (list.empty() ? "" : ", ") + format;
  return list;
}

Status CheckExportFormat(const std::string& format) {
  const std::vector<std::string> formats = ExportFormats();
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return {};
  return Fail(ErrorCode::kInvalidArgument, Text("unknown export format '", format, "'"),
              Text("choose one of ", ExportFormatList()));
}

Result<ExportTarget> ParseExportTarget(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return Fail(ErrorCode::kInvalidArgument, Text("--export takes FORMAT=PATH, not '", text, "'"),
                "for example --export html=item.html");
  }
  ExportTarget target{text.substr(0, equals), text.substr(equals + 1)};
  const Status known = CheckExportFormat(target.format);
  if (!known) return Forward(known);
  return target;
}

}  // namespace rv::cli
