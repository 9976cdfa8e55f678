#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "base/statistics.h"
#include "reconstruct/depth/agreement.h"
#include "reconstruct/depth/frame_depths.h"
#include "reconstruct/depth/smooth.h"
#include "reconstruct/subject.h"
#include "tests/reconstruct/subject/drawn_item.h"

namespace rv::depth {
namespace {

struct Measured {
  std::vector<FrameDepth> depths;
  Subject subject;
};

Measured MeasureScene(const Drawn& scene, int threads) {
  Measured out{.depths = {}, .subject = *FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {})};
  std::vector<std::uint32_t> ring;
  for (std::uint32_t i = 0; i < scene.sweep.frames.size(); ++i) ring.push_back(i);
  const std::vector<bool> wanted(ring.size(), true);
  out.depths = *MeasureDepths({.sweep = scene.sweep,
                               .reconstruction = scene.reconstruction,
                               .orbit = scene.orbit,
                               .subject = out.subject,
                               .ring = ring,
                               .wanted = wanted},
                              threads, {});
  return out;
}

// Frames 6 degrees apart, as in a clip.
const Drawn& CloseScene(const std::string& object) {
  static std::map<std::string, Drawn> scenes;
  const auto found = scenes.find(object);
  if (found != scenes.end()) return found->second;
  SweepScene how = SmallScene(object, false);
  how.width = 240;
  how.height = 180;
  how.arc_deg = 120;
  return scenes.emplace(object, Draw(how)).first->second;
}

const Measured& OfScene(const char* object) {
  static std::map<std::string, Measured> known;
  const auto found = known.find(object);
  if (found != known.end()) return found->second;
  return known.emplace(object, MeasureScene(CloseScene(object), 2)).first->second;
}

// Inverse depth of a grid at a pixel of the frame; 0 beyond it.
float At(const DepthGrid& grid, const Camera& frame, double x, double y) {
  const double scale = grid.camera.focal_px / frame.focal_px;
  const int col = static_cast<int>(std::floor((x - frame.cx_px) * scale + grid.camera.cx_px));
  const int row = static_cast<int>(std::floor((y - frame.cy_px) * scale + grid.camera.cy_px));
  if (col < 0 || row < 0 || col >= grid.camera.width || row >= grid.camera.height) return 0;
  return grid.inverse[static_cast<std::size_t>(row) * grid.camera.width + col];
}

// Relative errors at pixels `margin` px inside the item.
std::vector<double> ErrorsOnItem(const Drawn& scene, const FrameDepth& depth, int frame, int margin) {
  const DepthTruth truth = scene.drawn.Depth(frame);
  cv::Mat inside;
  cv::erode(cv::Mat(truth.height, truth.width, CV_8UC1, const_cast<std::uint8_t*>(truth.matte.pixels.data())),
            inside, cv::Mat::ones(2 * margin + 1, 2 * margin + 1, CV_8U));
  std::vector<double> out;
  for (int y = 0; y < truth.height; ++y)
    for (int x = 0; x < truth.width; ++x) {
      if (inside.at<std::uint8_t>(y, x) == 0) continue;
      const double z = truth.depth[static_cast<std::size_t>(y) * truth.width + x];
      const float inverse = At(depth.item, scene.drawn.camera(), x + 0.5, y + 0.5);
      out.push_back(inverse > 0 ? std::abs(1 / inverse - z) / z : 1);
    }
  return out;
}

class DepthOf : public ::testing::TestWithParam<const char*> {};

TEST_P(DepthOf, TheItemIsNearTheTruth) {
  const Drawn& scene = CloseScene(GetParam());
  const Measured& measured = OfScene(GetParam());
  std::vector<double> errors;
  for (int frame = 0; frame < kDrawnFrames; ++frame) {
    const std::vector<double> of_frame =
        ErrorsOnItem(scene, measured.depths[static_cast<std::size_t>(frame)], frame, 1);
    errors.insert(errors.end(), of_frame.begin(), of_frame.end());
  }
  ASSERT_GT(errors.size(), 10000U);
  EXPECT_LT(Median(errors),
            0.01);  // the item is 100 px large, and 0.01 of its distance a third of a pixel of parallax
  const auto good = std::count_if(errors.begin(), errors.end(), [](double e) { return e < 0.05; });
  EXPECT_GT(static_cast<double>(good) / static_cast<double>(errors.size()), 0.8);
}

TEST_P(DepthOf, TheTableIsNearTheTruthBesideTheItem) {
  const Drawn& scene = CloseScene(GetParam());
  const Measured& measured = OfScene(GetParam());
  std::vector<double> errors;
  for (int frame = 0; frame < kDrawnFrames; frame += 3) {
    const DepthTruth truth = scene.drawn.Depth(frame);
    for (int y = truth.height * 3 / 5; y < truth.height; y += 2)
      for (int x = 0; x < truth.width; x += 2) {
        const double z = truth.depth[static_cast<std::size_t>(y) * truth.width + x];
        if (z == 0 || *truth.matte.at(x, y) > 0) continue;
        const float inverse = At(measured.depths[static_cast<std::size_t>(frame)].behind,
                                 scene.drawn.camera(), x + 0.5, y + 0.5);
        errors.push_back(inverse > 0 ? std::abs(1 / inverse - z) / z : 1);
      }
  }
  ASSERT_GT(errors.size(), 1000U);
  EXPECT_LT(Median(errors), 0.02);
}

// The background's depth goes on under the item, and is behind it there.
TEST_P(DepthOf, UnderTheItemTheBackgroundIsBehindIt) {
  const Drawn& scene = CloseScene(GetParam());
  const Measured& measured = OfScene(GetParam());
  int behind = 0, all = 0, steps = 0;  // in what nobody sees
  for (int frame = 0; frame < kDrawnFrames; frame += 4) {
    const DepthTruth truth = scene.drawn.Depth(frame);
    const FrameDepth& depth = measured.depths[static_cast<std::size_t>(frame)];
    for (int y = 0; y < truth.height / 2; ++y)
      for (int x = 0; x < truth.width; ++x) {
        if (*truth.matte.at(x, y) == 0) continue;
        const float item = At(depth.item, scene.drawn.camera(), x + 0.5, y + 0.5),
                    back = At(depth.behind, scene.drawn.camera(), x + 0.5, y + 0.5);
        ++all;
        behind += back > 0 && back < item;
        const float beside = At(depth.behind, scene.drawn.camera(), x + 1.5, y + 0.5);
        steps += std::abs(back - beside) > 0.02F * back;
      }
  }
  ASSERT_GT(all, 500);
  EXPECT_GT(behind, all * 9 / 10);
  EXPECT_LT(steps, all / 40);
}

INSTANTIATE_TEST_SUITE_P(Items, DepthOf, ::testing::Values("mug", "box"));

// Of three frames, to be quick.
std::vector<FrameDepth> DepthsOfSome(const Drawn& scene,
                                     const Reconstruction& reconstruction,
                                     const Subject& subject,
                                     int threads) {
  const std::vector<std::uint32_t> ring{0, 1, 2};
  const std::vector<bool> wanted(ring.size(), true);
  return *MeasureDepths({.sweep = scene.sweep,
                         .reconstruction = reconstruction,
                         .orbit = scene.orbit,
                         .subject = subject,
                         .ring = ring,
                         .wanted = wanted},
                        threads, {});
}

TEST(MeasureDepths, IsTheSameAtAnyNumberOfThreads) {
  const Drawn& scene = CloseScene("mug");
  const std::vector<FrameDepth> one = DepthsOfSome(scene, scene.reconstruction, OfScene("mug").subject, 1);
  const std::vector<FrameDepth> three = DepthsOfSome(scene, scene.reconstruction, OfScene("mug").subject, 3);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].item.inverse, three[i].item.inverse);
    EXPECT_EQ(one[i].behind.inverse, three[i].behind.inverse);
  }
}

