#include "gpu/device_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "groknet/inference/find_devices.h"

namespace rv {
namespace {

using testing::Contains;
using testing::HasSubstr;

DeviceFacts Nothing() {
  return {.adapters_note = "Vulkan has no device here", .cuda_note = "no NVIDIA driver (libcuda.so.1)"};
}

DeviceFacts WithAdapters(std::vector<GraphicsAdapter> adapters) {
  DeviceFacts facts = Nothing();
  facts.webgpu_built = true;
  facts.adapters = std::move(adapters);
  return facts;
}

const GraphicsAdapter kSoftware{.name = "llvmpipe", .software = true};
const GraphicsAdapter kCard{.name = "A card"};

TEST(Device, AutoTakesTheCpuWhereNothingElseIsAndSaysWhy) {
  const auto choice = ChooseDevice(DeviceRequest::kAuto, Nothing());
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->actual, DeviceKind::kCpu);
  EXPECT_THAT(choice->reasons, Contains(HasSubstr("no NVIDIA driver")));
}

TEST(Device, AutoTakesAGraphicsCard) {
  const auto choice = ChooseDevice(DeviceRequest::kAuto, WithAdapters({kSoftware, kCard}));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->actual, DeviceKind::kWebGpu);
  EXPECT_EQ(choice->adapter, "A card");
}

TEST(Device, AutoLeavesASoftwareAdapterAlone) {
  const auto choice = ChooseDevice(DeviceRequest::kAuto, WithAdapters({kSoftware}));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->actual, DeviceKind::kCpu);
  EXPECT_THAT(choice->reasons, Contains(HasSubstr("llvmpipe (software")));
}

TEST(Device, ASoftwareAdapterServesWhoAsksForIt) {
  const auto choice = ChooseDevice(DeviceRequest::kWebGpu, WithAdapters({kSoftware}));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->actual, DeviceKind::kWebGpu);
  EXPECT_EQ(choice->adapter, "llvmpipe");
}

TEST(Device, CudaComesFirst) {
  DeviceFacts facts = WithAdapters({kCard});
  facts.cuda_usable = true;
  EXPECT_EQ(ChooseDevice(DeviceRequest::kAuto, facts)->actual, DeviceKind::kCuda);
  EXPECT_EQ(ChooseDevice(DeviceRequest::kCpu, facts)->actual, DeviceKind::kCpu);
}

TEST(Device, WhatIsAskedForAndNotThereIsAnError) {
  for (const DeviceRequest request : {DeviceRequest::kCuda, DeviceRequest::kWebGpu}) {
    const auto choice = ChooseDevice(request, Nothing());
    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().code, ErrorCode::kDevice);
    EXPECT_FALSE(choice.error().details.empty());
  }
  DeviceFacts not_built = WithAdapters({kCard});
  not_built.webgpu_built = false;
  EXPECT_FALSE(ChooseDevice(DeviceRequest::kWebGpu, not_built));
}

TEST(Device, NamesAreReadBack) {
  for (const char* name : {"auto", "cpu", "webgpu", "cuda"}) {
    const auto request = ParseDevice(name);
    ASSERT_TRUE(request);
    EXPECT_EQ(DeviceName(*request), name);
  }
  EXPECT_EQ(ParseDevice("gpu").error().code, ErrorCode::kInvalidArgument);
}

TEST(Device, ThisMachineIsDescribed) {
  const DeviceFacts facts = FindDevices();
  EXPECT_TRUE(facts.webgpu_built);
  EXPECT_EQ(facts.adapters.empty(), !facts.adapters_note.empty());
  EXPECT_EQ(facts.cuda_usable, facts.cuda_note.empty());
}

}  // namespace
}  // namespace rv
