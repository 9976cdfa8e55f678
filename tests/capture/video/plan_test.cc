// What is decoded, planned from the packet list alone.
#include <gtest/gtest.h>

#include <algorithm>

#include "capture/input/limits.h"
#include "capture/video/video_index.h"

namespace rv::video {
namespace {

// Groups of `group` packets in the pattern I P b b P b b ...: b are shown before the P they follow.
PacketIndex Clip(int count, int group, double rate) {
  PacketIndex index{.seconds_per_tick = 1 / rate};
  for (int i = 0; i < count; ++i) {
    const int at = i % group;
    const bool key = at == 0;
    const bool b = !key && at % 3 != 1;
    // P is coded two places before it is shown, each b one place after.
    const std::int64_t pts = key ? i : at % 3 == 1 ? std::min(i + 2, count - 1 + 2) : i - 1;
    index.packets.push_back({.pts = pts, .key = key, .droppable = b});
  }
  NumberPackets(index);
  return index;
}

TEST(NumberPackets, RanksTimesAndSkipsDiscarded) {
  PacketIndex index;
  for (const std::int64_t pts : {30, 10, 20, 0}) index.packets.push_back({.pts = pts});
  index.packets[3].discard = true;
  NumberPackets(index);
  EXPECT_TRUE(index.unique_times);
  EXPECT_EQ(index.shown, 3);
  EXPECT_EQ(index.number, (std::vector<int>{2, 0, 1, -1}));
}

TEST(NumberPackets, DistrustsRepeatedOrMissingTimes) {
  PacketIndex repeated;
  for (const std::int64_t pts : {0, 10, 10}) repeated.packets.push_back({.pts = pts});
  NumberPackets(repeated);
  EXPECT_FALSE(repeated.unique_times);
  PacketIndex missing;
  missing.packets = {{.pts = 0}, {.pts = kNoTime}};
  NumberPackets(missing);
  EXPECT_FALSE(missing.unique_times);
}

TEST(PlanAnalysis, DecodesSmallClipsWhole) {
  const PacketIndex index = Clip(301, 31, 30);
  const DecodePlan plan = PlanAnalysis(index, {}, 720 * 720, CaptureLimits().whole_clip_pixels, 0.07);
  EXPECT_EQ(plan.sent, 301);
  EXPECT_FALSE(plan.rough);
}

TEST(PlanAnalysis, LeavesOutOnlyWhatNothingRefersTo) {
  const PacketIndex index = Clip(1801, 31, 60);
  const std::vector<int> keep = {700};
  const DecodePlan plan = PlanAnalysis(index, keep, 3840 * 2160, CaptureLimits().whole_clip_pixels, 0.07);
  EXPECT_LT(plan.sent, 900);
  EXPECT_TRUE(plan.rough);
  for (std::size_t i = 0; i < index.packets.size(); ++i) {
    if (!plan.send[i]) {
      EXPECT_TRUE(index.packets[i].droppable) << i;
      EXPECT_NE(index.number[i], 700);
    }
    EXPECT_FALSE(plan.flush_before[i]);
  }
}

// Pictures that are handed out must be whole.
TEST(PlanExtraction, IsNeverRough) {
  const PacketIndex index = Clip(1801, 31, 60);
  const std::vector<int> wanted = {3, 160};
  EXPECT_FALSE(PlanExtraction(index, wanted).rough);
  EXPECT_FALSE(PlanAll(index).rough);
}

TEST(PlanAnalysis, KeepsGapsBelowTheLimit) {
  const PacketIndex index = Clip(1801, 31, 24);  // 24 a second: the pattern alone would leave 0.125 s
  const DecodePlan plan = PlanAnalysis(index, {}, 3840 * 2160, CaptureLimits().whole_clip_pixels, 0.09);
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < index.packets.size(); ++i)
    if (plan.send[i]) times.push_back(index.packets[i].pts);
  std::sort(times.begin(), times.end());
  for (std::size_t i = 1; i < times.size(); ++i)
    EXPECT_LE(static_cast<double>(times[i] - times[i - 1]) / 24, 0.09);
  EXPECT_LT(plan.sent, 1801);
}

TEST(PlanExtraction, DecodesOnlyTheGroupsItNeeds) {
  const PacketIndex index = Clip(310, 31, 30);
  const std::vector<int> wanted = {3, 160};
  const DecodePlan plan = PlanExtraction(index, wanted);
  for (std::size_t i = 0; i < index.packets.size(); ++i) {
    const bool asked = index.number[i] == 3 || index.number[i] == 160;
    if (asked) {
      EXPECT_TRUE(plan.send[i]);
    }
    if (plan.send[i]) {
      EXPECT_TRUE(i / 31 == 0 || i / 31 == 5) << i;
      EXPECT_TRUE(asked || !index.packets[i].droppable) << i;
    }
  }
  EXPECT_TRUE(plan.send[155]);          // the key of the second group
  EXPECT_TRUE(plan.flush_before[155]);  // what came before it was left out
  EXPECT_LT(plan.sent, 30);
}

TEST(PlanExtraction, DecodesTheGroupBeforeForLeadingPictures) {
  // An open group: packet 12 follows the key 11 but is shown before it.
  PacketIndex index{.seconds_per_tick = 1};
  for (int i = 0; i < 22; ++i) index.packets.push_back({.pts = i * 10, .key = i % 11 == 0});
  index.packets[12].pts = 105;
  NumberPackets(index);
  const std::vector<int> wanted = {index.number[12]};
  const DecodePlan plan = PlanExtraction(index, wanted);
  for (int i = 0; i <= 12; ++i) EXPECT_TRUE(plan.send[i]) << i;
  EXPECT_FALSE(plan.send[13]);
}

TEST(NalPicture, TellsReferencesFromTheRest) {
  const std::vector<std::uint8_t> h264_ref = {0, 0, 0, 2, 0x61, 0, 0, 0, 0, 1, 0x06};
  const std::vector<std::uint8_t> h264_b = {0, 0, 0, 2, 0x01, 0};
  EXPECT_TRUE(ReadNalPicture(NalCodec::kH264, 4, h264_ref).reference);
  EXPECT_FALSE(ReadNalPicture(NalCodec::kH264, 4, h264_b).reference);
  const std::vector<std::uint8_t> hevc_n = {0, 0, 1, 0 << 1, 3, 0};  // TRAIL_N, temporal id 2, start code
  const std::vector<std::uint8_t> hevc_r = {0, 0, 1, 1 << 1, 1, 0};
  const NalPicture n = ReadNalPicture(NalCodec::kHevc, 0, hevc_n);
  EXPECT_FALSE(n.reference);
  EXPECT_EQ(n.temporal_id, 2);
  EXPECT_TRUE(ReadNalPicture(NalCodec::kHevc, 0, hevc_r).reference);
}

TEST(NalPicture, TakesDamagedPacketsForReferences) {
  EXPECT_TRUE(ReadNalPicture(NalCodec::kH264, 4, {}).reference);
  const std::vector<std::uint8_t> lying = {0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  EXPECT_TRUE(ReadNalPicture(NalCodec::kH264, 4, lying).reference);
  EXPECT_TRUE(ReadNalPicture(NalCodec::kNone, 4, lying).reference);
}

}  // namespace
}  // namespace rv::video
