// Where a matte's outline is drawn, from labels that are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

#include "reconstruct/subject/consensus.h"
#include "reconstruct/subject/fine_edges.h"
#include "reconstruct/subject/neighbors.h"
#include "reconstruct/subject/tv_labels.h"
#include "reconstruct/views/matte_edges.h"
#include "tests/reconstruct/subject/drawn_item.h"

namespace rv {
namespace {

std::vector<subject::LabeledFrame> TrueLabels(const Drawn& scene) {
  std::vector<subject::LabeledFrame> labeled;
  for (std::uint32_t i = 0; i < kDrawnFrames; ++i) {
    const Image matte = scene.drawn.Depth(static_cast<int>(i)).matte;
    labeled.push_back({.frame = i,
                       .sight = {.camera = scene.drawn.camera(),
                                 .cam_from_world = scene.reconstruction.frames[i].cam_from_world},
                       .lab = cv::Mat::zeros(matte.height, matte.width, CV_8UC3)});
    labeled.back().matte =
        cv::Mat(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data())).clone();
  }
  return labeled;
}

// A matte found at a quarter of the picture's size, its outline 3 px off: colors tell where it is.
TEST(SharpenMatte, PutsTheOutlineWhereTheColorsChange) {
  Image picture = Image::Make(160, 120, 3, 200), matte = Image::Make(160, 120, 1);
  for (int y = 30; y < 90; ++y)
    for (int x = 40; x < 120; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = static_cast<std::uint8_t>(30 + 20 * c);
      if (x >= 43) *matte.at(x, y) = 255;
    }
  for (int c = 0; c < 3; ++c)
    picture.at(119, 60)[c] = static_cast<std::uint8_t>(115 + 10 * c);  // half of each
  views::SharpenMatte(picture, 4, matte);
  for (int x = 36; x < 46; ++x) EXPECT_NEAR(*matte.at(x, 60), x < 40 ? 0 : 255, 30) << x;
  EXPECT_NEAR(*matte.at(119, 60), 128, 30);
  EXPECT_NEAR(*matte.at(120, 60), 0, 30);
  // Where both sides look alike it stays where it was, its step made a slope.
  Image even = Image::Make(160, 120, 3, 90), kept = Image::Make(160, 120, 1);
  for (int y = 30; y < 90; ++y)
    for (int x = 43; x < 120; ++x) *kept.at(x, y) = 255;
  views::SharpenMatte(even, 2, kept);
  EXPECT_EQ(*kept.at(38, 60), 0);
  EXPECT_EQ(*kept.at(48, 60), 255);
  EXPECT_NEAR(*kept.at(43, 60), 128, 60);
  EXPECT_LT(*kept.at(42, 60), *kept.at(44, 60));
}

// A red item with a white rim before gray: the rim lies nowhere between red and gray, and is the item's all the same.
TEST(SharpenMatte, KeepsARimOfAThirdColor) {
  Image picture = Image::Make(160, 120, 3, 150), matte = Image::Make(160, 120, 1);
  for (int y = 30; y < 90; ++y)
    for (int x = 40; x < 120; ++x) {
      const bool rim = x < 43;
      picture.at(x, y)[0] = rim ? 215 : 170;
      picture.at(x, y)[1] = picture.at(x, y)[2] = rim ? 210 : 30;
      *matte.at(x, y) = 255;
    }
  views::SharpenMatte(picture, 3, matte);
  EXPECT_GT(*matte.at(41, 60), 150);
  EXPECT_GT(*matte.at(42, 60), 200);
  EXPECT_LT(*matte.at(37, 60), 40);
}

// What one frame takes for the item beside it, the others see past; what they all lack stays open.
TEST(Consensus, OutvotesTheSlipOfOneFrame) {
  const Drawn& scene = Scene("tin", true);
  std::vector<subject::LabeledFrame> labeled = TrueLabels(scene);
  const cv::Mat truth = labeled[4].matte.clone();
  const cv::Rect item = cv::boundingRect(truth);
  const cv::Rect slip(item.x + item.width, item.y + item.height / 2, 10, 20);
  labeled[4].matte(slip).setTo(255);
  const subject::SearchPlace place{.center = scene.drawn.subject(),
                                   .up = scene.orbit.up,
                                   .radius = 1.4 * scene.orbit.subject_radius,
                                   .distance = scene.orbit.radius};
  std::vector<subject::SeenFrame> frames;
  for (const subject::LabeledFrame& frame : labeled)
    frames.push_back({.frame = frame.frame, .sight = frame.sight, .lab = frame.lab});
  const subject::ItemSearch search(frames, scene.reconstruction, place, 2);
  const subject::Consensus together(search, labeled, {}, 2);
  const cv::Mat seen = together.Silhouette(labeled[4].sight) > 127;
  EXPECT_LT(cv::countNonZero(seen(slip)), 0.2 * slip.area());
  EXPECT_GT(cv::countNonZero(seen & truth), 0.97 * cv::countNonZero(truth));
  EXPECT_LT(cv::countNonZero(seen & ~truth), 0.08 * cv::countNonZero(truth));
}

// A matte of four times coarser steps, a bite out of it and a bump on it that the others do not have.
TEST(FineMatte, FollowsThePictureAndTheOthers) {
  cv::Mat lab(160, 200, CV_8UC3, cv::Scalar(190, 128, 128)), truth = cv::Mat::zeros(160, 200, CV_8UC1);
  cv::ellipse(truth, {100, 80}, {63, 47}, 0, 0, 360, 255, -1);
  cv::Mat noise(lab.size(), CV_8SC3);
  cv::RNG random(5);
  random.fill(noise, cv::RNG::NORMAL, 0, 6);
  lab.setTo(cv::Scalar(120, 150, 110), truth);
  cv::add(lab, noise, lab, {}, CV_8U);
  cv::Mat own, together;
  cv::resize(truth, together, {50, 40}, 0, 0, cv::INTER_AREA);
  own = together.clone();
  own(cv::Rect(38, 16, 4, 4)).setTo(255);  // at the right edge
  own(cv::Rect(9, 18, 3, 3)).setTo(0);
  const cv::Mat fine = subject::FineMatte({.own = own, .together = together, .neighbors = own}, lab, 4) > 127;
  const double wrong = cv::countNonZero(fine != truth), all = cv::countNonZero(truth);
  EXPECT_LT(wrong, 0.01 * all);
  cv::Mat plain;
  cv::resize(own, plain, truth.size(), 0, 0, cv::INTER_LINEAR);
  EXPECT_LT(wrong, 0.5 * cv::countNonZero((plain > 127) != truth));
}

// A thing behind the item that has a color of neither: the frame takes it for the item, the others do not.
TEST(FineMatte, GivesWayToTheOthersWhereColorsSayNothing) {
  cv::Mat lab(160, 200, CV_8UC3, cv::Scalar(190, 128, 128)), item = cv::Mat::zeros(160, 200, CV_8UC1);
  item(cv::Rect(40, 30, 90, 100)).setTo(255);
  lab.setTo(cv::Scalar(90, 150, 110), item);
  const cv::Rect thing(130, 70, 12, 20);
  lab(thing).setTo(cv::Scalar(140, 100, 170));
  cv::Mat own = item.clone();
  own(thing).setTo(255);
  const cv::Mat none = cv::Mat::zeros(item.size(), CV_8UC1);
  const cv::Mat fine = subject::FineMatte({.own = own, .together = item, .neighbors = none}, lab, 8) > 127;
  EXPECT_LT(cv::countNonZero(fine(thing)), 0.1 * thing.area());
  EXPECT_GT(cv::countNonZero(fine & item), 0.98 * cv::countNonZero(item));
}

// A crumb by itself goes, however sure the frame is of it.
TEST(FineMatte, HasNoCrumbs) {
  cv::Mat lab(160, 200, CV_8UC3, cv::Scalar(190, 128, 128));
  cv::Mat matte = cv::Mat::zeros(160, 200, CV_8UC1);
  matte(cv::Rect(40, 40, 80, 80)).setTo(255);
  matte(cv::Rect(170, 20, 12, 12)).setTo(255);  // as large as a part may be
  cv::Mat crumbed = matte.clone();
  crumbed(cv::Rect(170, 120, 3, 3)).setTo(255);
  lab.setTo(cv::Scalar(90, 150, 110), crumbed);
  const cv::Mat fine =
      subject::FineMatte({.own = crumbed, .together = crumbed, .neighbors = crumbed}, lab, 1) > 127;
  EXPECT_EQ(cv::countNonZero(fine(cv::Rect(165, 115, 13, 13))), 0);
  EXPECT_GT(cv::countNonZero(fine(cv::Rect(165, 15, 22, 22))), 60);
}

// At the item's place a part is seen from all sides; a patch of the wall behind it is elsewhere in each.
TEST(Neighbors, SpeakForPartsAndNotForTheWall) {
  const Drawn& scene = Scene("tin", true);
  std::vector<subject::LabeledFrame> labeled = TrueLabels(scene);
  const cv::Rect item = cv::boundingRect(labeled[4].matte);
  const cv::Rect patch(item.x + item.width + 12, item.y + 4, 12, 12);
  const cv::Mat all(labeled[4].matte.size(), CV_8UC1, cv::Scalar(255)),
      none = cv::Mat::zeros(all.size(), CV_8UC1);
  const cv::Mat truth = labeled[4].matte.clone();
  labeled[4].matte(patch).setTo(255);
  const cv::Mat seen = subject::SeenByNeighbors(labeled, 4, scene.drawn.subject(), all);
  EXPECT_EQ(cv::countNonZero(seen(patch)), 0);
  EXPECT_GT(cv::countNonZero(seen & truth), 0.9 * cv::countNonZero(truth));
  EXPECT_EQ(cv::countNonZero(subject::SeenByNeighbors(labeled, 4, scene.drawn.subject(), none)), 0);
}

TEST(Labels, OfANoisyDiscAreTheDisc) {
  const subject::GridSize size{.width = 60, .height = 50};
  std::mt19937 random(1);
  std::vector<float> cost;
  const auto inside = [](int x, int y) { return std::hypot(x - 30, y - 25) < 15; };
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const float noise = static_cast<float>(random() % 1000) / 1000 - 0.5F;
      cost.push_back((inside(x, y) ? -0.25F : 0.25F) + noise);
    }
  const std::vector<float> labels = subject::SolveLabels(size, cost, {}, {}, 150);
  int wrong = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      wrong += (labels[static_cast<std::size_t>(y * size.width + x)] > 0.5F) != inside(x, y);
  EXPECT_LT(wrong, 45);  // half of the outline's pixels; a quarter of all are wrong by themselves
}

}  // namespace
}  // namespace rv
