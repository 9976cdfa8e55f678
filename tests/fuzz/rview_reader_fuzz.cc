// Reads arbitrary bytes as an `.rview`. The first byte of an input chooses the way in: even, the rest is the
// file itself; odd, the rest is a list of files ([name length u8][name][size u32 LE][data]...), round which a
// correct container with right digests is built, since no mutation would pass those otherwise.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "asset/manifest.h"
#include "asset/rview_file.h"
#include "tests/asset/archive_builder.h"
#include "tests/fuzz/file_list.h"
#include "tests/fuzz/view_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> input(data + 1, size - 1);
  const std::vector<std::uint8_t> archive = (data[0] & 1) == 0
                                                ? std::vector<std::uint8_t>(input.begin(), input.end())
                                                : rv::fuzz::AssembleArchive(input);
  const auto view = rv::DecodeRview(archive);
  const auto strict = rv::DecodeRview(archive, {.strict = true});
  if (strict && !view) std::abort();
  if (!view) return 0;
  if (!rv::DecodeRview(archive, {.load_sources = false, .load_points = false})) std::abort();
  rv::fuzz::CheckRead(*view);
  return 0;
}
