// Parses arbitrary text as a manifest. What is read must be written and read back to the same text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "asset/info.h"
#include "asset/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto view = rv::ParseManifest({reinterpret_cast<const char*>(data), size});
  if (!view) return 0;
  const std::string text = rv::ManifestJson(*view);
  const auto again = rv::ParseManifest(text);
  if (!again || rv::ManifestJson(*again) != text) std::abort();
  if (rv::DescribeRview(*view).empty()) std::abort();
  return 0;
}
