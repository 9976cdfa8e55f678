// What `picture --help` ends with.
#pragma once

namespace rv::picture {

inline constexpr const char* kTeaching = R"(
Examples
  24 generated hand-held sweeps, about 40 minutes on two cores; sweeps and assets stay in work/ for the next run:
    picture --generated 24 --work work --sheets sheets
  Sweeps that make_sweep wrote (with --rasters, to judge mattes too):
    picture out/vase out/table
  Another program, or other options of it, on the same sweeps:
    picture --generated 24 --work work --rotaview old/rotaview --convert "--no-backdrop"

  Captured sweeps, with the list of the frames that hold the whole item:
    picture --captured shared/sweeps --whole shared/tools/whole_frames.json --work work --sheets sheets

Captured: judged are the views with a whole frame within 10 degrees; its outline, carried by depth, is beyond the edge
in cut of them (worst: % of the item's size). times: px of a view for one of the captured. ep p95: distance of features
from their epipolar lines in captured frames that they were not taken from, % of the item's size: median and worst view.
Generated:
PSNR in dB, SSIM: over the item, over all; after one gain for each channel of a sweep. p95md, p95mx, p99mx:
displacement of textured pixels of the item, % of its size: median and worst view. out: shift of its outline. fill: the
item of all views, % of width or height. drift, size: of its axis, % of the width, and of its distance, %, RMS. flick:
change between neighbors beyond the truth's, levels of 255. matIo, least, F: mattes of captured frames (intersection
over union; boundaries within 2 px); vw: of views. Depth of captured frames, % of the item's pixels: z.5, z1: within
0.5 % and 1 % of the distance; step: between two values that can be stored, % of the distance; edge, in, rim: true
discontinuities found within 2 px, all, inside the item and about it; right: those inside that are there.)";

}  // namespace rv::picture
