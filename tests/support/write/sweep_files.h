// Files of a set on disk.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv {

Status WriteFile(const std::filesystem::path& path, const void* data, std::size_t size);
Status WriteImage(const std::filesystem::path& path, const EncodedImage& image);
// `folder`/depth/STEM.png (16 bits, thousandths of a unit, 0 = the room) and `folder`/matte/STEM.png.
Status WriteRasters(const DepthTruth& truth, const std::filesystem::path& folder, const std::string& stem);

}  // namespace rv
