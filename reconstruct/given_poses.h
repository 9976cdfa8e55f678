// Poses that the capture brings along (PosePrior), instead of poses found in the pictures.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/reconstruct.h"

namespace rv {

// Poses and, where given, cameras exactly as the frames have them; points are triangulated from the matches. World is that
// of the poses. Frames without one stay unposed. Fails with kInvalidArgument for fewer than three poses,
// kInsufficientData when next to no point agrees with them.
Result<ReconstructResult> MapGivenPoses(const Sweep& sweep,
                                        const MatchedSweep& matched,
                                        const ReconstructOptions& options,
                                        const Progress& progress);

// The same, then adjusted to what the pictures say, cameras too.
Result<ReconstructResult> MapFromGivenPoses(const Sweep& sweep,
                                            const MatchedSweep& matched,
                                            const ReconstructOptions& options,
                                            const Progress& progress);

}  // namespace rv
