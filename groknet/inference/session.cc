#include "groknet/inference/session.h"

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
#include "base/parallel.h"
#include "groknet/inference/embedding.h"
#include "groknet/inference/find_devices.h"

namespace rv {
namespace {

constexpr std::uint64_t kMostModelBytes = std::uint64_t{512} << 20;
// In the order of Impl::Targets; the last one only where the card has it.
constexpr const char* kOutputNames[] = {"embedding", "logits", "vertical", "familiarity", "subject"};
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

Status CheckTensors(const Ort::Session& session, const ModelCard& card) {
  Ort::AllocatorWithDefaultOptions allocator;
  return CheckModelShapes(
      card,
      Shapes(
          session.GetInputCount(),
          [&](std::size_t i) { return std::string(session.GetInputNameAllocated(i, allocator).get()); },
          [&](std::size_t i) { return session.GetInputTypeInfo(i); }),
      Shapes(
          session.GetOutputCount(),
          [&](std::size_t i) { return std::string(session.GetOutputNameAllocated(i, allocator).get()); },
          [&](std::size_t i) { return session.GetOutputTypeInfo(i); }));
}

Result<ModelCard> ReadCard(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  const auto text = session.GetModelMetadata().LookupCustomMetadataMapAllocated(kModelCardKey, allocator);
  if (!text)
    return Fail(ErrorCode::kCorrupt, std::string("the model has no metadata '") + kModelCardKey + "'",
                "give a model made by groknet/training");
  return ParseModelCard(text.get());
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

}  // namespace

Status SessionOptions::Validate() const {
  if (threads < 0 || threads > 1024)
    return Fail(ErrorCode::kInvalidArgument, "threads must be 0 to 1024, got " + std::to_string(threads));
  if (batch < 1 || batch > 1024)
    return Fail(ErrorCode::kInvalidArgument, "batch must be 1 to 1024, got " + std::to_string(batch));
  return {};
}

struct InferenceSession::Impl {
  ModelCard card;
  DeviceChoice device;
  SessionOptions options;
  mutable std::optional<Ort::Session> session;
  // Graphics backends take one call at a time.
  mutable std::mutex device_mutex;

  std::size_t InputSize() const {
    return std::size_t{3} * static_cast<std::size_t>(card.input_size) *
           static_cast<std::size_t>(card.input_size);
  }
  std::size_t Slice(std::size_t count) const {
    if (device.actual != DeviceKind::kCpu) return static_cast<std::size_t>(options.batch);
    const auto workers = static_cast<std::size_t>(options.threads > 0 ? options.threads : HardwareThreads());
    return std::clamp((count + workers - 1) / workers, std::size_t{1}, kPicturesPerRun);
  }
  // Numbers of each output for a picture.
  std::vector<std::size_t> Widths() const {
    const auto cells = static_cast<std::size_t>(card.subject_cells);
    std::vector<std::size_t> widths = {kCodeBits, card.logits, card.verticals.size(), std::size_t{1}};
    if (cells > 0) widths.push_back(cells * cells);
    return widths;
  }
  std::vector<std::int64_t> Dims(std::size_t output, std::int64_t rows) const {
    if (output == 3) return {rows};
    if (output == 4) return {rows, card.subject_cells, card.subject_cells};
    return {rows, static_cast<std::int64_t>(Widths()[output])};
  }
  static std::array<std::vector<float>*, 5> Targets(ModelOutputs& out) {
    return {&out.embedding, &out.logits, &out.vertical, &out.in_distribution_score, &out.subject};
  }
  void RunSlice(std::span<const float> images, std::size_t first, std::size_t count, ModelOutputs& out) const;
};

// Runs pictures [first, first + count) and writes their rows of `out`. Throws Ort::Exception.
void InferenceSession::Impl::RunSlice(std::span<const float> images,
                                      std::size_t first,
                                      std::size_t count,
                                      ModelOutputs& out) const {
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto rows = static_cast<std::int64_t>(count);
  const std::array<std::int64_t, 4> shape = {rows, 3, card.input_size, card.input_size};
  // The runtime takes a pointer to non-const, but only reads inputs.
  auto* pixels = const_cast<float*>(images.data() + first * InputSize());
  const Ort::Value input =
      Ort::Value::CreateTensor<float>(memory, pixels, count * InputSize(), shape.data(), shape.size());
  const std::array<std::vector<float>*, 5> targets = Targets(out);
  const std::vector<std::size_t> widths = Widths();
  std::vector<Ort::Value> outputs;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::vector<std::int64_t> dims = Dims(i, rows);
    outputs.push_back(Ort::Value::CreateTensor<float>(memory, targets[i]->data() + first * widths[i],
                                                      count * widths[i], dims.data(), dims.size()));
  }
  constexpr const char* kInputName = "image";
  session->Run(Ort::RunOptions{nullptr}, &kInputName, &input, 1, kOutputNames, outputs.data(),
               outputs.size());
}

namespace {

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
      const std::string why =
          std::string(DeviceName(choice.actual)) + ": it cannot run the model: " + failure.what();
      if (choice.requested != DeviceRequest::kAuto)
        return Fail(ErrorCode::kDevice, why, "use --device auto or --device cpu", choice.reasons);
      choice.reasons.insert(choice.reasons.begin(), why);
      choice.actual = DeviceKind::kCpu;
      choice.adapter.clear();
    }
  }
  return Opened{.session = Open(model, DeviceKind::kCpu), .device = choice};
}

}  // namespace

