#include <dlfcn.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "groknet/device.h"

// Entry points are looked up in the loaded library: nothing links Vulkan, so the program starts without it.
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

namespace rv {
namespace {

struct LibraryCloser {
  void operator()(void* handle) const { dlclose(handle); }
};
using Library = std::unique_ptr<void, LibraryCloser>;

Library Open(const char* name) { return Library(dlopen(name, RTLD_NOW | RTLD_LOCAL)); }

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
  } else if (!Open("libcuda.so.1")) {
    facts.cuda_note = "no NVIDIA driver (libcuda.so.1)";
  } else {
    facts.cuda_usable = true;
  }
}

// A Vulkan instance for as long as adapters are listed.
class VulkanInstance {
 public:
  explicit VulkanInstance(PFN_vkGetInstanceProcAddr find) : find_(find) {
    const auto create = reinterpret_cast<PFN_vkCreateInstance>(find_(nullptr, "vkCreateInstance"));
    const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    if (create == nullptr || create(&info, nullptr, &instance_) != VK_SUCCESS) instance_ = VK_NULL_HANDLE;
  }
  VulkanInstance(const VulkanInstance&) = delete;
  VulkanInstance& operator=(const VulkanInstance&) = delete;
  ~VulkanInstance() {
    if (valid()) Get<PFN_vkDestroyInstance>("vkDestroyInstance")(instance_, nullptr);
  }

  bool valid() const { return instance_ != VK_NULL_HANDLE; }

  std::vector<GraphicsAdapter> Adapters() const {
    const auto enumerate = Get<PFN_vkEnumeratePhysicalDevices>("vkEnumeratePhysicalDevices");
    const auto describe = Get<PFN_vkGetPhysicalDeviceProperties>("vkGetPhysicalDeviceProperties");
    std::uint32_t count = 0;
    if (enumerate(instance_, &count, nullptr) != VK_SUCCESS) return {};
    std::vector<VkPhysicalDevice> devices(count);
    if (enumerate(instance_, &count, devices.data()) < VK_SUCCESS) return {};
    devices.resize(count);
    std::vector<GraphicsAdapter> adapters;
    for (const VkPhysicalDevice device : devices) {
      VkPhysicalDeviceProperties properties{};
      describe(device, &properties);
      adapters.push_back(
          {.name = properties.deviceName, .software = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU});
    }
    return adapters;
  }

 private:
  template <typename Function>
  Function Get(const char* name) const {
    return reinterpret_cast<Function>(find_(instance_, name));
  }

  PFN_vkGetInstanceProcAddr find_;
  VkInstance instance_ = VK_NULL_HANDLE;
};

}  // namespace

namespace internal {

std::vector<GraphicsAdapter> FindAdapters(std::string& note) {
  const Library loader = Open("libvulkan.so.1");
  if (!loader) {
    note = "no Vulkan loader (libvulkan.so.1)";
    return {};
  }
  const auto find = reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(loader.get(), "vkGetInstanceProcAddr"));
  std::vector<GraphicsAdapter> adapters;
  if (find != nullptr) {
    const VulkanInstance instance(find);
    if (instance.valid()) adapters = instance.Adapters();
  }
  if (adapters.empty()) note = "Vulkan has no device here";
  return adapters;
}

}  // namespace internal

DeviceFacts FindDevices() {
  DeviceFacts facts;
  const std::vector<std::string> built = Ort::GetAvailableProviders();
  facts.webgpu_built = std::ranges::find(built, "WebGpuExecutionProvider") != built.end();
  facts.adapters = internal::FindAdapters(facts.adapters_note);
  FindCuda(facts);
  return facts;
}

}  // namespace rv
