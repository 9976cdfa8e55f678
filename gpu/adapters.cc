#include "gpu/adapters.h"

#include <cstdint>

#include "gpu/loaded_library.h"

// Entry points are looked up in the loaded library: nothing links Vulkan, so the program starts without it.
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

namespace rv::gpu {
namespace {

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

std::vector<GraphicsAdapter> FindAdapters(std::string& note) {
  const LoadedLibrary loader = OpenLibrary("libvulkan.so.1");
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

}  // namespace rv::gpu
