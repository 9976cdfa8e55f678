// Recognition: pictures in, tags out. One model gives all: what kind of thing a picture shows, the attributes
// of that kind with calibrated probabilities, an embedding for finding the same and similar products, and how
// close it is to what the model was trained on.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "gpu/device_choice.h"
#include "groknet/inference/model_card.h"
#include "groknet/inference/session.h"
#include "groknet/recognition/tags.h"
#include "scene/image.h"

namespace rv {

struct TaggerOptions {
  SessionOptions session;
  // How much the measured color counts beside the color heads (groknet/color/color_evidence.h): 0 = not at all,
  // and no colors are measured; 1 = as much as the head. Range: 0..1.
  double color_trust = 0.25;

  // Fails with kInvalidArgument, naming field, value and bound.
  Status Validate() const;
};

// Move-only. All const functions may be called from several threads at once.
class Tagger {
 public:
  // Fails as InferenceSession::Load.
  static Result<Tagger> Load(const std::filesystem::path& model, const TaggerOptions& options);

  const ModelCard& card() const { return session_.card(); }
  const DeviceChoice& device() const { return session_.device(); }

  // One result for each view, in order. Views have 1, 3 or 4 channels; a fourth is the item's matte. On the
  // CPU the result for a view is the same whatever the other views and the number of threads. Reports
  // progress as stage "tags". Fails with kInvalidArgument naming the view that is empty, kCancelled, or as
  // InferenceSession::Run.
  Result<std::vector<ViewTags>> Tag(std::span<const Image> views, const Progress& progress) const;

 private:
  Tagger(InferenceSession session, const TaggerOptions& options)
      : session_(std::move(session)), options_(options) {}
  Result<std::vector<ViewTags>> TagSome(std::span<const Image> views) const;

  InferenceSession session_;
  TaggerOptions options_;
};

}  // namespace rv
