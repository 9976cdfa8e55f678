// What this machine and the inference runtime offer to run a model on.
#pragma once

#include "gpu/device_choice.h"

namespace rv {

// Looks at this machine: loads the Vulkan loader and the CUDA driver for a moment, where they are. Never
// fails: what is missing is said in the notes.
DeviceFacts FindDevices();

}  // namespace rv
