// A sub-command: declares its flags, then parses, validates, calls one stage, writes and maps the error.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "base/result.h"
#include "cli/console.h"

namespace rv::cli {

using Runner = std::function<Status(Console&)>;

struct Command {
  const char* name;
  const char* summary;   // one line
  const char* examples;  // shown at the end of its --help
  // Adds the command's own flags to `app` and gives what to run once they are parsed. The runner owns the
  // values.
  Runner (*declare)(CLI::App& app);
};

Runner DeclareConvert(CLI::App& app);
Runner DeclareInfo(CLI::App& app);
Runner DeclareExport(CLI::App& app);
Runner DeclareRender(CLI::App& app);
Runner DeclareTag(CLI::App& app);
Runner DeclareDoctor(CLI::App& app);
Runner DeclareIndex(CLI::App& app);

}  // namespace rv::cli
