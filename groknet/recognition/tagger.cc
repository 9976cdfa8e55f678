#include "groknet/recognition/tagger.h"

#include <algorithm>

#include "base/options.h"
#include "base/parallel.h"
#include "base/text.h"
#include "groknet/color/color_evidence.h"
#include "groknet/color/color_measure.h"
#include "groknet/inference/preprocess.h"
#include "groknet/recognition/probabilities.h"
#include "groknet/recognition/view_quality.h"

namespace rv {
namespace {

// Pictures held as numbers at a time: 20 MB at 160 px.
constexpr std::size_t kAtOnce = 64;

// What is known of a view before the network has seen it.
struct ViewFacts {
  ViewQuality quality;
  std::vector<MeasuredColor> colors;
};

Image WithColor(const Image& image) {
  if (image.channels != 1) return image;
  Image rgb = Image::Make(image.width, image.height, 3);
  for (std::size_t i = 0; i < rgb.pixels.size(); ++i) rgb.pixels[i] = image.pixels[i / 3];
  return rgb;
}

// The rows of `out` that belong to one picture.
std::span<const float> Row(const std::vector<float>& values, std::size_t width, std::size_t row) {
  return std::span(values).subspan(row * width, width);
}

std::vector<std::vector<double>> HeadDistributions(const ModelCard& card,
                                                   std::span<const float> logits,
                                                   const ViewFacts& facts,
                                                   double color_trust) {
  std::vector<std::vector<double>> out;
  out.reserve(card.heads.size());
  for (const HeadCard& head : card.heads) {
    out.push_back(Softmax(logits.subspan(head.offset, head.values.size()), head.temperature));
    if (IsColorHead(head.name))
      out.back() = ReconcileColor(head.values, out.back(), facts.colors, color_trust);
  }
  return out;
}

ViewTags MakeTags(const ModelCard& card,
                  const ModelOutputs& outputs,
                  std::size_t row,
                  ViewFacts facts,
                  double color_trust) {
  ViewTags tags;
  const std::vector<double> verticals =
      Softmax(Row(outputs.vertical, card.verticals.size(), row), card.vertical_temperature);
  tags.verticals = Ranked(card.verticals, verticals);
  tags.vertical = tags.verticals.front().value;
  tags.vertical_probability = tags.verticals.front().probability;
  tags.in_distribution_score = outputs.in_distribution_score[row];
  tags.unknown = tags.in_distribution_score < card.min_in_distribution_score;
  tags.quality = EvidenceWeight(facts.quality, tags.in_distribution_score, card.min_in_distribution_score);
  const auto heads = HeadDistributions(card, Row(outputs.logits, card.logits, row), facts, color_trust);
  const std::vector<double> applicability = Applicability(card, verticals, heads);
  for (std::size_t h = 0; h < card.heads.size(); ++h) {
    const HeadCard& head = card.heads[h];
    tags.attributes.push_back({.name = head.name,
                               .vertical = head.vertical,
                               .applicability = applicability[h],
                               .values = Ranked(head.values, heads[h])});
  }
  tags.colors = std::move(facts.colors);
  const std::span<const float> embedding = Row(outputs.embedding, kCodeBits, row);
  tags.embedding = MakeEmbedding({embedding.begin(), embedding.end()});
  return tags;
}

}  // namespace

Status TaggerOptions::Validate() const {
  if (!(color_trust >= 0 && color_trust <= 1)) return FieldOutOfRange("colour_trust", color_trust, "0 to 1");
  return session.Validate();
}

Result<Tagger> Tagger::Load(const std::filesystem::path& model, const TaggerOptions& options) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  Result<InferenceSession> session = InferenceSession::Load(model, options.session);
  if (!session) return Forward(session);
  return Tagger(std::move(*session), options);
}

Result<std::vector<ViewTags>> Tagger::TagSome(std::span<const Image> views) const {
  const ModelCard& model = card();
  const auto side = static_cast<std::size_t>(model.input_size);
  const std::size_t picture = 3 * side * side;
  std::vector<float> planes(views.size() * picture);
  std::vector<ViewFacts> facts(views.size());
  const int threads = options_.session.threads;
  ParallelFor(views.size(), threads, [&](std::size_t i) {
    const std::span<float> own = std::span(planes).subspan(i * picture, picture);
    Preprocess(views[i], model.input_size, model.mean, model.scale, own);
    facts[i].quality = MeasureViewQuality(own, model.input_size);
  });
  const Result<ModelOutputs> outputs = session_.Run(planes, views.size());
  if (!outputs) return Forward(outputs);
  std::vector<ViewTags> tags(views.size());
  const auto cells = static_cast<std::size_t>(model.subject_cells);
  ParallelFor(views.size(), threads, [&](std::size_t i) {
    if (options_.color_trust > 0)
      facts[i].colors =
          MeasureColors(WithColor(views[i]), Row(outputs->subject, cells * cells, i), model.subject_cells);
    tags[i] = MakeTags(model, *outputs, i, std::move(facts[i]), options_.color_trust);
  });
  return tags;
}

Result<std::vector<ViewTags>> Tagger::Tag(std::span<const Image> views, const Progress& progress) const {
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (views[i].empty() || views[i].channels == 2)
      return Fail(ErrorCode::kInvalidArgument, Text("view ", i, " is no picture"));
  }
  std::vector<ViewTags> all;
  while (all.size() < views.size()) {
    if (!Report(progress, "tags", static_cast<double>(all.size()) / static_cast<double>(views.size())))
      return Cancelled();
    Result<std::vector<ViewTags>> some =
        TagSome(views.subspan(all.size(), std::min(kAtOnce, views.size() - all.size())));
    if (!some) return Forward(some);
    std::ranges::move(*some, std::back_inserter(all));
  }
  if (!Report(progress, "tags", 1)) return Cancelled();
  return all;
}

}  // namespace rv