InferenceSession::InferenceSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InferenceSession::InferenceSession(InferenceSession&&) noexcept = default;
InferenceSession& InferenceSession::operator=(InferenceSession&&) noexcept = default;
InferenceSession::~InferenceSession() = default;

const ModelCard& InferenceSession::card() const { return impl_->card; }
const DeviceChoice& InferenceSession::device() const { return impl_->device; }

Result<InferenceSession> InferenceSession::Load(const std::filesystem::path& model,
                                                const SessionOptions& options) {
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
    Result<ModelCard> card = ReadCard(*impl->session);
    if (!card) return Forward(card);
    impl->card = std::move(*card);
    if (const Status sound = CheckTensors(*impl->session, impl->card); !sound) return Forward(sound);
  } catch (const Ort::Exception& failure) {
    return Fail(ErrorCode::kCorrupt, model.string() + " is no model that can be run: " + failure.what(),
                "fetch or train the model again");
  }
  InferenceSession session(std::move(impl));
  const std::vector<float> gray(session.impl_->InputSize(), 0.0F);
  const Result<ModelOutputs> warm = session.Run(gray, 1);
  if (!warm) return Forward(warm);
  return session;
}

Result<ModelOutputs> InferenceSession::Run(std::span<const float> images, std::size_t count) const {
  const Impl& impl = *impl_;
  RV_CHECK_EQ(images.size(), count * impl.InputSize());
  const bool on_cpu = impl.device.actual == DeviceKind::kCpu;
  // Beside the work of a graphics device it costs no time.
  std::future<bool> sound =
      std::async(on_cpu ? std::launch::deferred : std::launch::async, AllFinite, images);
  const auto refusal = Fail(ErrorCode::kInvalidArgument, "a picture holds numbers that are not finite");
  if (on_cpu && !sound.get()) return refusal;
  ModelOutputs out;
  const std::vector<std::size_t> widths = impl.Widths();
  for (std::size_t i = 0; i < widths.size(); ++i) Impl::Targets(out)[i]->resize(count * widths[i]);
  const std::size_t slice = impl.Slice(count);
  try {
    const std::unique_lock lock =
        on_cpu ? std::unique_lock<std::mutex>() : std::unique_lock(impl.device_mutex);
    ParallelFor((count + slice - 1) / slice, on_cpu ? impl.options.threads : 1, [&](std::size_t i) {
      impl.RunSlice(images, i * slice, std::min(slice, count - i * slice), out);
    });
  } catch (const Ort::Exception& failure) {
    return Fail(ErrorCode::kDevice,
                std::string(DeviceName(impl.device.actual)) + " failed to run the model: " + failure.what(),
                "use --device cpu");
  }
  if (!on_cpu && !sound.get()) return refusal;
  for (const std::vector<float>* values : Impl::Targets(out)) {
    if (!AllFinite(*values))
      return Fail(ErrorCode::kCorrupt, "the model's answers are not finite numbers",
                  "fetch or train the model again");
  }
  return out;
}

std::string InferenceRuntimeVersion() { return OrtGetApiBase()->GetVersionString(); }

std::vector<std::string> InferenceRuntimeBackends() { return Ort::GetAvailableProviders(); }

}  // namespace rv
