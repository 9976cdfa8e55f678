#include "groknet/inference/tensor_session.h"

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/options.h"
#include "base/parallel.h"
#include "base/text.h"
#include "groknet/inference/find_devices.h"

namespace rv {
namespace inference {
namespace {

constexpr std::uint64_t kMostModelBytes = std::uint64_t{512} << 20;
// On the CPU: a layer's weights are fetched once for so many pictures. More gains nothing.
constexpr std::size_t kPicturesPerRun = 6;

// One for the process, and never taken down: sessions may outlive static destruction.
Ort::Env& Environment() {
  static auto* const env = [] {
    // Else the runtime writes what it sees to the folder for temporary files and sends it to its maker.
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    return new Ort::Env(ORT_LOGGING_LEVEL_ERROR, "rotaview");
  }();
  return *env;
}

std::vector<TensorShape> Shapes(std::size_t count, const auto& name_of, const auto& type_of) {
  std::vector<TensorShape> shapes;
  for (std::size_t i = 0; i < count; ++i) {
    const Ort::TypeInfo type = type_of(i);  // owns what `info` looks at
    const auto info = type.GetTensorTypeAndShapeInfo();
    shapes.push_back({.name = name_of(i),
                      .float32 = info.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                      .dims = info.GetShape()});
  }
  return shapes;
}

// WebGPU's loader refuses to look for devices without it.
void EnsureRuntimeFolder() {
  std::error_code ignored;
  const std::string folder = std::filesystem::temp_directory_path(ignored).string();
  setenv("XDG_RUNTIME_DIR", folder.empty() ? "/tmp" : folder.c_str(), 0);
}

Ort::SessionOptions RuntimeOptions(DeviceKind device) {
  Ort::SessionOptions options;
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  // Pictures are spread over our own threads, a few to each: faster than splitting one picture's layers, and
  // its sums are always taken in the same order.
  options.SetIntraOpNumThreads(1);
  options.SetInterOpNumThreads(1);
  if (device == DeviceKind::kWebGpu) {
    EnsureRuntimeFolder();
    options.AppendExecutionProvider("WebGPU", {});
  } else if (device == DeviceKind::kCuda) {
    options.AppendExecutionProvider_CUDA(OrtCUDAProviderOptions{});
  }
  return options;
}

// Without a branch for each number: a number less itself is 0 unless it is not finite.
bool AllFinite(std::span<const float> values) {
  int others = 0;
  for (const float value : values) others |= static_cast<int>(!(value - value == 0.0F));
  return others == 0;
}

// The session on one device; an Ort::Exception where that device cannot run it.
Ort::Session Open(const std::vector<std::uint8_t>& model, DeviceKind device) {
  Ort::Env& environment = Environment();  // before the options: appending WebGPU to them needs it
  return Ort::Session(environment, model.data(), model.size(), RuntimeOptions(device));
}

struct Opened {
  std::optional<Ort::Session> session;
  DeviceChoice device;
};

Result<Opened> OpenOnDevice(const std::vector<std::uint8_t>& model, DeviceChoice choice) {
  if (choice.actual != DeviceKind::kCpu) {
    try {
      return Opened{.session = Open(model, choice.actual), .device = choice};
    } catch (const Ort::Exception& failure) {
      const std::string why = Text(DeviceName(choice.actual), ": it cannot run the model: ", failure.what());
      if (choice.requested != DeviceRequest::kAuto)
        return Fail(ErrorCode::kDevice, why, "use --device auto or --device cpu", choice.reasons);
      choice.reasons.insert(choice.reasons.begin(), why);
      choice.actual = DeviceKind::kCpu;
      choice.adapter.clear();
    }
  }
  return Opened{.session = Open(model, DeviceKind::kCpu), .device = choice};
}

std::map<std::string, std::string> ReadMetadata(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  const Ort::ModelMetadata metadata = session.GetModelMetadata();
  std::map<std::string, std::string> texts;
  for (const auto& key : metadata.GetCustomMetadataMapKeysAllocated(allocator)) {
    const auto text = metadata.LookupCustomMetadataMapAllocated(key.get(), allocator);
    if (text) texts[key.get()] = text.get();
  }
  return texts;
}

}  // namespace

struct TensorSession::Impl {
  DeviceChoice device;
  SessionOptions options;
  std::map<std::string, std::string> metadata;
  std::vector<TensorShape> inputs;
  std::vector<TensorShape> outputs;
  mutable std::optional<Ort::Session> session;
  // Graphics backends take one call at a time.
  mutable std::mutex device_mutex;

