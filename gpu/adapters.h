// The Vulkan devices of this machine.
#pragma once

#include <string>
#include <vector>

namespace rv {

// A Vulkan device, as its driver describes it.
struct GraphicsAdapter {
  std::string name;
  bool software = false;  // a driver that computes on the processor
};

namespace gpu {

// Loads the Vulkan loader for a moment, where it is. `note` says why there is no device.
std::vector<GraphicsAdapter> FindAdapters(std::string& note);

}  // namespace gpu
}  // namespace rv
