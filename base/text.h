// Messages put together from parts: Text("frame ", 12, " of ", path) instead of a chain of conversions.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace rv {
namespace internal {

inline void AppendText(std::string& text, std::string_view part) { text += part; }
template <std::same_as<std::filesystem::path> Path>  // exactly: a literal would fit both
void AppendText(std::string& text, const Path& part) {
  text += part.string();
}
template <std::same_as<char> Char>  // else 'x' would be taken for a number
void AppendText(std::string& text, Char part) {
  text += part;
}
template <std::integral Number>
  requires(!std::same_as<Number, char> && !std::same_as<Number, bool>)
void AppendText(std::string& text, Number part) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), part);
  text += std::string_view(digits, static_cast<std::size_t>(end.ptr - digits));
}

}  // namespace internal

// The parts one after the other: texts, characters, paths, whole numbers. Real numbers need Fixed, which says how
// many digits a reader is served with.
template <typename... Parts>
std::string Text(const Parts&... parts) {
  std::string text;
  (internal::AppendText(text, parts), ...);
  return text;
}

// A real number with `digits` digits after the point.
inline std::string Fixed(double value, int digits) {
  char text[352];  // a double has at most 309 digits before the point
  const int size = std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace rv
