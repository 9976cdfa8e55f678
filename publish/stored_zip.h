// A ZIP (PKWARE APPNOTE 6.3.9) of stored entries, each entry's data at a multiple of 64 bytes: what a USDZ must be
// (https://openusd.org/release/spec_usdz.html), and any tool can open. No time is in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv::publish {

struct ZipFile {
  std::string name;  // '/'-separated UTF-8
  std::vector<std::uint8_t> bytes;
};

// In the order given. Fails with kUnsupported above 4 GB or 65,534 files.
Result<std::vector<std::uint8_t>> StoredZip(const std::vector<ZipFile>& files);

}  // namespace rv::publish
