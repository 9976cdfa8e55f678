// One view, from its two layers to its encoded pictures.
#pragma once

#include <vector>

#include "reconstruct/views/source_pictures.h"

namespace rv::views {

// Makes view `index` of `in.plan`; its place is set. `mattes`: per source of the plan, empty where it has none. `captured`:
// the share of captured pixels. Fails with kCorrupt when a source does not decode.
Status MakeView(const ViewInput& in,
                const std::vector<Image>& mattes,
                int index,
                SourcePictures& pictures,
                View& view,
                double& captured);

}  // namespace rv::views
