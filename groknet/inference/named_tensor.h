// Tensors by name: what a network takes and gives, and what its file declares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rv {

// A tensor with one row for each picture: [N, row_dims...]. Without row_dims a row is one number.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> row_dims;

  std::size_t RowSize() const {
    std::size_t size = 1;
    for (const std::int64_t dim : row_dims) size *= static_cast<std::size_t>(dim);
    return size;
  }
};

// Inputs and outputs as the ONNX file declares them; a dimension of -1 is free.
struct TensorShape {
  std::string name;
  bool float32 = true;
  std::vector<std::int64_t> dims;
};

}  // namespace rv
