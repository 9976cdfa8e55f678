// The pictures of the frames that a view is drawn from.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "reconstruct/exposure/gain.h"
#include "reconstruct/views/view_maker.h"
#include "scene/sweep.h"

namespace rv::views {

// Decodes a source at about the scale at which it is shown and applies its gain. Fails with kCorrupt.
Result<Image> LoadSource(const ViewInput& in, int source);

// The pictures of the sources of one view, each decoded when it is first asked for.
class SourcePictures {
 public:
  SourcePictures(const ViewInput& in, int main, const Image& picture)
      : in_(in), main_(main), picture_(picture) {}

  // The reference stays good until the next call.
  Result<const Image*> Of(int source) {
    if (source == main_) return &picture_;
    for (auto& [index, image] : others_)
      if (index == source) return image.get();
    Result<Image> loaded = LoadSource(in_, source);
    if (!loaded) return Forward(loaded);
    others_.emplace_back(source, std::make_unique<Image>(*std::move(loaded)));
    return others_.back().second.get();
  }

 private:
  const ViewInput& in_;
  int main_;
  const Image& picture_;
  std::vector<std::pair<int, std::unique_ptr<Image>>> others_;
};

}  // namespace rv::views
