// A textured mesh as the files that shops and phones take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "publish/mesh/surface.h"

namespace rv::mesh {

// glTF 2.0, binary (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html): one mesh that stands on y = 0 about the
// origin, +Y up. Its scale is arbitrary, which asset.extras says.
std::vector<std::uint8_t> GlbBytes(const TexturedMesh& mesh, const std::string& name);

// The root layer of a USDZ as text (https://openusd.org/release/spec_usdz.html); it names the texture `texture_file`
// beside it.
std::string UsdaText(const TexturedMesh& mesh, const std::string& texture_file);

}  // namespace rv::mesh
