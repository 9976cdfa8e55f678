// What a recognition model says about itself: one JSON object under the key `rotaview.groknet` of the ONNX
// metadata. Labels, preprocessing and thresholds are in it, so that a model is one file.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "groknet/inference/named_tensor.h"
#include "groknet/inference/type_statistics.h"

namespace rv {

inline constexpr const char* kModelCardKey = "rotaview.groknet";

struct HeadCard {
  std::string name;
  std::string vertical;
  std::size_t vertical_index = 0;  // in ModelCard::verticals
  bool multilabel = false;         // several values may be true at once and share the mass
  std::size_t offset = 0;          // of its logits
  std::vector<std::string> values;
  double temperature = 1;
  // Which pictures of the vertical the head means anything for: the share of each value of the head `parent`,
  // in the parent's order, that carries this head's label. No parent: all of the vertical.
  std::optional<std::size_t> parent;
  std::vector<double> parent_share;
};

struct ModelCard {
  std::string name;
  std::string version;
  int input_size = 0;  // pictures are input_size x input_size, (pixel - mean) / scale
  double mean = 127.5;
  double scale = 127.5;
  std::vector<std::string> verticals;
  double vertical_temperature = 1;
  std::vector<HeadCard> heads;
  std::size_t logits = 0;                // of all heads
  double min_in_distribution_score = 0;  // below: unknown
  // Cells along each side of the map of where the item is; 0 = the model draws none.
  int subject_cells = 0;
  double exact_cosine = 1;    // embeddings at least as near are the same product
  double similar_cosine = 1;  // ... a similar one
  std::string license;
  std::vector<std::string> trained_on;
  // From a metadata entry of its own (type_statistics.h); older models have none.
  std::optional<TypeStatistics> type_statistics;
};

// Checks every field: names and values unique, heads side by side without gap or overlap, temperatures and
// thresholds finite and in range, parents and verticals there. Fails with kCorrupt naming the field,
// kUnsupported for another format, resize rule or channel order.
Result<ModelCard> ParseModelCard(std::string_view json);

// The network's one input: image [N, 3, S, S], planes R, G, B.
NamedTensor ModelInput(const ModelCard& card);

// Its outputs, by these names: embedding [N, 256], logits [N, L], vertical [N, V], familiarity [N] and, where the
// card has one, subject [N, C, C].
inline constexpr const char* kEmbeddingOutput = "embedding";
inline constexpr const char* kLogitsOutput = "logits";
inline constexpr const char* kVerticalOutput = "vertical";
inline constexpr const char* kInDistributionOutput = "familiarity";
inline constexpr const char* kSubjectOutput = "subject";
std::vector<NamedTensor> ModelOutputTensors(const ModelCard& card);

// Whether the file's tensors are what the card promises: ModelInput and ModelOutputTensors, all float32. Fails with
// kCorrupt naming the tensor and both shapes.
Status CheckModelShapes(const ModelCard& card,
                        const std::vector<TensorShape>& inputs,
                        const std::vector<TensorShape>& outputs);

}  // namespace rv
