// Options that are described once: a table with one row for each option. Flags of a command, parameters of a job and
// the provenance inside an asset are derived from it.
#pragma once

#include <charconv>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace rv {

// kInvalidArgument: "FIELD must be RANGE, got VALUE".
template <typename Number>
tl::unexpected<Error> FieldOutOfRange(std::string_view field, Number value, std::string_view range) {
  if constexpr (std::is_floating_point_v<Number>) {
    return Fail(ErrorCode::kInvalidArgument, Text(field, " must be ", range, ", got ", Fixed(value, 6)));
  } else {
    return Fail(ErrorCode::kInvalidArgument, Text(field, " must be ", range, ", got ", value));
  }
}

// Bounds that the command line checks before a value is set, both inclusive.
struct OptionRange {
  int low = 0;
  int high = 0;
};

// One option of `T`, an aggregate of options.
template <typename T>
struct OptionSpec {
  std::string name;            // "max-frames": the flag without its dashes, the key in the asset
  std::string value_name;      // "N"; empty for a switch, which is set with "true" or "false"
  std::string help;            // one sentence
  bool shapes_result = true;   // false: left out of the asset's provenance
  bool shows_default = false;  // whether a help says the default even where most rows do not
  bool turns_off = false;      // a switch that clears its field: "no-sources"
  bool repeatable = false;     // may be given again; `set` then adds one value each time
  std::optional<OptionRange> range;
  std::vector<std::string> hidden_aliases;  // older names, still understood
  std::function<std::string(const T&)> get;
  // Fails with kInvalidArgument for a text that is no such value, or as reading a file that it names does.
  std::function<Status(T&, const std::string&)> set;
};

template <typename T>
using OptionTable = std::vector<OptionSpec<T>>;

namespace internal {

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// The shortest text that reads back the same; empty for an unset optional.
template <typename T>
std::string OptionText(const T& value) {
  if constexpr (kIsOptional<T>) {
    return value ? OptionText(*value) : std::string();
  } else if constexpr (std::is_arithmetic_v<T>) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof(text), value);
    return {text, end.ptr};
  } else {
    return value;
  }
}

template <typename T>
Status SetOptionNumber(const std::string& name, const std::string& text, T& value) {
  if constexpr (kIsOptional<T>) {
    typename T::value_type number{};
    if (const Status read = SetOptionNumber(name, text, number); !read) return Forward(read);
    value = number;
    return {};
  } else {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return {};
    return Fail(ErrorCode::kInvalidArgument, Text("--", name, " takes a number, not '", text, "'"));
  }
}

}  // namespace internal

// Makes the rows of a table. `field` gives a reference to the option's field in a T, const or not; it may be a
// std::optional, whose text is empty while it is unset.
template <typename T>
struct OptionRow {
  template <typename Field>
  static OptionSpec<T> Number(const char* name, const char* value_name, const char* help, Field field) {
    return {.name = name,
            .value_name = value_name,
            .help = help,
            .get = [field](const T& options) { return internal::OptionText(field(options)); },
            .set =
                [field, key = std::string(name)](T& options, const std::string& text) {
                  return internal::SetOptionNumber(key, text, field(options));
                }};
  }

  template <typename Field>
  static OptionSpec<T> Text(const char* name, const char* value_name, const char* help, Field field) {
    return {.name = name,
            .value_name = value_name,
            .help = help,
            .get = [field](const T& options) { return internal::OptionText(field(options)); },
            .set = [field](T& options, const std::string& text) -> Status {
              field(options) = text;
              return {};
            }};
  }

  // A path, of which `get` gives the name alone: where a file lay is no part of a result.
  template <typename Field>
  static OptionSpec<T> File(const char* name, const char* help, Field field) {
    return {
        .name = name,
        .value_name = "FILE",
        .help = help,
        .get =
            [field](const T& options) { return std::filesystem::path(field(options)).filename().string(); },
        .set = [field](T& options, const std::string& text) -> Status {
          field(options) = text;
          return {};
        }};
  }

  // A switch that sets its field.
  template <typename Field>
  static OptionSpec<T> Switch(const char* name, const char* help, Field field) {
    return MakeSwitch(name, help, field, true);
  }
  // A switch that clears its field.
  template <typename Field>
  static OptionSpec<T> Without(const char* name, const char* help, Field field) {
    return MakeSwitch(name, help, field, false);
  }

 private:
  template <typename Field>
  static OptionSpec<T> MakeSwitch(const char* name, const char* help, Field field, bool when_given) {
    return {
        .name = name,
        .help = help,
        .turns_off = !when_given,
        .get = [field, when_given](
                   const T& options) { return std::string(field(options) == when_given ? "true" : "false"); },
        .set = [field, when_given, key = std::string(name)](T& options, const std::string& text) -> Status {
          if (text != "true" && text != "false") {
            return Fail(ErrorCode::kInvalidArgument,
                        rv::Text("--", key, " is true or false, not '", text, "'"));
          }
          field(options) = (text == "true") == when_given;
          return {};
        }};
  }
};

}  // namespace rv
