// A network on a device, by the names of its tensors: pictures in as numbers, named answers out. It knows no model
// card, so that networks of every kind use it. The runtime is ONNX Runtime; nothing of it shows here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device_choice.h"
#include "groknet/inference/named_tensor.h"

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

namespace inference {

// Values for each picture, one row after the other, by the tensor's name.
using NamedOutputs = std::map<std::string, std::vector<float>>;

// Move-only. Run may be called from several threads at once: they share the weights.
class TensorSession {
 public:
  // Reads the file and opens it on the device. Fails with
  //   kNotFound         no such file
  //   kCorrupt          no ONNX model, or one whose tensors cannot be told
  //   kDevice           the device asked for is not there, or cannot run the model
  //   kInvalidArgument  bad options
  // With DeviceRequest::kAuto a device that cannot run the model gives way to the CPU; device().reasons says why.
  static Result<TensorSession> Load(const std::filesystem::path& model, const SessionOptions& options);

  TensorSession(TensorSession&&) noexcept;
  TensorSession& operator=(TensorSession&&) noexcept;
  ~TensorSession();

  const DeviceChoice& device() const;
  // What the file says of itself, by key.
  const std::map<std::string, std::string>& metadata() const;
  // As the file declares them.
  const std::vector<TensorShape>& inputs() const;
  const std::vector<TensorShape>& outputs() const;

  // Runs the network on `count` rows of `input`, `values` holding count * input.RowSize() numbers, and gives
  // `outputs`. On the CPU the answer for a row is the same bits in any company and at any number of threads. Fails
  // with kInvalidArgument for numbers that are not finite, kCorrupt when the network's answers are not, kDevice when
  // the device fails.
  Result<NamedOutputs> Run(const NamedTensor& input,
                           std::span<const float> values,
                           std::size_t count,
                           std::span<const NamedTensor> outputs) const;

 private:
  struct Impl;
  explicit TensorSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace inference

// "1.30.0".
std::string InferenceRuntimeVersion();
// What the runtime was built for: "CPUExecutionProvider", ...
std::vector<std::string> InferenceRuntimeBackends();

}  // namespace rv
