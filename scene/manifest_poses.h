// The geometry in a manifest: transforms, cameras, orbit and reconstruction. Problems go to the node.
#pragma once

#include "scene/geometry.h"
#include "scene/ids.h"
#include "scene/manifest_node.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/rview_file.h"

namespace rv::internal {

Rigid3 ParseRigid(const JsonNode& node);
Camera ParseCamera(const JsonNode& node, const ReadOptions& limits);
// The field `frame`, which must be below source_count.
FrameId ParseFrame(const JsonNode& node, std::size_t source_count);
Orbit ParseOrbit(const JsonNode& node, std::size_t source_count, const ReadOptions& limits);
// Without its points, which lie in a file of their own.
Reconstruction ParseReconstruction(const JsonNode& node, std::size_t source_count, const ReadOptions& limits);

}  // namespace rv::internal