TEST(MeasureDepths, WhereTheBackgroundStandsStillItHasNone) {
  const Drawn& scene = CloseScene("mug");
  Reconstruction turning = scene.reconstruction;
  turning.turntable = true;
  const std::vector<FrameDepth> depths = DepthsOfSome(scene, turning, OfScene("mug").subject, 2);
  EXPECT_TRUE(depths[0].behind.empty());
  EXPECT_FALSE(depths[0].item.empty());
}

// Two frames before a wall at 4 whose depths both know; `off`: what the first one says, relative to the truth.
void AskBeforeWall(float off, float* value, float* confidence) {
  constexpr int kSide = 40;
  std::vector<DepthFrame> frames(2);
  std::vector<FoundDepth> found(2);
  for (int i = 0; i < 2; ++i) {
    const auto at = static_cast<std::size_t>(i);
    frames[at].camera = Camera::Simple(kSide, kSide, 50);
    // The second one stands to the side and nearer.
    frames[at].cam_from_world.translation = Eigen::Vector3d(-0.4 * i, 0, 4 - 0.5 * i);
    found[at].box = {0, 0, kSide, kSide};
    found[at].inverse = cv::Mat(kSide, kSide, CV_32FC1, cv::Scalar(1 / (4 - 0.5 * i)));
    found[at].confidence = cv::Mat(kSide, kSide, CV_32FC1, cv::Scalar(0.5));
    found[at].step = 0.005F;
  }
  found[0].inverse *= 1 + off;
  cv::Mat values, sure;
  Agree(frames, found, 0, Eigen::Vector3d::Zero(), values, sure);
  *value = values.at<float>(kSide / 2, kSide / 2);
  *confidence = sure.at<float>(kSide / 2, kSide / 2);
}

