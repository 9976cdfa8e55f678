// Flags and steps that the commands which look at pictures share.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "groknet/recognition/tagger.h"
#include "scene/image.h"

namespace rv::cli {

struct RecognitionFlags {
  std::string model;
  std::string device = "auto";
  int threads = 0;
  int batch = SessionOptions{}.batch;
  // left, top, width, height of the part to look at, in shares of the photo; empty: all
  std::vector<double> crop;
};

// Adds --model, --device, --threads, --batch and --crop to `app`; they write into `flags`, which must outlive
// it.
void AddRecognitionFlags(CLI::App& app, RecognitionFlags& flags);

// Finds and loads the model; says on stderr where it runs when that is not what was asked for, or not the
// CPU.
Result<Tagger> LoadTagger(const RecognitionFlags& flags, Console& console);

// Whether the path is an .rview, by its name.
bool IsRview(const std::filesystem::path& path);

// The photos that arguments name: files as they are, folders by what is in them.
Result<std::vector<std::filesystem::path>> ExpandPhotos(const std::vector<std::string>& arguments);

// Decodes the photos some at a time, cut to flags.crop, and hands each to `take` in order, unreadable ones as
// their error. Fails with kInvalidArgument for a part that is none, as DecodePhotoFiles, or with what `take`
// fails with.
Status ForEachBatch(const std::vector<std::filesystem::path>& photos,
                    const RecognitionFlags& flags,
                    const Progress& progress,
                    const std::function<Status(std::size_t first, const std::vector<Result<Image>>&)>& take);

// The views of an .rview, decoded, in order.
Result<std::vector<Image>> ReadRviewViews(const std::filesystem::path& path, int threads);

}  // namespace rv::cli
