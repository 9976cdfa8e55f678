#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/between_choice.h"
#include "reconstruct/between_frames.h"
#include "reconstruct/orbit.h"
#include "tests/reconstruct/subject/drawn_item.h"

namespace rv {
namespace {

constexpr double kStepDeg = 2;  // between two frames of the clip

// Every frame of a clip.
const Drawn& WholeClip() {
  static const Drawn scene = [] {
    SweepScene how = SmallScene("box", false);
    how.width = 320;
    how.height = 240;
    how.arc_deg = kStepDeg * kDrawnFrames;
    Drawn drawn = Draw(how);
    for (SweepFrame& frame : drawn.sweep.frames) frame.time_s = frame.source_index / 30.0;
    drawn.sweep.kind = SourceKind::kVideo;
    return drawn;
  }();
  return scene;
}

// Every third frame mapped: the sweep, its map and the orbit.
struct Mapped {
  Sweep sweep;
  Reconstruction reconstruction;
  Orbit orbit;
};

bool IsMapped(std::size_t i) { return i % 3 == 0; }

Mapped EveryThird() {
  const Drawn& all = WholeClip();
  Mapped out{.sweep = {.kind = SourceKind::kVideo}, .reconstruction = {}, .orbit = {}};
  out.reconstruction.cameras = all.reconstruction.cameras;
  for (std::size_t i = 0; i < all.sweep.frames.size(); ++i) {
    if (!IsMapped(i)) continue;
    out.sweep.frames.push_back(all.sweep.frames[i]);
    out.reconstruction.frames.push_back(all.reconstruction.frames[i]);
  }
  // Where the mapped frames see the points.
  for (const Point& point : all.reconstruction.points) {
    Point kept{.position = point.position};
    for (const Observation& seen : point.track)
      if (IsMapped(seen.frame.value)) kept.track.push_back({FrameId{seen.frame.value / 3}, seen.pixel});
    if (!kept.track.empty()) out.reconstruction.points.push_back(std::move(kept));
  }
  out.reconstruction.stats.posed_frames = static_cast<int>(out.sweep.frames.size());
  out.orbit = *EstimateOrbit(out.reconstruction, out.sweep, OrbitOptions{});
  return out;
}

std::vector<ClipCandidate> Candidates() {
  std::vector<ClipCandidate> out;
  for (const SweepFrame& frame : WholeClip().sweep.frames)
    out.push_back({.number = frame.source_index, .time_s = frame.time_s, .sharpness = 1});
  return out;
}

std::vector<SweepFrame> NotMapped() {
  std::vector<SweepFrame> out;
  for (std::size_t i = 0; i + 1 < kDrawnFrames; ++i)
    if (!IsMapped(i)) out.push_back(WholeClip().sweep.frames[i]);
  return out;
}

// At most two views a frame are made: as many as there are frames to choose from.
SpinOptions AsManyViews() {
  SpinOptions options;
  options.views = 2 * (kDrawnFrames + 2) / 3;
  return options;
}

TEST(BetweenFrames, AreChosenWhereViewsAreDrawnFrom) {
  const Mapped mapped = EveryThird();
  const std::vector<int> chosen =
      ChooseFramesBetween(mapped.sweep, mapped.reconstruction, mapped.orbit, Candidates(), AsManyViews());
  // Stops are 2.9 degrees apart and mapped frames 6.
  EXPECT_GE(chosen.size(), 5U);
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
  for (const int number : chosen) EXPECT_FALSE(IsMapped(static_cast<std::size_t>(number))) << number;
}

TEST(BetweenFrames, AreNotChosenBlurredNorAcrossACut) {
  Mapped mapped = EveryThird();
  std::vector<ClipCandidate> candidates = Candidates();
  const auto choose = [&] {
    return ChooseFramesBetween(mapped.sweep, mapped.reconstruction, mapped.orbit, candidates, AsManyViews());
  };
  const auto contains = [](const std::vector<int>& all, int one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const std::vector<int> before = choose();
  const int one = before[before.size() / 2];
  for (const double blurred : {0.1, 0.8}) {
    candidates[static_cast<std::size_t>(one)].sharpness = blurred;
    EXPECT_FALSE(contains(choose(), one)) << blurred;
  }
  candidates[static_cast<std::size_t>(one)].sharpness = 1;
  mapped.sweep.cuts.push_back({.first = one / 3 * 3 + 1});
  const std::vector<int> after = choose();
  EXPECT_FALSE(contains(after, one));
  EXPECT_FALSE(after.empty());
}

TEST(BetweenFrames, ArePosedByWhatTheyShow) {
  const Mapped mapped = EveryThird();
  std::vector<SweepFrame> frames = NotMapped();
  // The clock jitters: where they stand by their times is more than a degree off.
  for (SweepFrame& frame : frames) frame.time_s += frame.source_index % 2 == 0 ? 0.02 : -0.02;
  const std::size_t count = frames.size();
  const auto posed = PoseFramesBetween(mapped.sweep, mapped.reconstruction, std::move(frames), 2, {});
  ASSERT_TRUE(posed) << posed.error().message;
  ASSERT_EQ(posed->size(), count);
  for (const FrameBetween& frame : *posed) {
    const auto number = static_cast<std::size_t>(frame.frame.source_index);
    const Rigid3& truth = WholeClip().reconstruction.frames[number].cam_from_world;
    const Rigid3& found = frame.posed.cam_from_world;
    EXPECT_TRUE(frame.posed.posed);
    EXPECT_TRUE(frame.frame.after_mapping);
    EXPECT_LT(ToDegrees(found.rotation.angularDistance(truth.rotation)), 0.6) << number;
    EXPECT_GE(frame.seen.size(), 20U);
    // Turning and moving make up for each other before a small item: what counts is where it is drawn.
    std::vector<double> off;
    for (const Point& point : mapped.reconstruction.points) {
      const Camera& lens = mapped.reconstruction.cameras[0];
      off.push_back((*lens.Project(found * point.position) - *lens.Project(truth * point.position)).norm());
    }
    EXPECT_LT(Quantile(off, 0.9), 0.5) << number;
  }
}

TEST(BetweenFrames, ThatShowSomethingElseAreLeftOut) {
  const Mapped mapped = EveryThird();
  std::vector<SweepFrame> frames = NotMapped();
  frames.resize(3);
  Image noise = Image::Make(320, 240, 3);
  for (std::size_t i = 0; i < noise.pixels.size(); ++i)
    noise.pixels[i] = static_cast<std::uint8_t>((i * 2654435761U) >> 13U);
  frames[0].image = EncodePng(noise);
  frames[1].image = EncodePng(Image::Make(240, 320, 3, 90));  // of another shape
  const int good = frames[2].source_index;
  const auto posed = PoseFramesBetween(mapped.sweep, mapped.reconstruction, std::move(frames), 1, {});
  ASSERT_TRUE(posed) << posed.error().message;
  ASSERT_EQ(posed->size(), 1U);
  EXPECT_EQ(posed->front().frame.source_index, good);
}

TEST(BetweenFrames, JoinInTheOrderOfTheClip) {
  Mapped mapped = EveryThird();
  const std::size_t observations = [&] {
    std::size_t sum = 0;
    for (const Point& point : mapped.reconstruction.points) sum += point.track.size();
    return sum;
  }();
  auto posed = PoseFramesBetween(mapped.sweep, mapped.reconstruction, NotMapped(), 2, {});
  ASSERT_TRUE(posed) << posed.error().message;
  std::size_t seen = 0;
  for (const FrameBetween& frame : *posed) seen += frame.seen.size();
  const std::vector<std::uint32_t> moved_to =
      JoinFrames(std::move(*posed), mapped.sweep, mapped.reconstruction);
  ASSERT_EQ(mapped.sweep.frames.size(), 19U);
  ASSERT_EQ(mapped.reconstruction.frames.size(), 19U);
  for (std::size_t i = 0; i < mapped.sweep.frames.size(); ++i) {
    EXPECT_EQ(mapped.sweep.frames[i].source_index, static_cast<int>(i));
    EXPECT_EQ(mapped.sweep.frames[i].after_mapping, !IsMapped(i));
    EXPECT_EQ(mapped.reconstruction.frames[i].name, mapped.sweep.frames[i].name);
  }
  for (std::size_t i = 0; i < moved_to.size(); ++i) EXPECT_EQ(moved_to[i], 3 * i);
  EXPECT_EQ(mapped.reconstruction.stats.posed_frames, 7);
  // Each observation is of the frame that it names.
  std::size_t sum = 0;
  for (const Point& point : mapped.reconstruction.points)
    for (const Observation& one : point.track) {
      ++sum;
      const Rigid3& truth = WholeClip().reconstruction.frames[one.frame.value].cam_from_world;
      const auto px = mapped.reconstruction.cameras[0].Project(truth * point.position);
      ASSERT_TRUE(px);
      EXPECT_LT((*px - one.pixel).norm(), 2.5);
    }
  EXPECT_EQ(sum, observations + seen);
}

TEST(BetweenFrames, StandOnTheRingWhereTheyAre) {
  Mapped mapped = EveryThird();
  auto posed = PoseFramesBetween(mapped.sweep, mapped.reconstruction, NotMapped(), 2, {});
  ASSERT_TRUE(posed) << posed.error().message;
  const std::vector<std::uint32_t> moved_to =
      JoinFrames(std::move(*posed), mapped.sweep, mapped.reconstruction);
  const Orbit orbit = WithJoinedFrames(mapped.orbit, mapped.reconstruction, moved_to);
  ASSERT_EQ(orbit.frames.size(), 19U);
  for (std::size_t i = 0; i + 1 < orbit.frames.size(); ++i) {
    EXPECT_EQ(orbit.frames[i].frame.value, i);
    EXPECT_TRUE(orbit.frames[i].on_ring);
    const double step = std::abs(orbit.frames[i + 1].unwrapped_azimuth - orbit.frames[i].unwrapped_azimuth);
    EXPECT_NEAR(ToDegrees(step), kStepDeg, 0.4) << i;
    EXPECT_NEAR(WrapSigned(orbit.frames[i].azimuth - orbit.frames[i].unwrapped_azimuth), 0, 1e-6);
  }
  // Next to a frame that is off the ring they are off it too.
  mapped.orbit.frames[2].on_ring = false;
  const Orbit parted = WithJoinedFrames(mapped.orbit, mapped.reconstruction, moved_to);
  for (std::size_t i = 0; i < parted.frames.size(); ++i)
    EXPECT_EQ(parted.frames[i].on_ring, i <= 3 || i >= 9) << i;
}

}  // namespace
}  // namespace rv
