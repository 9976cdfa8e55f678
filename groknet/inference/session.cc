#include "groknet/inference/session.h"

#include <utility>

#include "base/text.h"

namespace rv {
namespace {

Result<ModelCard> ReadCard(const inference::TensorSession& session) {
  const auto text = session.metadata().find(kModelCardKey);
  if (text == session.metadata().end())
    return Fail(ErrorCode::kCorrupt, Text("the model has no metadata '", kModelCardKey, "'"),
                "give a model made by groknet/training");
  Result<ModelCard> card = ParseModelCard(text->second);
  const auto types = session.metadata().find(kTypeStatisticsKey);
  if (!card || types == session.metadata().end()) return card;
  Result<TypeStatistics> statistics = ParseTypeStatistics(types->second, *card);
  if (!statistics) return Forward(statistics);
  card->type_statistics = std::move(*statistics);
  return card;
}

}  // namespace

InferenceSession::InferenceSession(inference::TensorSession session, ModelCard card)
    : session_(std::move(session)),
      card_(std::move(card)),
      input_(ModelInput(card_)),
      outputs_(ModelOutputTensors(card_)) {}

Result<InferenceSession> InferenceSession::Load(const std::filesystem::path& model,
                                                const SessionOptions& options) {
  Result<inference::TensorSession> opened = inference::TensorSession::Load(model, options);
  if (!opened) return Forward(opened);
  Result<ModelCard> card = ReadCard(*opened);
  if (!card) return Forward(card);
  if (const Status sound = CheckModelShapes(*card, opened->inputs(), opened->outputs()); !sound)
    return Forward(sound);
  InferenceSession session(std::move(*opened), std::move(*card));
  const std::vector<float> gray(session.input_.RowSize(), 0.0F);
  const Result<ModelOutputs> warm = session.Run(gray, 1);
  if (!warm) return Forward(warm);
  return session;
}

Result<ModelOutputs> InferenceSession::Run(std::span<const float> images, std::size_t count) const {
  Result<inference::NamedOutputs> named = session_.Run(input_, images, count, outputs_);
  if (!named) return Forward(named);
  inference::NamedOutputs& out = *named;  // one that the card does not have stays empty
  return ModelOutputs{.embedding = std::move(out[kEmbeddingOutput]),
                      .logits = std::move(out[kLogitsOutput]),
                      .vertical = std::move(out[kVerticalOutput]),
                      .in_distribution_score = std::move(out[kInDistributionOutput]),
                      .subject = std::move(out[kSubjectOutput])};
}

}  // namespace rv
