// The packet list of a clip and what can be planned from it before anything is decoded: which number a frame
// has, which packets nothing refers to, which groups of pictures have to be decoded for a set of frames.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace rv::video {

inline constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

enum class NalCodec { kNone, kH264, kHevc };

// One packet of the video stream, in decoding order.
struct PacketInfo {
  std::int64_t pts = kNoTime;  // in ticks of the stream
  bool key = false;
  bool discard = false;    // outside the edit list: decoded, never shown, never numbered
  bool droppable = false;  // no other picture refers to it
};

struct PacketIndex {
  std::vector<PacketInfo> packets;
  double seconds_per_tick = 0;
  // True when every shown packet has a time of its own, so that a frame's number is the rank of its time.
  bool unique_times = false;
  // number[i] of packets[i] among shown packets in order of time; -1 for discarded ones. Empty without
  // unique_times.
  std::vector<int> number;
  int shown = 0;
};

// Fills unique_times, number and shown from packets.
void NumberPackets(PacketIndex& index);

// Picture structure in one packet's NAL units.
struct NalPicture {
  bool reference = true;  // other pictures may refer to it (HEVC: within its temporal layer)
  int temporal_id = 0;    // HEVC; 0 for H.264
};
// `length_size` is 1..4 for length-prefixed units (MP4, Matroska), 0 for start codes. Hostile input is safe.
NalPicture ReadNalPicture(NalCodec codec, int length_size, std::span<const std::uint8_t> packet);
// Bytes of a unit's length prefix by the codec's configuration record; 0 for start codes.
int NalLengthSize(NalCodec codec, std::span<const std::uint8_t> configuration);

// What to hand to the decoder, in decoding order. flush_before[i]: drain and reset the decoder first, since
// packets were left out that later ones would have referred to.
struct DecodePlan {
  std::vector<bool> send;
  std::vector<bool> flush_before;
  int sent = 0;
  bool rough = false;  // the decoder may skip its loop filters: frames are only judged in small
};

// Everything, unless all frames of `pixels` each have more than `whole_clip_pixels` together; then the plan is rough, and packets that
// nothing refers to are left out as long as no gap between decoded frames exceeds max_gap_s. The first frames
// and those in `keep` (numbers) are always decoded.
DecodePlan PlanAnalysis(const PacketIndex& index,
                        std::span<const int> keep,
                        std::uint64_t pixels,
                        std::uint64_t whole_clip_pixels,
                        double max_gap_s);

// The least that yields the frames with these numbers (sorted): whole groups of pictures without any are left
// out, and in the others what nothing refers to and what comes after the last one.
DecodePlan PlanExtraction(const PacketIndex& index, std::span<const int> numbers);

DecodePlan PlanAll(const PacketIndex& index);

}  // namespace rv::video
