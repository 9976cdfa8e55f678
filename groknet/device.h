// Where a model runs: what this machine has, and a decision with its reasons.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scene/result.h"

namespace rv {

enum class DeviceRequest { kAuto, kCpu, kWebGpu, kCuda };
enum class DeviceKind { kCpu, kWebGpu, kCuda };

// "auto", "cpu", "webgpu", "cuda". Fails with kInvalidArgument, listing them.
Result<DeviceRequest> ParseDevice(std::string_view name);
std::string_view DeviceName(DeviceRequest request);
std::string_view DeviceName(DeviceKind kind);

// A Vulkan device, as its driver describes it.
struct GraphicsAdapter {
  std::string name;
  bool software = false;  // a driver that computes on the processor
};

struct DeviceFacts {
  bool webgpu_built = false;  // the inference runtime has the backend
  std::vector<GraphicsAdapter> adapters;
  std::string adapters_note;  // why there is none
  bool cuda_usable = false;   // the runtime's CUDA library and the driver are there
  std::string cuda_note;      // why not
};

// Looks at this machine: loads the Vulkan loader and the CUDA driver for a moment, where they are. Never
// fails: what is missing is said in the notes.
DeviceFacts FindDevices();

struct DeviceChoice {
  DeviceRequest requested = DeviceRequest::kAuto;
  DeviceKind actual = DeviceKind::kCpu;
  std::string adapter;               // the graphics adapter's name, empty for the CPU
  std::vector<std::string> reasons;  // one sentence for each device looked at, best first
};

// Auto takes CUDA, else WebGPU on a graphics card, else the CPU; a software adapter only on request, as it is
// slower than the CPU itself. A device that was asked for and is not there is kDevice, with what was found in
// the details.
Result<DeviceChoice> ChooseDevice(DeviceRequest request, const DeviceFacts& facts);

namespace internal {
// The Vulkan devices; `note` says why there is none.
std::vector<GraphicsAdapter> FindAdapters(std::string& note);
}  // namespace internal

}  // namespace rv
