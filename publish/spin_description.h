// What a player must know of a spin, as JSON: the data block of the web page and frames.json are the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "publish/export.h"
#include "scene/image.h"

namespace rv::publish {

// {"generator", "version", "title", "width", "height", "tier", "closed", "angles", "arc_deg", "frames":
// [{"azimuth_deg"}, ...]} in the asset's order. "angles" false: the azimuths are not measured but nominal
// (even steps), since the asset knows only the order.
nlohmann::ordered_json DescribeSpin(const RotatingView& view,
                                    const std::vector<EncodedImage>& pictures,
                                    const ExportOptions& options);

// options.title, else the item's title, else "Rotating view".
std::string SpinTitle(const RotatingView& view, const ExportOptions& options);

}  // namespace rv::publish
