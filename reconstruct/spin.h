// The spin: N virtual views evenly spaced in azimuth, each warped from the nearest sharp source frame.
//
// The warp is the content-preserving warp of Liu, Gleicher, Jin and Agarwala, "Content-Preserving Warps for
// 3D Video Stabilization", SIGGRAPH 2009: a mesh driven by the sparse points' displacements, held by their
// similarity term. We depart from it in three ways. The mesh lies over the virtual picture and carries source
// positions (the inverse map, so that every output pixel is sampled once). The pre-warp is not a homography
// but the mesh displaced by a smooth proxy depth, itself fitted to the points. And one source frame fills a
// view; others only fill what it does not cover, which is recorded pixel by pixel.
//
// No pixel of the item is invented: colors are interpolated inside captured pictures and scaled by one gain per
// channel and frame (exposure and white balance evened in linear light).
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/spin/spin_options.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/rotating_view.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv {

// Builds the tier 1 asset: views with provenance and depth, coverage receipt, orbit, reconstruction and
// sources. Tags, title, versions and `source_name`-independent options are the caller's. `sweep.frames`,
// `reconstruction.frames` match one to one; `orbit` belongs to `reconstruction`.
//
// Views are stored counter-clockwise. A closed ring starts with azimuth 0; an open arc starts at its
// counter-clockwise start, whose azimuth is negative where the capture went clockwise.
// `view_camera` has no distortion. The object frame has its origin at the orbit's center, +Y up, +Z towards
// the first captured frame of the ring, and the virtual camera's distance as its unit of length. The center
// is that of `orbit` moved along up to where the views show most; the asset's orbit has it.
//
// `subject`: where its place is known, `orbit` should be about it (OrbitAbout): views then show all of it, as large as
// `options.fill` says, and may go beyond what any frame captured of the background. Otherwise views show what their
// sources cover.
//
// Fails with kInsufficientData when fewer than two sharp frames are on the ring, kCorrupt when a frame does
// not decode, kCancelled when `progress` stops it. Stages reported: "path", "views".
Result<RotatingView> BuildSpin(const Sweep& sweep,
                               const Reconstruction& reconstruction,
                               const Orbit& orbit,
                               const Subject& subject,
                               const SpinOptions& options,
                               const Progress& progress);

}  // namespace rv
