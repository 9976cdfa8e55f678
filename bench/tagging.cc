// How long tagging the views of a spin takes, beside the inference runtime's own time for the same batch.
//   tagging [--model FILE] [--views 36] [--rounds 9] [--device cpu,webgpu,cuda]
// All times are the median of the rounds, taken by turns so that a busy machine slows all alike.
#include <onnxruntime_cxx_api.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include "base/parallel.h"
#include "base/statistics.h"
#include "groknet/inference/find_model.h"
#include "groknet/inference/preprocess.h"
#include "groknet/recognition/fusion.h"
#include "groknet/recognition/tagger.h"

namespace rv {
namespace {

struct TaggingBench {
  std::string model;
  int views = 36;
  int width = 1280;
  int height = 960;
  int rounds = 9;
  std::vector<std::string> devices = {"cpu"};
};

// A picture with gradients and texture that differs from view to view.
Image MakeView(const TaggingBench& bench, int view) {
  Image image = Image::Make(bench.width, bench.height, 3);
  for (int y = 0; y < bench.height; ++y) {
    for (int x = 0; x < bench.width; ++x) {
      for (int c = 0; c < 3; ++c)
        image.at(x, y)[c] = static_cast<std::uint8_t>(128 + 60 * std::sin(0.011 * x * (c + 1) + view) +
                                                      60 * std::cos(0.07 * y));
    }
  }
  return image;
}

double Milliseconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// The runtime alone: one session on the same device, its own threads, the whole batch in one call.
class PlainRuntime {
 public:
  PlainRuntime(const std::string& model, const std::string& device, int threads)
      : session_(env_, model.c_str(), Options(device, threads)) {}

  void Run(std::vector<float>& images, int count, int side) {
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const std::array<std::int64_t, 4> shape = {count, 3, side, side};
    const Ort::Value input =
        Ort::Value::CreateTensor<float>(memory, images.data(), images.size(), shape.data(), shape.size());
    constexpr const char* kInput = "image";
    constexpr const char* kOutputs[] = {"embedding", "logits", "vertical", "familiarity"};
    session_.Run(Ort::RunOptions{nullptr}, &kInput, &input, 1, kOutputs, std::size(kOutputs));
  }

 private:
  static Ort::SessionOptions Options(const std::string& device, int threads) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    if (device == "webgpu") options.AppendExecutionProvider("WebGPU", {});
    if (device == "cuda") options.AppendExecutionProvider_CUDA(OrtCUDAProviderOptions{});
    return options;
  }
  Ort::Env env_{ORT_LOGGING_LEVEL_ERROR, "bench"};
  Ort::Session session_;
};

std::vector<float> Prepared(const std::vector<Image>& views, const ModelCard& card, int threads) {
  const std::size_t picture = std::size_t{3} * card.input_size * card.input_size;
  std::vector<float> images(views.size() * picture);
  ParallelFor(views.size(), threads, [&](std::size_t i) {
    Preprocess(views[i], card.input_size, card.mean, card.scale,
               std::span(images).subspan(i * picture, picture));
  });
  return images;
}

struct Times {
  std::vector<double> runtime;
  std::vector<double> preprocess;
  std::vector<double> session;
  std::vector<double> tag;
  std::vector<double> fuse;
};

Status Measure(const TaggingBench& bench,
               const std::string& device,
               int threads,
               const std::vector<Image>& views) {
  const Result<DeviceRequest> request = ParseDevice(device);
  if (!request) return Forward(request);
  const SessionOptions options{.device = *request, .threads = threads, .batch = bench.views};
  const Result<Tagger> tagger = Tagger::Load(bench.model, {.session = options});
  if (!tagger) return Forward(tagger);
  const Result<InferenceSession> session = InferenceSession::Load(bench.model, options);
  if (!session) return Forward(session);
  PlainRuntime runtime(bench.model, device, threads);
  std::vector<float> images = Prepared(views, tagger->card(), threads);
  Times times;
  std::vector<ViewTags> tags;
  for (int round = 0; round <= bench.rounds; ++round) {
    const double alone = Milliseconds([&] { runtime.Run(images, bench.views, tagger->card().input_size); });
    // The runtime's idle threads spin for a while and would take a core from what is timed next.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const double prepare = Milliseconds([&] { images = Prepared(views, tagger->card(), threads); });
    const double run = Milliseconds([&] { (void)session->Run(images, views.size()); });
    const double tag = Milliseconds([&] { tags = *tagger->Tag(views, {}); });
    const double fuse = Milliseconds([&] { (void)FuseViews(tagger->card(), tags); });
    if (round == 0) continue;  // warm
    times.runtime.push_back(alone);
    times.preprocess.push_back(prepare);
    times.session.push_back(run);
    times.tag.push_back(tag);
    times.fuse.push_back(fuse);
  }
  const double both = UpperMedian(times.preprocess) + UpperMedian(times.session);
  std::printf(
      "%-7s %d threads  runtime alone %7.1f ms (%.0f pictures/s) | preprocessing %6.1f ms, session %7.1f ms "
      "(%.0f pictures/s), "
      "together %7.1f ms = %.2f x | all of Tag %7.1f ms, FuseViews %5.1f ms\n",
      device.c_str(), threads, UpperMedian(times.runtime), 1000 * bench.views / UpperMedian(times.runtime),
      UpperMedian(times.preprocess), UpperMedian(times.session),
      1000 * bench.views / UpperMedian(times.session), both, both / UpperMedian(times.runtime),
      UpperMedian(times.tag), UpperMedian(times.fuse));
  return {};
}

int Run(int argc, char** argv) {
  TaggingBench bench;
  CLI::App app("Times tagging beside the inference runtime");
  app.add_option("--model", bench.model);
  app.add_option("--views", bench.views)->check(CLI::Range(1, 1024));
  app.add_option("--width", bench.width);
  app.add_option("--height", bench.height);
  app.add_option("--rounds", bench.rounds)->check(CLI::Range(1, 1000));
  app.add_option("--device", bench.devices, "cpu, webgpu, cuda; several by comma")->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  const auto model = FindModel(bench.model);
  if (!model) {
    std::fprintf(stderr, "%s\n", model.error().message.c_str());
    return ExitCode(model.error().code);
  }
  bench.model = model->string();
  std::vector<Image> views;
  for (int i = 0; i < bench.views; ++i) views.push_back(MakeView(bench, i));
  std::printf("%d views of %d x %d px, %s\n", bench.views, bench.width, bench.height, bench.model.c_str());
  for (const std::string& device : bench.devices) {
    for (const int threads : {1, 2}) {
      if (const Status done = Measure(bench, device, threads, views); !done) {
        std::fprintf(stderr, "%s: %s\n", device.c_str(), done.error().message.c_str());
        return ExitCode(done.error().code);
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace rv

int main(int argc, char** argv) {
  rv::KeepLibrariesOnOneThread();
  return rv::Run(argc, argv);
}
