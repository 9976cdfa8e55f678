// Where work for a graphics device runs: a decision, with its reasons, from what this machine has. A pure
// function, so that it is tested without any device.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gpu/adapters.h"

namespace rv {

enum class DeviceRequest { kAuto, kCpu, kWebGpu, kCuda };
enum class DeviceKind { kCpu, kWebGpu, kCuda };

// "auto", "cpu", "webgpu", "cuda". Fails with kInvalidArgument, listing them.
Result<DeviceRequest> ParseDevice(std::string_view name);
std::string_view DeviceName(DeviceRequest request);
std::string_view DeviceName(DeviceKind kind);

struct DeviceFacts {
  bool webgpu_built = false;  // the inference runtime has the backend
  std::vector<GraphicsAdapter> adapters;
  std::string adapters_note;  // why there is none
  bool cuda_usable = false;   // the runtime's CUDA library and the driver are there
  std::string cuda_note;      // why not
};

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

}  // namespace rv