  std::size_t Slice(std::size_t count) const {
    if (device.actual != DeviceKind::kCpu) return static_cast<std::size_t>(options.batch);
    const auto workers = static_cast<std::size_t>(options.threads > 0 ? options.threads : HardwareThreads());
    return std::clamp((count + workers - 1) / workers, std::size_t{1}, kPicturesPerRun);
  }
  void DescribeTensors();
  void RunSlice(const NamedTensor& input,
                std::span<const float> values,
                std::size_t count,
                std::span<const NamedTensor> wanted,
                std::span<float* const> rows) const;
};

// Throws Ort::Exception for a file whose inputs or outputs are no tensors.
void TensorSession::Impl::DescribeTensors() {
  Ort::AllocatorWithDefaultOptions allocator;
  metadata = ReadMetadata(*session);
  inputs = Shapes(
      session->GetInputCount(),
      [&](std::size_t i) { return std::string(session->GetInputNameAllocated(i, allocator).get()); },
      [&](std::size_t i) { return session->GetInputTypeInfo(i); });
  outputs = Shapes(
      session->GetOutputCount(),
      [&](std::size_t i) { return std::string(session->GetOutputNameAllocated(i, allocator).get()); },
      [&](std::size_t i) { return session->GetOutputTypeInfo(i); });
}

namespace {

// [rows, row_dims...] over numbers that live elsewhere. The runtime takes a pointer to non-const, but only reads
// inputs.
Ort::Value TensorOver(const NamedTensor& tensor, float* values, std::size_t rows) {
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::vector<std::int64_t> dims = {static_cast<std::int64_t>(rows)};
  dims.insert(dims.end(), tensor.row_dims.begin(), tensor.row_dims.end());
  return Ort::Value::CreateTensor<float>(memory, values, rows * tensor.RowSize(), dims.data(), dims.size());
}

}  // namespace

// Runs `count` rows and writes the wanted outputs to `rows`, one pointer each. Throws Ort::Exception.
void TensorSession::Impl::RunSlice(const NamedTensor& input,
                                   std::span<const float> values,
                                   std::size_t count,
                                   std::span<const NamedTensor> wanted,
                                   std::span<float* const> rows) const {
  const Ort::Value in = TensorOver(input, const_cast<float*>(values.data()), count);
  std::vector<const char*> names;
  std::vector<Ort::Value> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    names.push_back(wanted[i].name.c_str());
    out.push_back(TensorOver(wanted[i], rows[i], count));
  }
  const char* const input_name = input.name.c_str();
  session->Run(Ort::RunOptions{nullptr}, &input_name, &in, 1, names.data(), out.data(), out.size());
}

TensorSession::TensorSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TensorSession::TensorSession(TensorSession&&) noexcept = default;
TensorSession& TensorSession::operator=(TensorSession&&) noexcept = default;
TensorSession::~TensorSession() = default;

const DeviceChoice& TensorSession::device() const { return impl_->device; }
const std::map<std::string, std::string>& TensorSession::metadata() const { return impl_->metadata; }
const std::vector<TensorShape>& TensorSession::inputs() const { return impl_->inputs; }
const std::vector<TensorShape>& TensorSession::outputs() const { return impl_->outputs; }

Result<TensorSession> TensorSession::Load(const std::filesystem::path& model, const SessionOptions& options) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  const Result<std::vector<std::uint8_t>> bytes = ReadFile(model, kMostModelBytes);
  if (!bytes) return Forward(bytes);
  const DeviceFacts facts = options.device == DeviceRequest::kCpu ? DeviceFacts{} : FindDevices();
  const Result<DeviceChoice> choice = ChooseDevice(options.device, facts);
  if (!choice) return Forward(choice);
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  try {
    Result<Opened> opened = OpenOnDevice(*bytes, *choice);
    if (!opened) return Forward(opened);
    impl->session = std::move(opened->session);
    impl->device = std::move(opened->device);
    impl->DescribeTensors();
  } catch (const Ort::Exception& failure) {
    return Fail(ErrorCode::kCorrupt, Text(model, " is no model that can be run: ", failure.what()),
                "fetch or train the model again");
  }
  return TensorSession(std::move(impl));
}

Result<NamedOutputs> TensorSession::Run(const NamedTensor& input,
                                        std::span<const float> values,
                                        std::size_t count,
                                        std::span<const NamedTensor> outputs) const {
  const Impl& impl = *impl_;
  const std::size_t row = input.RowSize();
  RV_CHECK_EQ(values.size(), count * row);
  const bool on_cpu = impl.device.actual == DeviceKind::kCpu;
  // Beside the work of a graphics device it costs no time.
  std::future<bool> sound =
      std::async(on_cpu ? std::launch::deferred : std::launch::async, AllFinite, values);
  const auto refusal = Fail(ErrorCode::kInvalidArgument, "a picture holds numbers that are not finite");
  if (on_cpu && !sound.get()) return refusal;
  NamedOutputs out;
  for (const NamedTensor& wanted : outputs) out[wanted.name].resize(count * wanted.RowSize());
  const std::size_t slice = impl.Slice(count);
  try {
    const std::unique_lock lock =
        on_cpu ? std::unique_lock<std::mutex>() : std::unique_lock(impl.device_mutex);
    ParallelFor((count + slice - 1) / slice, on_cpu ? impl.options.threads : 1, [&](std::size_t i) {
      const std::size_t first = i * slice;
      const std::size_t some = std::min(slice, count - first);
      std::vector<float*> rows;
      for (const NamedTensor& wanted : outputs)
        rows.push_back(out.at(wanted.name).data() + first * wanted.RowSize());
      impl.RunSlice(input, values.subspan(first * row, some * row), some, outputs, rows);
    });
  } catch (const Ort::Exception& failure) {
    return Fail(ErrorCode::kDevice,
                Text(DeviceName(impl.device.actual), " failed to run the model: ", failure.what()),
                "use --device cpu");
  }
  if (!on_cpu && !sound.get()) return refusal;
  for (const auto& [name, numbers] : out) {
    if (!AllFinite(numbers))
      return Fail(ErrorCode::kCorrupt, "the model's answers are not finite numbers",
                  "fetch or train the model again");
  }
  return out;
}

}  // namespace inference

Status SessionOptions::Validate() const {
  if (threads < 0 || threads > 1024) return FieldOutOfRange("threads", threads, "0 to 1024");
  if (batch < 1 || batch > 1024) return FieldOutOfRange("batch", batch, "1 to 1024");
  return {};
}

std::string InferenceRuntimeVersion() { return OrtGetApiBase()->GetVersionString(); }

std::vector<std::string> InferenceRuntimeBackends() { return Ort::GetAvailableProviders(); }

}  // namespace rv
