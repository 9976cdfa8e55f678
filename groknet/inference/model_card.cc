#include "groknet/inference/model_card.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "groknet/inference/embedding.h"

namespace rv {
namespace {

using Json = nlohmann::json;

constexpr int kCardFormat = 1;
constexpr int kLargestInput = 1024;

// Thrown inside this file only; ParseModelCard makes an Error of it.
struct BadCard {
  ErrorCode code;
  std::string message;
};

[[noreturn]] void Refuse(const std::string& message, ErrorCode code = ErrorCode::kCorrupt) {
  throw BadCard{code, message};
}

double Number(const Json& object, const char* key, double low, double high) {
  const Json& value = object.at(key);
  if (!value.is_number()) Refuse(Text(key, " is no number"));
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < low || number > high)
    Refuse(Text(key, " is ", value.dump(), ", not ", Fixed(low, 6), " to ", Fixed(high, 6)));
  return number;
}

double Temperature(const Json& object) { return Number(object, "temperature", 1e-3, 1e3); }

std::vector<std::string> UniqueTexts(const Json& list, const std::string& what) {
  auto texts = list.get<std::vector<std::string>>();
  if (texts.empty()) Refuse(what + " is empty");
  std::set<std::string> seen;
  for (const std::string& text : texts) {
    if (text.empty() || !seen.insert(text).second) Refuse(Text(what, " has '", text, "' twice or empty"));
  }
  return texts;
}

void ReadInput(const Json& input, ModelCard& card) {
  card.input_size = static_cast<int>(Number(input, "size", 16, kLargestInput));
  card.mean = Number(input, "mean", 0, 255);
  card.scale = Number(input, "scale", 1e-3, 1e3);
  if (input.at("order") != "RGB") Refuse("input.order is not RGB", ErrorCode::kUnsupported);
  if (input.at("resize") != "squash-triangle")
    Refuse("input.resize is not squash-triangle", ErrorCode::kUnsupported);
}

HeadCard ReadHead(const Json& json, const ModelCard& card) {
  HeadCard head{.name = json.at("name"), .vertical = json.at("vertical")};
  const auto vertical = std::ranges::find(card.verticals, head.vertical);
  if (vertical == card.verticals.end()) Refuse(Text("head ", head.name, " is of no known vertical"));
  head.vertical_index = static_cast<std::size_t>(vertical - card.verticals.begin());
  const std::string kind = json.at("kind");
  if (kind != "softmax" && kind != "multilabel")
    Refuse(Text("head ", head.name, " is of the unknown kind ", kind));
  head.multilabel = kind == "multilabel";
  head.offset = static_cast<std::size_t>(Number(json, "offset", 0, 1e6));
  head.values = UniqueTexts(json.at("values"), "head " + head.name);
  head.temperature = Temperature(json);
  return head;
}

// After all heads are known.
void ReadApplicability(const Json& json, ModelCard& card, HeadCard& head) {
  if (!json.contains("applies") || json["applies"].is_null()) return;
  const std::string parent = json["applies"].at("head");
  const auto found = std::ranges::find(card.heads, parent, &HeadCard::name);
  if (found == card.heads.end() || found->name == head.name)
    Refuse(Text("head ", head.name, " depends on the head ", parent, ", which is not there"));
  head.parent = static_cast<std::size_t>(found - card.heads.begin());
  head.parent_share.assign(found->values.size(), 0);
  const Json& shares = json["applies"].at("share");
  for (const auto& item : shares.items()) {
    const auto value = std::ranges::find(found->values, item.key());
    if (value == found->values.end())
      Refuse(Text("head ", head.name, " depends on ", parent, " = ", item.key(), ", which is no value"));
    head.parent_share[static_cast<std::size_t>(value - found->values.begin())] =
        Number(shares, item.key().c_str(), 0, 1);
  }
}

void ReadHeads(const Json& list, ModelCard& card) {
  std::set<std::string> names;
  for (const Json& json : list) {
    HeadCard head = ReadHead(json, card);
    if (!names.insert(head.name).second) Refuse(Text("head ", head.name, " is there twice"));
    if (head.offset != card.logits)
      Refuse(Text("head ", head.name, " begins at ", head.offset, ", not ", card.logits));
    card.logits += head.values.size();
    card.heads.push_back(std::move(head));
  }
  if (card.heads.empty()) Refuse("there are no heads");
  std::size_t next = 0;
  for (const Json& json : list) {
    ReadApplicability(json, card, card.heads[next]);
    ++next;
  }
}

ModelCard ReadCard(const Json& root) {
  if (root.at("format") != kCardFormat)
    Refuse(Text("its format is ", root.at("format").dump(), ", this program reads ", kCardFormat),
           ErrorCode::kUnsupported);
  ModelCard card{.name = root.at("name"), .version = root.at("version")};
  ReadInput(root.at("input"), card);
  const Json& embedding = root.at("embedding");
  if (embedding.at("size") != kCodeBits || embedding.at("code_bits") != kCodeBits)
    Refuse("its embedding is not of 256 numbers", ErrorCode::kUnsupported);
  card.verticals = UniqueTexts(root.at("verticals").at("names"), "verticals");
  card.vertical_temperature = Temperature(root.at("verticals"));
  ReadHeads(root.at("heads"), card);
  card.min_in_distribution_score = Number(root.at("unknown"), "min_familiarity", -1, 1);
  if (root.contains("subject"))
    card.subject_cells = static_cast<int>(Number(root.at("subject"), "cells", 2, 64));
  card.exact_cosine = Number(root.at("match"), "exact_cosine", -1, 1);
  card.similar_cosine = Number(root.at("match"), "similar_cosine", -1, 1);
  card.license = root.value("licence", "");
  card.trained_on = root.value("trained_on", std::vector<std::string>());
  return card;
}

std::string ShapeText(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (const std::int64_t dim : dims) text += Text(text.size() > 1 ? ", " : "", dim < 0 ? "N" : Text(dim));
  return Text(text, ']');
}

Status CheckTensor(const std::vector<TensorShape>& tensors, const TensorShape& wanted) {
  const auto found = std::ranges::find(tensors, wanted.name, &TensorShape::name);
  const std::string remedy = "train or fetch the model again";
  if (found == tensors.end())
    return Fail(ErrorCode::kCorrupt, Text("the model has no tensor '", wanted.name, "'"), remedy);
  if (!found->float32)
    return Fail(ErrorCode::kCorrupt, Text("the model's '", wanted.name, "' is not float32"), remedy);
  // Exporters leave widths open that they cannot infer; the run at load tells.
  const bool fits = std::ranges::equal(
      found->dims, wanted.dims, [](std::int64_t has, std::int64_t wants) { return has == wants || has < 0; });
  if (!fits || found->dims.front() >= 0)
    return Fail(ErrorCode::kCorrupt,
                Text("the model's '", wanted.name, "' is ", ShapeText(found->dims), ", its card says ",
                     ShapeText(wanted.dims)),
                remedy);
  return {};
}

// With the number of rows free.
TensorShape Declared(const NamedTensor& tensor) {
  TensorShape shape{.name = tensor.name, .dims = {-1}};
  shape.dims.insert(shape.dims.end(), tensor.row_dims.begin(), tensor.row_dims.end());
  return shape;
}

}  // namespace

