// What helps to tell the depth of an item where its own pixels say little.
#include "reconstruct/depth/item_shape.h"

#include <gtest/gtest.h>

#include <cmath>

#include "reconstruct/depth/continued.h"
#include "reconstruct/depth/depth_frame.h"
#include "reconstruct/depth/smooth.h"

namespace rv::depth {
namespace {

constexpr int kSide = 64;

// A step of 4 % in the middle of an even picture, found by two columns on either side alone.
cv::Mat Step(bool with_barriers) {
  cv::Mat values(kSide, kSide, CV_32FC1, cv::Scalar(1)), sure(kSide, kSide, CV_32FC1, cv::Scalar(0.01)),
      gray(kSide, kSide, CV_8UC1, cv::Scalar(90));
  values.colRange(kSide / 2, kSide).setTo(1.04);
  sure.colRange(kSide / 2 - 2, kSide / 2 + 2).setTo(1);
  return Smoothed(values, sure, gray, 60, with_barriers ? BarriersOf(values, sure) : Barriers{});
}

TEST(Barriers, AStepThatIsSureStaysWhereThePictureIsEven) {
  const cv::Mat sharp = Step(true), soft = Step(false);
  const auto step = [](const cv::Mat& m) {
    return m.at<float>(30, kSide / 2) - m.at<float>(30, kSide / 2 - 1);
  };
  EXPECT_GT(step(sharp), 0.035);
  EXPECT_LT(step(soft), 0.01);
  cv::Mat turned;  // and across rows
  cv::transpose(sharp, turned);
  EXPECT_NEAR(turned.at<float>(kSide / 2 + 4, 30), 1.04, 0.003);
}

TEST(Barriers, AStepThatNobodyIsSureOfIsNone) {
  cv::Mat values(kSide, kSide, CV_32FC1, cv::Scalar(1)), sure(kSide, kSide, CV_32FC1, cv::Scalar(0));
  values.rowRange(kSide / 2, kSide).setTo(1.1);
  EXPECT_EQ(cv::countNonZero(BarriersOf(values, sure).down), 0);
  sure.setTo(0.5);
  const Barriers barriers = BarriersOf(values, sure);
  EXPECT_EQ(cv::countNonZero(barriers.right), 0);
  EXPECT_EQ(cv::countNonZero(barriers.down), kSide);
}

TEST(HalfHull, BulgesHalfAsMuch) {
  cv::Mat front(kSide, kSide, CV_32FC1, cv::Scalar(0));
  for (int y = 8; y < 56; ++y)
    for (int x = 8; x < 56; ++x) front.at<float>(y, x) = 1 + 0.01F * static_cast<float>(x);
  const cv::Mat shape = HalfHull(front);
  EXPECT_NEAR(shape.at<float>(30, 42) - shape.at<float>(30, 22), 0.1, 0.005);
  EXPECT_NEAR(shape.at<float>(0, 0), 0.54, 0.02);  // it goes on
}

TEST(DoubtBesideEdges, EvenPixelsBesideAnEdgeAreDoubted) {
  cv::Mat gray(kSide, kSide, CV_8UC1, cv::Scalar(60)), sure(kSide, kSide, CV_32FC1, cv::Scalar(1));
  gray.colRange(kSide / 2, kSide).setTo(180);
  DoubtBesideEdges(gray, sure);
  EXPECT_EQ(sure.at<float>(20, kSide / 2), 1);        // the edge itself
  EXPECT_LT(sure.at<float>(20, kSide / 2 + 3), 0.1);  // beside it
  EXPECT_EQ(sure.at<float>(20, kSide / 2 + 12), 1);   // away from it
}

// Two frames show the same item before different backgrounds.
TEST(DescribeItem, WindowsSeeNothingOfTheBackground) {
  const auto frame = [](int background) {
    DepthFrame out;
    out.gray = cv::Mat(kSide, kSide, CV_8UC1, cv::Scalar(background));
    out.matte = cv::Mat::zeros(kSide, kSide, CV_8UC1);
    for (int y = 20; y < 44; ++y)
      for (int x = 20; x < 44; ++x) {
        out.gray.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(90 + (x * 31 + y * 17) % 50);
        out.matte.at<std::uint8_t>(y, x) = 255;
      }
    out.detail = out.gray.clone();
    DescribeItem(out);
    return out;
  };
  const DepthFrame dark = frame(10), light = frame(250);
  const cv::Rect item(20, 20, 24, 24);
  EXPECT_EQ(cv::norm(dark.census(item), light.census(item), cv::NORM_L1), 0);
  EXPECT_EQ(cv::norm(dark.detail(item), light.detail(item), cv::NORM_L1), 0);
  EXPECT_EQ(dark.gray.at<std::uint8_t>(30, 30), 90 + (30 * 31 + 30 * 17) % 50);
}

TEST(Continued, TakesTheNearestKnownValue) {
  cv::Mat values(kSide, kSide, CV_32FC1, cv::Scalar(5)), off(kSide, kSide, CV_8UC1, cv::Scalar(255));
  EXPECT_EQ(cv::countNonZero(Continued(values, off)), 0);
  values.at<float>(10, 10) = 2;
  values.at<float>(10, 50) = 3;
  off.at<std::uint8_t>(10, 10) = off.at<std::uint8_t>(10, 50) = 0;
  const cv::Mat out = Continued(values, off);
  EXPECT_EQ(out.at<float>(40, 12), 2);
  EXPECT_EQ(out.at<float>(40, 48), 3);
}

}  // namespace
}  // namespace rv::depth
