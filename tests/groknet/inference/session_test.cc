#include "groknet/inference/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "groknet/inference/find_devices.h"
#include "groknet/inference/preprocess.h"
#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

using testing::HasSubstr;

constexpr std::size_t kPicture = 3 * 32 * 32;

SessionOptions OnCpu(int threads) { return {.device = DeviceRequest::kCpu, .threads = threads}; }

std::vector<float> Pictures(std::size_t count) {
  std::vector<float> images(count * kPicture);
  for (std::size_t i = 0; i < count; ++i) {
    Preprocess(Noise(50, 40, 3, static_cast<unsigned>(i + 1)), 32, 127.5, 127.5,
               std::span(images).subspan(i * kPicture, kPicture));
  }
  return images;
}

Error LoadError(const std::string& bytes) {
  const TempFile file("model.onnx", bytes);
  const auto session = InferenceSession::Load(file.path(), OnCpu(1));
  return session ? Error{ErrorCode::kInternal, "it was loaded", {}, {}} : session.error();
}

TEST(Session, GivesTheSameBitsInAnyBatchAndOnAnyThreads) {
  const std::vector<float> images = Pictures(13);
  const auto one = InferenceSession::Load(TinyModel(), OnCpu(1));
  const auto four = InferenceSession::Load(TinyModel(), OnCpu(4));
  ASSERT_TRUE(one && four);
  const ModelOutputs together = *one->Run(images, 13);
  EXPECT_EQ(together, *four->Run(images, 13));
  for (std::size_t i = 0; i < 13; ++i) {
    const auto alone = four->Run(std::span(images).subspan(i * kPicture, kPicture), 1);
    ASSERT_TRUE(alone);
    EXPECT_EQ(0, std::memcmp(alone->logits.data(), together.logits.data() + i * 17, 17 * sizeof(float)));
    EXPECT_EQ(0,
              std::memcmp(alone->embedding.data(), together.embedding.data() + i * 256, 256 * sizeof(float)));
    EXPECT_EQ(alone->in_distribution_score[0], together.in_distribution_score[i]);
    EXPECT_EQ(0, std::memcmp(alone->subject.data(), together.subject.data() + i * 64, 64 * sizeof(float)));
  }
}

TEST(Session, DrawsWhereTheItemIs) {
  const auto session = InferenceSession::Load(TinyModel(), OnCpu(1));
  ASSERT_TRUE(session);
  std::vector<float> picture(kPicture, 1.0F);  // white
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t y = 0; y < 8; ++y) std::fill_n(picture.data() + (c * 32 + y) * 32 + 24, 8, -1.0F);
  }
  const auto out = session->Run(picture, 1);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->subject.size(), 64U);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(out->subject[i] > 0.5F, i / 8 < 2 && i % 8 >= 6) << i;
}

TEST(Session, RunsAModelThatDrawsNoSubject) {
  const TempFile file("model.onnx",
                      Replaced(TinyModelBytes(), "\"subject\":{\"cells\":8}", "\"subjekt\":{\"cells\":8}"));
  const auto session = InferenceSession::Load(file.path(), OnCpu(1));
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(session->card().subject_cells, 0);
  const auto out = session->Run(Pictures(1), 1);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->subject.empty());
}

TEST(Session, IsSharedByThreads) {
  const auto session = InferenceSession::Load(TinyModel(), OnCpu(2));
  ASSERT_TRUE(session);
  const std::vector<float> images = Pictures(5);
  const ModelOutputs expected = *session->Run(images, 5);
  std::array<bool, 4> same{};
  {
    std::vector<std::jthread> threads;
    for (bool& result : same)
      threads.emplace_back([&] {
        result = true;
        for (int i = 0; i < 20; ++i) result = result && *session->Run(images, 5) == expected;
      });
  }
  for (const bool result : same) EXPECT_TRUE(result);
}

TEST(Session, RunsNothingForNoPictures) {
  const auto session = InferenceSession::Load(TinyModel(), OnCpu(1));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->Run({}, 0)->in_distribution_score.size(), 0U);
}

TEST(Session, SaysWhichDeviceItIsOn) {
  const auto session = InferenceSession::Load(TinyModel(), {.device = DeviceRequest::kCpu});
  ASSERT_TRUE(session);
  EXPECT_EQ(session->device().requested, DeviceRequest::kCpu);
  EXPECT_EQ(session->device().actual, DeviceKind::kCpu);
}

