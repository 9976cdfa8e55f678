#include "gpu/device_choice.h"

#include <algorithm>

#include "base/text.h"

namespace rv {
namespace {

constexpr DeviceRequest kRequests[] = {DeviceRequest::kAuto, DeviceRequest::kCpu, DeviceRequest::kWebGpu,
                                       DeviceRequest::kCuda};

std::string CudaReason(const DeviceFacts& facts) {
  return facts.cuda_usable ? "cuda: the runtime's CUDA library and the driver are there"
                           : "cuda: " + facts.cuda_note;
}

std::string WebGpuReason(const DeviceFacts& facts) {
  if (!facts.webgpu_built) return "webgpu: the inference runtime is built without it";
  if (facts.adapters.empty()) return "webgpu: " + facts.adapters_note;
  std::string text = "webgpu:";
  for (const GraphicsAdapter& adapter : facts.adapters) {
    text += (text.back() == ':' ? " " : "; ") + adapter.name;
    if (adapter.software) text += " (software, slower than the CPU itself: only on request)";
  }
  return text;
}

// A graphics card where there is one, else a software adapter, else null.
const GraphicsAdapter* BestAdapter(const DeviceFacts& facts) {
  if (!facts.webgpu_built || facts.adapters.empty()) return nullptr;
  const auto card = std::ranges::find(facts.adapters, false, &GraphicsAdapter::software);
  return card == facts.adapters.end() ? &facts.adapters.front() : &*card;
}

tl::unexpected<Error> NotThere(DeviceRequest request, const DeviceChoice& choice) {
  return Fail(ErrorCode::kDevice, Text("the device '", DeviceName(request), "' is not usable here"),
              "use --device auto or --device cpu; rotaview doctor lists what is there", choice.reasons);
}

}  // namespace

std::string_view DeviceName(DeviceRequest request) {
  switch (request) {
    case DeviceRequest::kAuto:
      return "auto";
    case DeviceRequest::kCpu:
      return "cpu";
    case DeviceRequest::kWebGpu:
      return "webgpu";
    case DeviceRequest::kCuda:
      return "cuda";
  }
  return "auto";
}

std::string_view DeviceName(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kCpu:
      return "cpu";
    case DeviceKind::kWebGpu:
      return "webgpu";
    case DeviceKind::kCuda:
      return "cuda";
  }
  return "cpu";
}

Result<DeviceRequest> ParseDevice(std::string_view name) {
  for (const DeviceRequest request : kRequests) {
    if (DeviceName(request) == name) return request;
  }
  return Fail(ErrorCode::kInvalidArgument, Text("no device '", name, "'"),
              "choose one of auto, cpu, webgpu, cuda");
}

Result<DeviceChoice> ChooseDevice(DeviceRequest request, const DeviceFacts& facts) {
  DeviceChoice choice{.requested = request,
                      .reasons = {CudaReason(facts), WebGpuReason(facts), "cpu: always there"}};
  const GraphicsAdapter* adapter = BestAdapter(facts);
  switch (request) {
    case DeviceRequest::kCpu:
      return choice;
    case DeviceRequest::kCuda:
      if (!facts.cuda_usable) return NotThere(request, choice);
      choice.actual = DeviceKind::kCuda;
      return choice;
    case DeviceRequest::kWebGpu:
      if (adapter == nullptr) return NotThere(request, choice);
      choice.actual = DeviceKind::kWebGpu;
      choice.adapter = adapter->name;
      return choice;
    case DeviceRequest::kAuto:
      break;
  }
  if (facts.cuda_usable) {
    choice.actual = DeviceKind::kCuda;
  } else if (adapter != nullptr && !adapter->software) {
    choice.actual = DeviceKind::kWebGpu;
    choice.adapter = adapter->name;
  }
  return choice;
}

}  // namespace rv
