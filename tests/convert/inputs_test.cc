#include "convert/inputs.h"

#include <gtest/gtest.h>

namespace rv::convert {
namespace {

InputRecord LeftOut(int from, int to) {
  return {.name = "clip.mp4", .frames = FrameSpan{from, to}, .reason = "between chosen frames"};
}

TEST(AccountForInputs, JoinsFramesOfOneStateAndKeepsTheOrderOfTheClip) {
  Sweep sweep{.kind = SourceKind::kVideo, .source_name = "clip.mp4"};
  for (const int number : {0, 1, 4, 5, 9}) sweep.frames.push_back({.name = "f", .source_index = number});
  sweep.rejected = {LeftOut(6, 8), {.name = "notes.txt"}, LeftOut(2, 3)};
  RotatingView view;
  view.reconstruction.emplace();
  for (const bool posed : {true, true, true, false, false})
    view.reconstruction->frames.push_back({.posed = posed, .reason = posed ? "off the ring" : "blurred"});
  const std::vector<InputRecord> inputs = AccountForInputs(sweep, view);
  ASSERT_EQ(inputs.size(), 7U);
  EXPECT_EQ(inputs[0].name, "notes.txt");
  const int spans[][2] = {{0, 1}, {2, 3}, {4, 4}, {5, 5}, {6, 8}, {9, 9}};
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(inputs[i + 1].frames->from, spans[i][0]);
    EXPECT_EQ(inputs[i + 1].frames->to, spans[i][1]);
  }
  EXPECT_EQ(inputs[1].state, InputState::kPosed);
  EXPECT_EQ(inputs[1].reason, "");
  EXPECT_EQ(inputs[2].state, InputState::kLeftOut);
  EXPECT_EQ(inputs[4].state, InputState::kUnposed);
  EXPECT_EQ(inputs[4].reason, "blurred");
}

// Each frame is told of once, also those that had been left out and joined afterwards.
TEST(AccountForInputs, FramesThatJoinedLeaveTheRangeThatWasLeftOut) {
  Sweep sweep{.kind = SourceKind::kVideo, .source_name = "clip.mp4"};
  RotatingView view;
  view.reconstruction.emplace();
  for (const int number : {0, 1, 5, 7, 9, 10}) {
    const bool joined = number != 0 && number != 10;
    sweep.frames.push_back(
        {.name = "f", .source_index = number, .after_mapping = joined, .note = joined ? "fetched" : ""});
    view.reconstruction->frames.push_back({.posed = true});
  }
  sweep.rejected = {LeftOut(1, 7), LeftOut(8, 9)};
  const std::vector<InputRecord> inputs = AccountForInputs(sweep, view);
  const int spans[][2] = {{0, 0}, {1, 1}, {2, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 9}, {10, 10}};
  ASSERT_EQ(inputs.size(), std::size(spans));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(inputs[i].frames->from, spans[i][0]);
    EXPECT_EQ(inputs[i].frames->to, spans[i][1]);
    EXPECT_EQ(inputs[i].state, i == 2 || i == 4 || i == 6 ? InputState::kLeftOut : InputState::kPosed) << i;
  }
  EXPECT_EQ(inputs[1].reason, "fetched");
}

TEST(AccountForInputs, PhotosComeByNameAndHaveNoPoseInLowerTiers) {
  Sweep sweep{.kind = SourceKind::kPhotos, .source_name = "photos"};
  for (const char* name : {"10.jpg", "2.jpg"}) sweep.frames.push_back({.name = name});
  sweep.rejected = {{.name = "3.jpg", .state = InputState::kUnread, .reason = "damaged"}};
  const std::vector<InputRecord> inputs = AccountForInputs(sweep, {});
  ASSERT_EQ(inputs.size(), 3U);
  EXPECT_EQ(inputs[0].name, "2.jpg");
  EXPECT_EQ(inputs[0].state, InputState::kUnposed);
  EXPECT_EQ(inputs[1].state, InputState::kUnread);
  EXPECT_EQ(inputs[2].name, "10.jpg");
  EXPECT_FALSE(inputs[2].frames.has_value());
}

}  // namespace
}  // namespace rv::convert
