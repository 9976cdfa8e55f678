// A recognition model on a device: a network that brings its model card, pictures in as numbers, raw answers out.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "gpu/device_choice.h"
#include "groknet/inference/model_card.h"
#include "groknet/inference/named_tensor.h"
#include "groknet/inference/tensor_session.h"

namespace rv {

// Raw answers for n pictures, row-major. Temperatures are not applied.
struct ModelOutputs {
  std::vector<float> embedding;              // n * kCodeBits
  std::vector<float> logits;                 // n * ModelCard::logits
  std::vector<float> vertical;               // n * number of verticals
  std::vector<float> in_distribution_score;  // n
  // n * subject_cells^2, 0..1; empty where the model draws no such map
  std::vector<float> subject;
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

  const ModelCard& card() const { return card_; }
  const DeviceChoice& device() const { return session_.device(); }

  // `images` holds count pictures as the network takes them, size count * 3 * S * S, planes R, G, B
  // (groknet/inference/preprocess.h). On the CPU the answer for a picture is the same bits in any company and at any
  // number of threads. Fails with kInvalidArgument for numbers that are not finite, kCorrupt when the model's
  // answers are not, kDevice when the device fails.
  Result<ModelOutputs> Run(std::span<const float> images, std::size_t count) const;

 private:
  InferenceSession(inference::TensorSession session, ModelCard card);

  inference::TensorSession session_;
  ModelCard card_;
  NamedTensor input_;
  std::vector<NamedTensor> outputs_;
};

}  // namespace rv
