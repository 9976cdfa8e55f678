// Packs ZIPs byte by byte, so that they can have the oddities that a library's writer would refuse.
#pragma once

#include <string>
#include <vector>

#include "bench/campaign/media_tools.h"

namespace rv::campaign {

struct ZipEntry {
  std::string name;
  Bytes bytes;
  bool deflate = false;
  bool encrypted = false;  // marked so, the data random as a cipher's is
};

// Local headers with data, directory, end record.
Bytes PackZip(const std::vector<ZipEntry>& entries);

}  // namespace rv::campaign
