#include "groknet/inference/find_devices.h"

#include <dlfcn.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <filesystem>

#include "gpu/adapters.h"
#include "gpu/loaded_library.h"

namespace rv {
namespace {

// The folder that ONNX Runtime was loaded from: it looks for its CUDA library there.
std::filesystem::path RuntimeFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&OrtGetApiBase), &info) == 0 || info.dli_fname == nullptr)
    return {};
  return std::filesystem::path(info.dli_fname).parent_path();
}

void FindCuda(DeviceFacts& facts) {
  std::error_code ignored;
  if (!std::filesystem::exists(RuntimeFolder() / "libonnxruntime_providers_cuda.so", ignored)) {
    facts.cuda_note = "libonnxruntime_providers_cuda.so is not beside ONNX Runtime";
  } else if (!gpu::OpenLibrary("libcuda.so.1")) {
    facts.cuda_note = "no NVIDIA driver (libcuda.so.1)";
  } else {
    facts.cuda_usable = true;
  }
}

}  // namespace

DeviceFacts FindDevices() {
  DeviceFacts facts;
  const std::vector<std::string> built = Ort::GetAvailableProviders();
  facts.webgpu_built = std::ranges::find(built, "WebGpuExecutionProvider") != built.end();
  facts.adapters = gpu::FindAdapters(facts.adapters_note);
  FindCuda(facts);
  return facts;
}

}  // namespace rv
