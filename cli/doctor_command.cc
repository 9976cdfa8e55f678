#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/recognition.h"
#include "convert/versions.h"
#include "groknet/inference/find_devices.h"
#include "groknet/inference/find_model.h"

namespace rv::cli {
namespace {

using Json = nlohmann::ordered_json;

// What was found; the device is the one that the model runs on, or would, were there a model.
struct Findings {
  DeviceFacts facts;
  DeviceChoice choice;
  std::filesystem::path model;
  std::optional<ModelCard> card;
  std::optional<Error> model_problem;
};

Result<Findings> Look(const catalog::RecognitionOptions& flags) {
  const Result<DeviceRequest> request = ParseDevice(flags.device);
  if (!request) return Forward(request);
  Findings found{.facts = FindDevices()};
  const Result<DeviceChoice> choice = ChooseDevice(*request, found.facts);
  if (!choice) return Forward(choice);
  found.choice = *choice;
  const Result<std::filesystem::path> model = FindModel(flags.model);
  if (!model && !flags.model.empty()) return Forward(model);
  if (!model) {
    found.model_problem = model.error();
    return found;
  }
  found.model = *model;
  const Result<Tagger> tagger = Tagger::Load(*model, {.session = {.device = *request, .threads = 1}});
  if (tagger) {
    found.card = tagger->card();
    found.choice = tagger->device();
  } else {
    found.model_problem = tagger.error();
  }
  return found;
}

std::map<std::string, std::string> Versions() {
  std::map<std::string, std::string> versions = BuildVersions();
  versions["onnxruntime"] = InferenceRuntimeVersion();
  return versions;
}

Json ModelJson(const Findings& found) {
  Json out = Json::object();
  if (!found.model.empty()) out["file"] = found.model.string();
  if (found.model_problem) {
    out["problem"] = {{"code", ErrorCodeName(found.model_problem->code)},
                      {"message", found.model_problem->message},
                      {"remedy", found.model_problem->remedy}};
  }
  if (!found.card) return out;
  const ModelCard& card = *found.card;
  out.update({{"name", card.name},
              {"version", card.version},
              {"input_size", card.input_size},
              {"heads", card.heads.size()},
              {"verticals", card.verticals},
              {"min_familiarity", card.min_in_distribution_score},
              {"exact_cosine", card.exact_cosine},
              {"similar_cosine", card.similar_cosine},
              {"licence", card.license},
              {"trained_on", card.trained_on}});
  return out;
}

void PrintJson(const Findings& found, Console& console) {
  Json adapters = Json::array();
  for (const GraphicsAdapter& adapter : found.facts.adapters)
    adapters.push_back({{"name", adapter.name}, {"software", adapter.software}});
  const Json out = {{"event", "result"},
                    {"device",
                     {{"requested", DeviceName(found.choice.requested)},
                      {"actual", DeviceName(found.choice.actual)},
                      {"adapter", found.choice.adapter},
                      {"reasons", found.choice.reasons}}},
                    {"devices",
                     {{"cpu", {{"usable", true}}},
                      {"webgpu",
                       {{"usable", found.facts.webgpu_built && !found.facts.adapters.empty()},
                        {"adapters", adapters},
                        {"note", found.facts.adapters_note}}},
                      {"cuda", {{"usable", found.facts.cuda_usable}, {"note", found.facts.cuda_note}}}}},
                    {"backends", InferenceRuntimeBackends()},
                    {"model", ModelJson(found)},
                    {"versions", Versions()}};
  console.Output(out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void PrintModel(const Findings& found, Console& console) {
  if (found.model_problem) {
    console.Output("model      " + found.model_problem->message);
    for (const std::string& detail : found.model_problem->details) console.Output("             " + detail);
    console.Output("             -> " + found.model_problem->remedy);
    return;
  }
  const ModelCard& card = *found.card;
  console.Output(Text("model      ", card.name, " ", card.version, ", ", found.model));
  console.Output(Text("             ", card.heads.size(), " attributes of ", card.verticals.size(),
                      " kinds of things, pictures of ", card.input_size, " px"));
  console.Output(Text("             licence: ", card.license));
}

void PrintText(const Findings& found, Console& console) {
  std::string taken = std::string(DeviceName(found.choice.actual));
  if (!found.choice.adapter.empty()) taken += ", " + found.choice.adapter;
  console.Output(Text("device     ", taken, " (asked for: ", DeviceName(found.choice.requested), ")"));
  for (const std::string& reason : found.choice.reasons) console.Output("             " + reason);
  PrintModel(found, console);
  std::string versions;
  for (const auto& [name, version] : Versions())
    versions += (versions.empty() ? "" : ", ") + name + " " + version;
  console.Output("versions   " + versions);
}

Status RunDoctor(const catalog::RecognitionOptions& flags, Console& console) {
  const Result<Findings> found = Look(flags);
  if (!found) return Forward(found);
  if (console.mode() == OutputMode::kJson) {
    PrintJson(*found, console);
  } else {
    PrintText(*found, console);
  }
  return {};
}

}  // namespace

Runner DeclareDoctor(CLI::App& app) {
  const auto flags = std::make_shared<catalog::RecognitionOptions>();
  AddRecognitionFlags(app, *flags);
  return [flags](Console& console) { return RunDoctor(*flags, console); };
}

}  // namespace rv::cli
