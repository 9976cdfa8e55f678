#include "convert/tagging.h"

#include <algorithm>

#include "base/text.h"
#include "groknet/inference/find_model.h"
#include "groknet/recognition/fusion.h"
#include "groknet/recognition/spin_views.h"
#include "groknet/recognition/tagger.h"

namespace rv::convert {
namespace {

constexpr std::size_t kValuesOfItem = 3;
constexpr double kLeastOfItem = 0.1;

// The most probable values of each attribute that applies, at most `most` of them, those after the first only
// where they are likely enough to be searched for.
std::vector<TagValue> TagValues(const std::string& vertical,
                                double vertical_probability,
                                const std::vector<AttributeTags>& attributes,
                                std::size_t most) {
  std::vector<TagValue> tags = {
      {.attribute = "vertical", .value = vertical, .probability = vertical_probability}};
  for (const AttributeTags& attribute : attributes) {
    if (attribute.applicability < kApplicabilityForPeople) continue;
    for (std::size_t i = 0; i < std::min(most, attribute.values.size()); ++i) {
      const auto& [value, probability] = attribute.values[i];
      if (i > 0 && probability < kLeastOfItem) break;
      tags.push_back(
          {.attribute = attribute.name, .value = value, .probability = std::clamp(probability, 0.0, 1.0)});
    }
  }
  return tags;
}

void Attach(const ModelCard& card, const std::vector<ViewTags>& tags, RotatingView& view) {
  const ItemTags item = FuseViews(card, tags);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!tags[i].unknown)
      view.views[i].tags = TagValues(tags[i].vertical, tags[i].vertical_probability, tags[i].attributes, 1);
  }
  if (!item.unknown)
    view.tags = TagValues(item.vertical, item.vertical_probability, item.attributes, kValuesOfItem);
  view.item_title = item.title;
  view.embedding = item.embedding.values;
  view.code = CodeHex(item.embedding);
  view.versions["groknet"] = Text(card.name, " ", card.version);
  view.versions["onnxruntime"] = InferenceRuntimeVersion();
}

Status TagViews(const ConvertOptions& options, const Progress& progress, RotatingView& view) {
  const Result<DeviceRequest> device = ParseDevice(options.device);
  if (!device) return Forward(device);
  const Result<std::filesystem::path> model = FindModel(options.model);
  if (!model) return Forward(model);
  const Result<Tagger> tagger =
      Tagger::Load(*model, {.session = {.device = *device, .threads = options.threads}});
  if (!tagger) return Forward(tagger);
  const Result<std::vector<Image>> images = DecodeSpinViews(view, options.threads);
  if (!images) return Forward(images);
  const Result<std::vector<ViewTags>> tags = tagger->Tag(*images, progress);
  if (!tags) return Forward(tags);
  Attach(tagger->card(), *tags, view);
  return {};
}

}  // namespace

Status CheckTagging(const ConvertOptions& options) {
  if (!options.tags) return {};
  if (const Result<DeviceRequest> device = ParseDevice(options.device); !device) return Forward(device);
  if (options.model.empty()) return {};
  if (const Result<std::filesystem::path> model = FindModel(options.model); !model) return Forward(model);
  return {};
}

Status AddTags(const ConvertOptions& options,
               const Progress& progress,
               RotatingView& view,
               std::vector<std::string>& warnings) {
  if (!options.tags || view.views.empty()) return {};
  if (!Report(progress, "tags", 0)) return Cancelled();
  const Status tagged = TagViews(options, progress, view);
  if (!tagged && tagged.error().code == ErrorCode::kCancelled) return tagged;
  if (!tagged) {
    warnings.push_back(Text("NOT TAGGED: ", tagged.error().message, " -> ", tagged.error().remedy));
  } else if (view.tags.empty()) {
    warnings.push_back("No tags: the item looks like nothing that the recognition model was trained on.");
  }
  return {};
}

}  // namespace rv::convert
