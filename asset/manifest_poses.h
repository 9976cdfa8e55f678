// The geometry in a manifest: transforms, cameras, orbit and reconstruction. Problems go to the node.
#pragma once

#include "asset/manifest_node.h"
#include "asset/rview_file.h"
#include "scene/geometry.h"
#include "scene/ids.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv::asset {

Eigen::Vector3d ParseVector(const JsonNode& node, std::string_view key);
Rigid3 ParseRigid(const JsonNode& node);
Camera ParseCamera(const JsonNode& node, const ReadOptions& limits);
// The field `frame`, which must be below source_count.
FrameId ParseFrame(const JsonNode& node, std::size_t source_count);
Orbit ParseOrbit(const JsonNode& node, std::size_t source_count, const ReadOptions& limits);
// Without its points, which lie in a file of their own.
Reconstruction ParseReconstruction(const JsonNode& node, std::size_t source_count, const ReadOptions& limits);

}  // namespace rv::asset
