#include "groknet/catalog/recognition_options.h"

#include <filesystem>

#include "base/text.h"
#include "groknet/inference/find_model.h"

namespace rv::catalog {
namespace {

OptionTable<RecognitionOptions> MakeRecognitionTable() {
  using Row = OptionRow<RecognitionOptions>;
  OptionTable<RecognitionOptions> table = {
      Row::File("model", "The recognition model (default: $ROTAVIEW_MODEL, else the installed one)",
                [](auto& options) -> auto& { return options.model; }),
      Row::Text("device", "NAME", "Where it runs: auto, cpu, webgpu or cuda",
                [](auto& options) -> auto& { return options.device; }),
      Row::Number("threads", "N", "Threads, 0 = all; never changes the result",
                  [](auto& options) -> auto& { return options.threads; }),
      Row::Number("batch", "N", "Pictures handed to a graphics device at once",
                  [](auto& options) -> auto& { return options.batch; }),
  };
  for (OptionSpec<RecognitionOptions>& spec : table)
    spec.shows_default = spec.name == "device" || spec.name == "batch";
  return table;
}

}  // namespace

const OptionTable<RecognitionOptions>& RecognitionOptionTable() {
  static const OptionTable<RecognitionOptions> table = MakeRecognitionTable();
  return table;
}

Result<Tagger> LoadTagger(const RecognitionOptions& options) {
  const Result<DeviceRequest> device = ParseDevice(options.device);
  if (!device) return Forward(device);
  const Result<std::filesystem::path> model = FindModel(options.model);
  if (!model) return Forward(model);
  const SessionOptions session{.device = *device, .threads = options.threads, .batch = options.batch};
  return Tagger::Load(*model, {.session = session});
}

std::string DeviceNote(const DeviceChoice& choice) {
  std::string note = Text("device: ", DeviceName(choice.actual));
  if (!choice.adapter.empty()) note += Text(" (", choice.adapter, ")");
  if (choice.requested == DeviceRequest::kAuto) note += ", chosen by auto";
  return note;
}

}  // namespace rv::catalog
