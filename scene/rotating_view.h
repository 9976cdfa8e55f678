// A RotatingView: the finished asset. Nothing in it differs between two runs on the same input: no times, no
// dates, no thread counts. Its file is `.rview` (asset/rview_file.h, docs/format.md).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scene/geometry.h"
#include "scene/ids.h"
#include "scene/image.h"
#include "scene/input_record.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv {

enum class Tier {
  kFullPath = 1,      // full 3D path
  kOrbitPoses = 2,    // orbit-constrained poses
  kStabilized2d = 3,  // 2D subject stabilization, no poses
  kRawFrames = 4,     // evenly picked raw frames, no poses
};

// A source frame that contributes pixels to a view. `label` is the value these pixels have in the view's
// provenance mask: 1, 2, ... ; 0 means that no captured pixel is there.
struct ViewSource {
  FrameId frame;
  int label = 1;
};

struct TagValue {
  std::string attribute;
  std::string value;
  double probability = 0;
};

// One stop of the spin; views go counter-clockwise seen from above.
struct View {
  double azimuth_deg = 0;  // a closed spin starts at 0; an open arc's counter-clockwise start may be < 0
  std::optional<Rigid3> cam_from_object;  // tier 1 and 2
  EncodedImage image;                     // JPEG or WebP, all views of one size
  EncodedImage provenance;                // PNG, 1 channel, same size: ViewSource::label per pixel
  EncodedImage depth;  // 16-bit PNG, 0 = unknown, else depth = value * depth_unit; may be empty
  // PNG, 3 channels, same size: R the label of the source of second largest weight, G its weight * 255, B 0; the rest of
  // the weight is that of the pixel's provenance. Empty where every pixel has one source.
  EncodedImage blend;
  EncodedImage matte;               // PNG, 1 channel, same size: 255 = the item; may be empty
  std::vector<ViewSource> sources;  // nearest first
  std::vector<TagValue> tags;       // what the view shows; may be empty
};

// A captured frame, kept at its original size so that models can be exported.
struct SourceFrame {
  std::string name;
  int width = 0;
  int height = 0;
  int source_index = 0;
  double time_s = 0;
  double sharpness = 0;
  bool used_in_view = false;
  std::string note;    // capture's and reconstruct's remarks
  EncodedImage image;  // empty when the asset was made with --no-sources
  // Of a frame of the ring, of its shape but maybe smaller; empty where not known. The matte: PNG, 1 channel, 255 = the
  // item; its confidence, 0 to 1.
  EncodedImage matte;
  double matte_confidence = 0;
  // PNG, 1 channel: 0 = unknown, else 1 / z = 1 / farthest + (value - 1) / 254 * (1 / nearest - 1 / farthest), z along
  // the camera's axis in object units. Confidence: PNG, 1 channel, value / 255.
  EncodedImage depth;
  double depth_nearest = 0;
  double depth_farthest = 0;
  EncodedImage depth_confidence;
};

// A remark pinned to the item.
struct Hotspot {
  Eigen::Vector3d position = Eigen::Vector3d::Zero();  // object frame
  Eigen::Vector3d normal =
      Eigen::Vector3d::UnitZ();  // of the surface there, outwards, unit length, object frame
  std::string text;
  std::optional<Rigid3> cam_from_object;  // where a viewer flies to; else it stays on its path
};

// What part of a full turn the spin shows and where it is thin.
struct CoverageReceipt {
  double arc_deg = 0;
  bool closed = false;
  bool clockwise_capture = false;
  double loops = 0;
  double spacing_deg = 0;
  struct Gap {
    double from_deg = 0;
    double to_deg = 0;
  };
  std::vector<Gap> gaps;
  std::vector<std::string> findings;  // for the seller: "frames 31-44: 12 matches, glare; reshoot from lower"
  double min_captured_share = 1;  // smallest share of captured (non-zero provenance) pixels over the views
};

struct RotatingView {
  Tier tier = Tier::kRawFrames;
  std::string tier_reason;  // one sentence for the seller
  std::string source_name;  // file or folder name of the capture
  std::string source_kind;  // "video" or "photos"
  int width = 0;            // of every view, px
  int height = 0;
  std::optional<Camera> view_camera;  // the virtual camera, tier 1 and 2
  std::vector<View> views;            // by azimuth; in order of time when tier 3/4 knows no angles
  double depth_unit = 0;              // object units per step of View::depth
  CoverageReceipt coverage;
  std::optional<Orbit> orbit;                    // tier 1 and 2; its frames index `sources`
  std::optional<Reconstruction> reconstruction;  // tier 1 and 2; frames[i] belongs to sources[i]
  // object = scale * (rotation * world) + translation
  double object_from_world_scale = 1;
  Rigid3 object_from_world;  // applied after scaling: object = R * (scale * world) + t
  std::vector<SourceFrame> sources;
  std::vector<Hotspot> hotspots;
  // Every file given, or every frame of the clip, once; in order. Empty in assets of format 1.0 and 1.1.
  std::vector<InputRecord> inputs;
  std::map<std::string, std::string> options;   // every option that shaped the result, as text
  std::map<std::string, std::string> versions;  // "rotaview" and the libraries that decide pixels
  std::string item_title;                       // suggestion from tags; may be empty
  std::vector<TagValue> tags;                   // of the item; may be empty
  // Of the item, for finding the same and similar products (groknet/recognition/tags.h): unit length, and its signs as
  // hexadecimal digits, four numbers to a digit. Both empty when the views were not looked at.
  std::vector<float> embedding;
  std::string code;
};

}  // namespace rv
