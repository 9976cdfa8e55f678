// What made an asset.
#pragma once

#include <map>
#include <string>

namespace rv {

// "0.1.0".
std::string RotaviewVersion();

// "rotaview" and the libraries that decide pixels and poses, by name; for RotatingView::versions.
std::map<std::string, std::string> BuildVersions();

}  // namespace rv