TEST(Session, RefusesPicturesThatAreNotFinite) {
  const auto session = InferenceSession::Load(TinyModel(), OnCpu(1));
  ASSERT_TRUE(session);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> images = Pictures(2);
    images[kPicture + 17] = bad;
    const auto outputs = session->Run(images, 2);
    ASSERT_FALSE(outputs);
    EXPECT_EQ(outputs.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Session, RefusesAModelWhoseAnswersAreNotFinite) {
  const float offset = 1.2345e-5F;
  const float bad = std::numeric_limits<float>::quiet_NaN();
  const std::string from(reinterpret_cast<const char*>(&offset), sizeof(offset));
  const std::string to(reinterpret_cast<const char*>(&bad), sizeof(bad));
  const Error error = LoadError(Replaced(TinyModelBytes(), from, to));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("not finite"));
}

TEST(Session, NamesAMissingModel) {
  const auto session = InferenceSession::Load("no/such/model.onnx", {});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::kNotFound);
}

TEST(Session, RefusesBytesThatAreNoModel) {
  EXPECT_EQ(LoadError("this is no model").code, ErrorCode::kCorrupt);
  EXPECT_EQ(LoadError("").code, ErrorCode::kCorrupt);
}

TEST(Session, RefusesAModelCutAnywhere) {
  const std::string bytes = TinyModelBytes();
  for (std::size_t size = 1; size < bytes.size(); size += 997) {
    const Error error = LoadError(bytes.substr(0, size));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << size << ": " << error.message;
  }
}

TEST(Session, RefusesAModelWithoutACard) {
  const Error error = LoadError(Replaced(TinyModelBytes(), "rotaview.groknet", "rotaview.grok---"));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("rotaview.groknet"));
}

TEST(Session, RefusesLabelsThatDoNotFitTheLogits) {
  const std::string bytes = Replaced(TinyModelBytes(), "\"Saab\",\"Koenigsegg\"]", "\"Saab\"]             ");
  const Error error = LoadError(bytes);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("'logits' is [N, 17], its card says [N, 16]"));
}

TEST(Session, RefusesACardOfAnotherPictureSize) {
  const Error error = LoadError(Replaced(TinyModelBytes(), "\"size\":32", "\"size\":48"));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("'image' is [N, 3, 32, 32]"));
}

TEST(Session, RefusesOptionsOutOfRange) {
  EXPECT_EQ(InferenceSession::Load(TinyModel(), {.threads = -1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InferenceSession::Load(TinyModel(), {.batch = 0}).error().code, ErrorCode::kInvalidArgument);
}

// Graphics devices sum in another order, and some at less than float's precision.
constexpr double kDeviceTolerance = 2e-3;

double LargestGap(const std::vector<float>& a, const std::vector<float>& b) {
  double gap = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    gap = std::max(gap, std::abs(static_cast<double>(a[i]) - b[i]));
  return gap;
}

// Each test is a process of its own when ctest runs it: here no other session has set the runtime up before.
TEST(Session, WebGpuMayBeTheFirst) {
  if (!ChooseDevice(DeviceRequest::kWebGpu, FindDevices())) GTEST_SKIP() << "no Vulkan device here";
  const auto gpu = InferenceSession::Load(TinyModel(), {.device = DeviceRequest::kWebGpu});
  ASSERT_TRUE(gpu) << gpu.error().message;
  std::vector<float> images = Pictures(2);
  EXPECT_TRUE(gpu->Run(images, 2));
  images[images.size() / 2] = std::numeric_limits<float>::quiet_NaN();
  const auto refused = gpu->Run(images, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST(Session, WebGpuAgreesWithTheCpu) {
  if (!ChooseDevice(DeviceRequest::kWebGpu, FindDevices())) GTEST_SKIP() << "no Vulkan device here";
  const std::vector<float> images = Pictures(7);
  const auto cpu = InferenceSession::Load(TinyModel(), OnCpu(1));
  const auto gpu = InferenceSession::Load(TinyModel(), {.device = DeviceRequest::kWebGpu, .batch = 3});
  ASSERT_TRUE(cpu);
  ASSERT_TRUE(gpu) << gpu.error().message;
  EXPECT_EQ(gpu->device().actual, DeviceKind::kWebGpu);
  const auto expected = cpu->Run(images, 7);
  const auto actual = gpu->Run(images, 7);
  ASSERT_TRUE(expected && actual);
  EXPECT_LT(LargestGap(expected->logits, actual->logits), kDeviceTolerance);
  EXPECT_LT(LargestGap(expected->vertical, actual->vertical), kDeviceTolerance);
  EXPECT_LT(LargestGap(expected->embedding, actual->embedding), kDeviceTolerance);
  EXPECT_LT(LargestGap(expected->in_distribution_score, actual->in_distribution_score), kDeviceTolerance);
  EXPECT_LT(LargestGap(expected->subject, actual->subject), kDeviceTolerance);
}

}  // namespace
}  // namespace rv
