// A reader of stored ZIPs that shares no code with their writer, and says each fault it finds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rv::testing {

struct CheckedZip {
  std::vector<std::string> names;  // in order
  std::map<std::string, std::string> files;
  std::vector<std::string> faults;  // empty is good
};

// By the directory at the end: stored, not encrypted, names and CRCs alike in both headers, data at multiples of 64 bytes
// (USDZ 1.3), nothing before the first entry.
CheckedZip CheckZip(const std::string& bytes);

}  // namespace rv::testing