Result<ModelCard> ParseModelCard(std::string_view json) {
  const std::string what = "the model's metadata: ";
  try {
    return ReadCard(Json::parse(json));
  } catch (const BadCard& bad) {
    return Fail(bad.code, what + bad.message, "train or fetch the model again");
  } catch (const Json::exception& failure) {
    return Fail(ErrorCode::kCorrupt, what + failure.what(), "train or fetch the model again");
  }
}

NamedTensor ModelInput(const ModelCard& card) {
  return {.name = "image", .row_dims = {3, card.input_size, card.input_size}};
}

std::vector<NamedTensor> ModelOutputTensors(const ModelCard& card) {
  const auto dim = [](std::size_t size) { return static_cast<std::int64_t>(size); };
  std::vector<NamedTensor> tensors = {{.name = kEmbeddingOutput, .row_dims = {dim(kCodeBits)}},
                                      {.name = kLogitsOutput, .row_dims = {dim(card.logits)}},
                                      {.name = kVerticalOutput, .row_dims = {dim(card.verticals.size())}},
                                      {.name = kInDistributionOutput, .row_dims = {}}};
  if (card.subject_cells > 0)
    tensors.push_back({.name = kSubjectOutput, .row_dims = {card.subject_cells, card.subject_cells}});
  return tensors;
}

Status CheckModelShapes(const ModelCard& card,
                        const std::vector<TensorShape>& inputs,
                        const std::vector<TensorShape>& outputs) {
  if (inputs.size() != 1)
    return Fail(ErrorCode::kCorrupt, Text("the model has ", inputs.size(), " inputs, not one"),
                "train or fetch the model again");
  if (const Status image = CheckTensor(inputs, Declared(ModelInput(card))); !image) return Forward(image);
  for (const NamedTensor& promised : ModelOutputTensors(card))
    if (const Status found = CheckTensor(outputs, Declared(promised)); !found) return Forward(found);
  return {};
}

}  // namespace rv
