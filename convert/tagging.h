// The spin's views looked at: tags per view and of the item, its title and embedding.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "convert/convert_options.h"
#include "scene/rotating_view.h"

namespace rv::convert {

// Before the work: fails with kNotFound when a model is named that is not there, kInvalidArgument for a
// device that does not exist.
Status CheckTagging(const ConvertOptions& options);

// Fills the tags, title, embedding and the model's version in `view`. Reports progress as stage "tags". What
// keeps it from tagging (no model, a broken one, a device that fails) leaves the view without tags and is
// said in `warnings`; fails with kCancelled only.
Status AddTags(const ConvertOptions& options,
               const Progress& progress,
               RotatingView& view,
               std::vector<std::string>& warnings);

}  // namespace rv::convert
