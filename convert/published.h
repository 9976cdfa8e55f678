// What of an asset goes to a public page: what a viewer shows, and nothing of the seller's room, phone or files beyond it.
#pragma once

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::convert {

// Keeps the views with depth and mattes, remarks, title and tags. Of the captured frames it keeps those that a view takes
// most of its pixels from, encoded anew without metadata; unless `keep_whole`, their pixels and depth are blotted out
// beyond the item, and frames without a matte are left out. Names are numbers; times, input records, findings, notes,
// points, provenance and options that name files are gone. Fails with kCorrupt when a picture does not decode.
Result<RotatingView> PublishedCopy(RotatingView view, bool keep_whole, int threads);

}  // namespace rv::convert
