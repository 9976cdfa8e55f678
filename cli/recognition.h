// Flags and steps that the commands which look at pictures share.
#pragma once

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "cli/console.h"
#include "groknet/catalog/recognition_options.h"
#include "groknet/recognition/tagger.h"

namespace rv::cli {

// Adds --model, --device, --threads, --batch and --crop to `app`; they write into `options`, which must outlive
// it.
void AddRecognitionFlags(CLI::App& app, catalog::RecognitionOptions& options);

// catalog::LoadTagger, which also says on stderr where the model runs.
Result<Tagger> LoadTagger(const catalog::RecognitionOptions& options, Console& console);

}  // namespace rv::cli
