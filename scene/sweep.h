// A Sweep: the frames that capture chose, in capture order, with all that is known about each before any
// geometry is computed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scene/geometry.h"
#include "scene/ids.h"
#include "scene/image.h"
#include "scene/input_record.h"

namespace rv {

enum class SourceKind { kVideo, kPhotos };

// A pose given by the phone (ARKit, ARCore, transforms.json): metric or not, in a world of its own.
struct PosePrior {
  Rigid3 cam_from_world;
  std::optional<Camera> camera;  // at the size of the frame's picture
};

struct SweepFrame {
  // "000123.jpg" for a video frame (number in presentation order), else the photo's file name
  std::string name;
  int source_index = 0;  // number among all decoded frames of the video, or position in the photo order
  double time_s = 0;     // presentation time, or capture time relative to the first photo; 0 when unknown
  EncodedImage image;    // upright, original size, sRGB
  EncodedImage matte;    // PNG, 1 channel, image size, 255 = subject; empty when unknown
  double sharpness = 0;  // variance-of-Laplacian type score, comparable within the sweep; larger = sharper
  double mean_luma = 0;  // 0..255
  bool kept_by_user = false;  // named in --keep-frames
  // false: posed, but never a source of a view (blurred, near-duplicate, kept only for its pose)
  bool for_spin = true;
  bool after_mapping = false;  // joined when the others had their poses, since a view is drawn from there
  std::string note;            // why it was selected or is not for the spin
  std::optional<double> focal_prior_px;  // at image.width x image.height
  std::optional<PosePrior> pose_prior;
};

// A frame of a clip that was looked at, chosen or not.
struct ClipCandidate {
  int number = 0;  // as SweepFrame::source_index
  double time_s = 0;
  double sharpness = 0;  // comparable with other candidates' alone
};

// A cut of a clip: what comes after it shows something else than what came before.
struct SceneCut {
  int first = 0;  // number of the first frame after it
  double time_s = 0;
};

struct Sweep {
  SourceKind kind = SourceKind::kPhotos;
  std::string source_name;         // file or folder name, without its path
  std::vector<SweepFrame> frames;  // in capture order
  int decoded_frames = 0;          // readable photos, or frames of the clip
  double duration_s = 0;
  bool camera_known = false;     // true: `camera` was given (transforms.json) and need not be calibrated
  std::optional<Camera> camera;  // at the size of the frames
  // Files and frames that did not become part of the sweep: left out or unread, and why. With `frames` they are
  // all that was given, each once.
  std::vector<InputRecord> rejected;
  std::vector<SceneCut> cuts;         // of a clip, in order
  std::vector<std::string> warnings;  // for the seller, one sentence each
};

// 3 channels, no side longer than `max_side` px. Fails with kCorrupt, naming the frame.
Result<Image> DecodeFrame(const SweepFrame& frame, int max_side);

}  // namespace rv
