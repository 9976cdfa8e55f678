// Where the recognition model is found.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace rv {

// The file name of a model that is looked for.
inline constexpr const char* kModelFile = "groknet.onnx";

// The model to use: `given` unless empty, else $ROTAVIEW_MODEL unless empty, else kModelFile in
// ../share/rotaview/models of the folder that the running program lies in, else in assets/models of the
// source tree that it was built in. Fails with kNotFound, naming the places looked at.
Result<std::filesystem::path> FindModel(const std::filesystem::path& given);

}  // namespace rv