TEST(Agree, WhatAnotherFrameBearsOutIsMeantAndBelieved) {
  float value = 0, confidence = 0;
  AskBeforeWall(0.02F, &value, &confidence);
  EXPECT_NEAR(value, 0.25 * 1.01, 5e-4);  // half-way between both
  EXPECT_GT(confidence, 0.2);
}

TEST(Agree, WhatNoFrameBearsOutIsHardlyBelieved) {
  float value = 0, confidence = 0;
  AskBeforeWall(0.1F, &value, &confidence);
  EXPECT_NEAR(value, 0.25 * 1.1, 1e-4);
  EXPECT_LT(confidence, 0.05);
}

TEST(Smoothed, StepsStayAtEdgesAndNoiseGoesElsewhere) {
  constexpr int kSide = 64;
  cv::Mat gray(kSide, kSide, CV_8UC1, cv::Scalar(60)), values(kSide, kSide, CV_32FC1),
      sure(kSide, kSide, CV_32FC1);
  gray.colRange(kSide / 2, kSide).setTo(180);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      values.at<float>(y, x) = (x < kSide / 2 ? 1.0F : 2.0F) + ((x * 7 + y * 13) % 5 - 2) * 0.05F;
      sure.at<float>(y, x) = (x + y) % 3 == 0 ? 1.0F : 0.0F;
    }
  values.at<float>(20, 20) = 50;  // where nothing is sure, it does not matter what is said
  sure.at<float>(20, 20) = 0;
  const cv::Mat out = Smoothed(values, sure, gray, 60);
  EXPECT_NEAR(out.at<float>(32, kSide / 2 - 2), 1, 0.03);
  EXPECT_NEAR(out.at<float>(32, kSide / 2 + 1), 2, 0.03);
  EXPECT_NEAR(out.at<float>(20, 20), 1, 0.03);
}

}  // namespace
}  // namespace rv::depth
