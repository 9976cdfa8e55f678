// Tables of options as flags of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/options.h"

namespace rv::cli {

// How flags look in the help, and what is said of a value that is none. Both are kept, because scripts read them.
enum class FlagStyle {
  kTable,   // "--views N [0]", each row with its default; "--views takes a number, not 'x'"
  kParser,  // "--fps FLOAT=20", a default where a row asks for it; "Could not convert: --fps = x"
};

namespace internal {

// The parser throws something else than its own error for a flag's value that is neither true nor false.
inline CLI::Validator FlagValue(const std::string& flag) {
  return CLI::Validator(
      [flag](std::string& text) {
        try {
          CLI::detail::to_flag_value(text);
        } catch (const std::invalid_argument&) {
          throw CLI::ConversionError(flag, std::vector<std::string>{text});
        }
        return std::string();
      },
      "");
}

template <typename T>
CLI::Option* AddSwitch(
    CLI::App& app, const std::string& name, const OptionSpec<T>& spec, T& options, FlagStyle style) {
  const std::string flag = "--" + name;
  const bool inverted = style == FlagStyle::kParser && spec.turns_off;  // shown as "--no-images{false}"
  const auto take = [&options, &spec, inverted](std::int64_t count) {
    (void)spec.set(options, (count > 0) != inverted ? "true" : "false");
  };
  return app.add_flag_function((inverted ? "!" : "") + flag, take, spec.help)->check(FlagValue(flag));
}

template <typename T>
CLI::Option* AddValue(
    CLI::App& app, const std::string& name, const OptionSpec<T>& spec, T& options, FlagStyle style) {
  const std::string flag = "--" + name;
  const auto set = [&options, &spec, flag, style](const std::string& text) {
    const Status status = spec.set(options, text);
    if (status) return;
    if (style == FlagStyle::kParser) throw CLI::ConversionError(flag, std::vector<std::string>{text});
    throw CLI::ValidationError(status.error().message);
  };
  CLI::Option* option = nullptr;
  if (spec.repeatable) {
    const auto set_all = [set](const std::vector<std::string>& texts) {
      for (const std::string& text : texts) set(text);
    };
    option = app.add_option_function<std::vector<std::string>>(flag, set_all, spec.help);
    option->allow_extra_args(false);
  } else {
    option = app.add_option_function<std::string>(flag, set, spec.help);
  }
  const std::string initial = spec.get(options);
  const bool bracketed = style == FlagStyle::kTable && !initial.empty();
  option->type_name(bracketed ? spec.value_name + " [" + initial + "]" : spec.value_name);
  if (style == FlagStyle::kParser && spec.shows_default && !initial.empty()) option->default_str(initial);
  if (spec.range) option->check(CLI::Range(spec.range->low, spec.range->high));
  return option;
}

}  // namespace internal

// Adds one flag to `app` for each row of `table`, which must outlive it, as must `options`, which the flags write
// into. A value that a row refuses is a parse error of the command.
template <typename T>
void AddOptionFlags(CLI::App& app, const OptionTable<T>& table, T& options, FlagStyle style) {
  for (const OptionSpec<T>& spec : table) {
    const auto add = spec.value_name.empty() ? internal::AddSwitch<T> : internal::AddValue<T>;
    add(app, spec.name, spec, options, style);
    for (const std::string& alias : spec.hidden_aliases) add(app, alias, spec, options, style)->group("");
  }
}

}  // namespace rv::cli
