// What recognition says about a view and about an item: values without any tie to the model or its runtime.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "groknet/color/measured_color.h"
#include "groknet/inference/embedding.h"

namespace rv {

struct ValueProbability {
  std::string value;
  double probability = 0;
  friend bool operator==(const ValueProbability&, const ValueProbability&) = default;
};

// One head's answer. `applicability` is the probability that the attribute means anything for the picture (a sleeve
// length of a car does not); `values` are all of the head's, most probable first, and add up to 1.
struct AttributeTags {
  std::string name;
  std::string vertical;
  double applicability = 0;
  std::vector<ValueProbability> values;
  double disagreement = 0;  // between the views of an item, 0 (all say the same) .. 1; 0 for a single view
  friend bool operator==(const AttributeTags&, const AttributeTags&) = default;
};

// An attribute is listed for programs, and said to people, from these probabilities on (inclusive).
inline constexpr double kApplicabilityForPrograms = 0.005;
inline constexpr double kApplicabilityForPeople = 0.35;

struct ViewTags {
  std::string vertical;  // the most probable one
  double vertical_probability = 0;
  std::vector<ValueProbability> verticals;  // all, most probable first
  bool unknown = false;                     // unlike anything the model was trained on
  double in_distribution_score = 0;         // cosine to the most similar training prototype, -1..1
  // How far the picture can be trusted, 0..1 (groknet/recognition/view_quality.h).
  double quality = 0;
  std::vector<AttributeTags> attributes;  // every head, in the model's order
  std::vector<MeasuredColor> colors;      // largest share first
  Embedding embedding;
};

// Why a title names no type.
enum class NoType {
  kNamed,       // it does
  kUnknown,     // the item is unlike anything that the model was trained on
  kUnsure,      // no type is probable enough
  kUnlikeType,  // one is, but the item is unlike its training pictures (groknet/recognition/type_guard.h)
};

struct ItemTags {
  std::string vertical;
  double vertical_probability = 0;
  std::vector<ValueProbability> verticals;
  bool unknown = false;
  double in_distribution_score = 0;
  double quality = 0;
  std::vector<AttributeTags> attributes;
  std::vector<MeasuredColor> colors;
  Embedding embedding;
  std::string title;  // a listing's title; empty when nothing can be said with confidence
  NoType no_type = NoType::kNamed;
  std::size_t views = 0;  // fused
};

// The attribute of that name, or null.
const AttributeTags* FindAttribute(const std::vector<AttributeTags>& attributes, std::string_view name);

}  // namespace rv
