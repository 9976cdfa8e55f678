// Where the training pictures of each type lie among the embeddings: one JSON object under the key
// `rotaview.type_statistics` of the ONNX metadata, beside the model card. Models without it are valid.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rv {

struct ModelCard;

inline constexpr const char* kTypeStatisticsKey = "rotaview.type_statistics";

struct TypesOfHead {
  std::vector<double> means;  // values * dims, row-major: the mean y of each value
  // Above: the picture is unlike the type (RelativeDistance in groknet/recognition/type_guard.h).
  double max_relative_distance = 0;
};

// Gaussians with one covariance for all types, on the axes of a linear discriminant analysis (R. A. Fisher, "The
// use of multiple measurements in taxonomic problems", Annals of Eugenics 7, 1936): y = axes (embedding - center).
// On each axis the variance within a type is 1 and that of all training pictures `variance`.
struct TypeStatistics {
  std::size_t dims = 0;
  std::vector<double> center;                     // kCodeBits, the mean of all training pictures
  std::vector<double> axes;                       // dims * kCodeBits, row-major
  std::vector<double> variance;                   // dims, > 0
  std::vector<std::optional<TypesOfHead>> heads;  // of the card, in its order; none: the head names no type
};

// Checks every field. Fails with kCorrupt naming the field (wrong sizes, numbers that are not finite, heads
// that the card does not have), kUnsupported for another version.
Result<TypeStatistics> ParseTypeStatistics(std::string_view json, const ModelCard& card);

}  // namespace rv
