#include "capture/photos/photo_names.h"

#include <algorithm>
#include <set>

#include "base/safe_name.h"

namespace rv::photos {
namespace {

constexpr std::size_t kMostBytes = 255;  // what file systems hold, for those who unpack the asset

// Bytes of the character at the start of `text` if the format allows it, else 0.
std::size_t AllowedLength(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return text.front() == '.' || IsSafeName(text.substr(0, 1)) ? 1 : 0;
  for (std::size_t length = 2; length <= std::min<std::size_t>(4, text.size()); ++length)
    if (IsSafeName(text.substr(0, length))) return length;
  return 0;
}

struct Split {
  std::string_view stem;
  std::string_view extension;  // with its dot; empty when there is none that looks like one
};

Split SplitName(std::string_view name) {
  constexpr std::size_t kLongestExtension = 16;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kLongestExtension) return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

// Stem and tail within the limit; a character is never cut apart.
std::string Join(std::string_view stem, std::string_view tail) {
  std::size_t keep = std::min(stem.size(), kMostBytes - tail.size());
  while (keep < stem.size() && keep > 0 && (static_cast<unsigned char>(stem[keep]) & 0xC0) == 0x80) --keep;
  return std::string(stem.substr(0, keep)).append(tail);
}

}  // namespace

std::string CleanName(std::string_view raw) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  while (!raw.empty()) {
    const std::size_t length = AllowedLength(raw);
    const auto byte = static_cast<unsigned char>(raw.front());
    if (length > 0) out.append(raw.substr(0, length));
    if (length == 0) (out += '%') += {kHex[byte >> 4], kHex[byte & 15]};
    raw.remove_prefix(std::max<std::size_t>(1, length));
  }
  if (out.size() <= kMostBytes) return out;
  const Split split = SplitName(out);
  return Join(split.stem, split.extension);
}

std::vector<std::string> UniqueNames(const std::vector<std::string>& raw) {
  std::vector<std::string> out;
  std::set<std::string> taken;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    out.push_back(CleanName(raw[i]));
    if (out[i] != raw[i] || !taken.insert(out[i]).second) others.push_back(i);
  }
  for (const std::size_t i : others) {
    const std::string wanted = out[i];
    const Split split = SplitName(wanted);
    for (int k = 2; !taken.insert(out[i]).second; ++k) {
      std::string tail = "~";
      tail.append(std::to_string(k)).append(split.extension);
      out[i] = Join(split.stem, tail);
    }
  }
  return out;
}

}  // namespace rv::photos
