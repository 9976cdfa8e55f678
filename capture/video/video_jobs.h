// The two jobs of the decoding process for a clip: look at its frames in small, then hand out the chosen
// ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/input/limits.h"
#include "capture/input/media_probe.h"
#include "capture/sandbox/sandbox.h"
#include "capture/sandbox/wire.h"
#include "scene/image.h"

namespace rv::video {

enum VideoRecord : std::uint32_t {
  kRecordProbe = 1,    // MediaProbe
  kRecordPlan = 2,     // DecodeSummary before decoding
  kRecordLuma = 3,     // SeenFrame
  kRecordPicture = 4,  // ChosenFrame
  kRecordSummary = 5,  // DecodeSummary after decoding
};

// Of the two fields of an interlaced frame, which was exposed first.
enum class FieldOrder : std::int32_t {
  kAsFlagged = 0,  // as the frames say
  kTopFirst = 1,
  kBottomFirst = 2,
};

struct DecodeSummary {
  int packets = 0;
  int shown = 0;  // frames that the container announces
  int sent = 0;   // packets given to the decoder
  bool unique_times = false;
  bool ended_early = false;  // the file stops before its last frame
  int errors = 0;            // damaged packets or pictures
  bool doubtful = false;     // the decoder found faults, though it may have shown whole pictures
  int unnamed = 0;           // pictures whose time no packet announced, or that came twice
  int interlaced = 0;        // pictures that are flagged as two fields
  FieldOrder fields = FieldOrder::kAsFlagged;  // of a clip of fields that does not say so
  double content_nits = 0;  // brightest content of an HDR clip; 0 where it was not measured
};

// `key` names a frame in both jobs: the rank of its time when times are unique, else its number as decoded.
struct SeenFrame {
  int key = 0;
  int ordinal = 0;    // among the frames that came out of the decoder
  double time_s = 0;  // since the first frame's
  Image luma;
};

struct ChosenFrame {
  SeenFrame seen;
  EncodedImage image;
  EncodedImage matte;  // PNG; empty when the frame is opaque
};

// What several threads make of damaged data differs from run to run.
inline bool NeedsOneThread(const DecodeSummary& summary) {
  return summary.errors > 0 || summary.doubtful || summary.ended_early;
}

struct VideoSource {
  int fd = -1;
  std::uint64_t size = 0;
  std::string name;
  CaptureLimits limits;
  int threads = 1;
  bool by_order = false;     // number frames as they come out of the decoder, whatever their times say
  bool deinterlace = false;  // for the pictures handed out
  FieldOrder fields = FieldOrder::kAsFlagged;
  double content_nits = 0;  // brightest content, for their colors; 0: as the metadata say
};

// Looks at the clip; `keep` are numbers (sorted) that must be among the frames seen.
Status AnalyzeJob(const VideoSource& source, const std::vector<int>& keep, sandbox::RecordSink& sink);
// Hands out the frames with these keys (sorted). `everything` decodes all packets, for clips whose shortcuts
// failed.
Status ExtractJob(const VideoSource& source,
                  const std::vector<int>& keys,
                  int jpeg_quality,
                  bool everything,
                  sandbox::RecordSink& sink);
// Headers only.
Status ProbeJob(const VideoSource& source, sandbox::RecordSink& sink);

// Records to values in the parent; fail with kCorrupt.
Result<MediaProbe> ReadProbe(std::span<const std::uint8_t> record);
Result<DecodeSummary> ReadSummary(std::span<const std::uint8_t> record);
Result<SeenFrame> ReadSeen(std::span<const std::uint8_t> record);
Result<ChosenFrame> ReadChosen(std::span<const std::uint8_t> record);
// And back, in the child.
std::vector<std::uint8_t> WriteProbe(const MediaProbe& probe);
std::vector<std::uint8_t> WriteSummary(const DecodeSummary& summary);
std::vector<std::uint8_t> WriteSeen(const SeenFrame& frame);
std::vector<std::uint8_t> WriteChosen(const ChosenFrame& frame);

}  // namespace rv::video
