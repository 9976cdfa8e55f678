// A recognition model on a device: pictures in as numbers, the network's raw answers out. The runtime is ONNX
// Runtime; nothing of it shows here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device_choice.h"
#include "groknet/inference/model_card.h"

namespace rv {

struct SessionOptions {
  DeviceRequest device = DeviceRequest::kAuto;
  // Threads of the CPU, each with a few pictures at a time; 0 = all hardware threads. Never changes the
  // answers. Range: 0..1024.
  int threads = 0;
  // Pictures that other devices take in one call. The CPU chooses for itself: its answers do not depend on a
  // picture's neighbors. Range: 1..1024.
  int batch = 64;

  // Fails with kInvalidArgument, naming field, value and bound.
  Status Validate() const;
};

// Raw answers for n pictures, row-major. Temperatures are not applied.
struct ModelOutputs {
  std::vector<float> embedding;              // n * kCodeBits
  std::vector<float> logits;                 // n * ModelCard::logits
  std::vector<float> vertical;               // n * number of verticals
  std::vector<float> in_distribution_score;  // n
  std::vector<float> subject;  // n * subject_cells^2, 0..1; empty where the model draws no such map
  friend bool operator==(const ModelOutputs&, const ModelOutputs&) = default;
};

// Move-only. Run may be called from several threads at once: they share the weights.
class InferenceSession {
 public:
  // Reads and checks the model, and runs one gray picture on the device, so that the first real one does not
  // wait for kernels to be built. Fails with
  //   kNotFound         no such file
  //   kCorrupt          no ONNX model, no model card, or tensors that are not as the card says
  //   kUnsupported      a card of another format
  //   kDevice           the device asked for is not there, or cannot run the model
  //   kInvalidArgument  bad options
  // With DeviceRequest::kAuto a device that cannot run the model gives way to the CPU; device().reasons says
  // why.
  static Result<InferenceSession> Load(const std::filesystem::path& model, const SessionOptions& options);

  InferenceSession(InferenceSession&&) noexcept;
  InferenceSession& operator=(InferenceSession&&) noexcept;
  ~InferenceSession();

  const ModelCard& card() const;
  const DeviceChoice& device() const;

  // `images` holds count pictures as the network takes them, size count * 3 * S * S, planes R, G, B
  // (groknet/inference/preprocess.h). On the CPU the answer for a picture is the same bits in any company and at any
  // number of threads. Fails with kInvalidArgument for numbers that are not finite, kCorrupt when the model's
  // answers are not, kDevice when the device fails.
  Result<ModelOutputs> Run(std::span<const float> images, std::size_t count) const;

 private:
  struct Impl;
  explicit InferenceSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// "1.30.0".
std::string InferenceRuntimeVersion();
// What the runtime was built for: "CPUExecutionProvider", ...
std::vector<std::string> InferenceRuntimeBackends();

}  // namespace rv
