// How pictures are looked at: which model, on which device, which part of each photo.
#pragma once

#include <string>
#include <vector>

#include "base/options.h"
#include "base/result.h"
#include "groknet/recognition/tagger.h"

namespace rv::catalog {

struct RecognitionOptions {
  // The recognition model; empty: the one that FindModel finds.
  std::string model;
  // auto, cpu, webgpu or cuda.
  std::string device = "auto";
  // Threads for decoding and on the CPU, 0 = all. Never changes the result. Range: 0..1024.
  int threads = 0;
  // Pictures handed to a graphics device at once. Range: 1..1024.
  int batch = SessionOptions{}.batch;
  // left, top, width, height of the part to look at, in shares of the photo; empty: all of it.
  std::vector<double> crop;
};

// All but `crop`, which is four numbers.
const OptionTable<RecognitionOptions>& RecognitionOptionTable();

// Finds and loads the model. Fails with kInvalidArgument (no such device, bad options), kNotFound (no model), or as
// Tagger::Load.
Result<Tagger> LoadTagger(const RecognitionOptions& options);

// Where the model runs, for people: "device: webgpu (NVIDIA L4), chosen by auto".
std::string DeviceNote(const DeviceChoice& choice);

}  // namespace rv::catalog
