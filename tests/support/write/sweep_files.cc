#include "tests/support/write/sweep_files.h"

#include <algorithm>
#include <fstream>

namespace rv {

namespace fs = std::filesystem;

Status WriteFile(const fs::path& path, const void* data, std::size_t size) {
  std::ofstream out(path, std::ios::binary);
  out.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
  if (!out.flush())
    return Fail(ErrorCode::kInternal, "cannot write " + path.string(), "check the free space");
  return {};
}

Status WriteImage(const fs::path& path, const EncodedImage& image) {
  return WriteFile(path, image.bytes.data(), image.bytes.size());
}

Status WriteRasters(const DepthTruth& truth, const fs::path& folder, const std::string& stem) {
  Raster16 depth{truth.width, truth.height, {}};
  for (const float z : truth.depth) {
    depth.pixels.push_back(static_cast<std::uint16_t>(std::min(65535.0F, z * 1000 + 0.5F)));
  }
  fs::create_directories(folder / "depth");
  fs::create_directories(folder / "matte");
  if (const Status s = WriteImage(folder / "depth" / (stem + ".png"), EncodePng16(depth)); !s)
    return Forward(s);
  return WriteImage(folder / "matte" / (stem + ".png"), EncodePng(truth.matte));
}

}  // namespace rv
