// Items before an even backdrop, as in a studio or a light box.
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/statistics.h"
#include "reconstruct/subject.h"
#include "reconstruct/subject/even_backdrop.h"
#include "tests/reconstruct/subject/drawn_item.h"

namespace rv {
namespace {

// White, a little darker towards a corner, with a dark frame of bars 4 px thick.
cv::Mat FrameOfBars() {
  cv::Mat rgb(120, 160, CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x)
      rgb.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<std::uint8_t>(250 - (x + y) / 16));
  cv::rectangle(rgb, {50, 40, 60, 40}, {40, 50, 60}, 4);
  return rgb;
}

cv::Mat Lab(const cv::Mat& rgb) {
  cv::Mat lab;
  cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
  return lab;
}

TEST(EvenBackdrop, IsWhatReachesTheEdgeWithoutAStep) {
  const cv::Mat lab = Lab(FrameOfBars());
  const std::vector<float> backdrop = subject::FindEvenBackdrop(lab);
  ASSERT_EQ(backdrop.size(), lab.total());
  const auto at = [&](int x, int y) { return backdrop[static_cast<std::size_t>(y * lab.cols + x)]; };
  EXPECT_EQ(at(10, 10), 1);
  EXPECT_EQ(at(150, 110), 1);
  EXPECT_EQ(at(44, 60), 1);
  EXPECT_EQ(at(50, 60), 0);  // a bar
  EXPECT_EQ(at(80, 60), 0);  // white too, but enclosed
  // Whatever lies between the bars may be the item's.
  const std::vector<float> odds = subject::OddsBefore(backdrop, lab.size());
  EXPECT_GT(odds[60 * 160 + 80], 0);
  EXPECT_GT(odds[60 * 160 + 50], 0);
  EXPECT_LT(odds[60 * 160 + 20], 0);
}

TEST(EvenBackdrop, IsNoneWhereThePicturesEdgeIsOfSeveralColors) {
  cv::Mat rgb = FrameOfBars();
  rgb(cv::Rect(0, 80, 160, 40)) = cv::Scalar(150, 110, 80);  // a table
  EXPECT_TRUE(subject::FindEvenBackdrop(Lab(rgb)).empty());
}

// Two rims and two arms of wire about the orbit's center, in the plane of the cameras' axes.
std::vector<std::pair<Eigen::Vector3d, Eigen::Vector3d>> Spectacles(const Orbit& orbit, double size) {
  const Eigen::Vector3d up = orbit.up.normalized(), across = up.unitOrthogonal(), ahead = across.cross(up);
  const auto at = [&](double x, double y, double z) {
    return Eigen::Vector3d(orbit.center + size * (x * across + y * up + z * ahead));
  };
  std::vector<std::pair<Eigen::Vector3d, Eigen::Vector3d>> out;
  for (const double middle : {-0.5, 0.5})
    for (int k = 0; k < 12; ++k) {
      const double a = k * kPi / 6, b = (k + 1) * kPi / 6;
      out.emplace_back(at(middle + 0.45 * std::cos(a), 0.4 * std::sin(a), 0.6),
                       at(middle + 0.45 * std::cos(b), 0.4 * std::sin(b), 0.6));
    }
  for (const double side : {-0.95, 0.95}) out.emplace_back(at(side, 0.2, 0.6), at(0.9 * side, 0.1, -0.9));
  return out;
}

struct Wire {
  Sweep sweep;
  Reconstruction reconstruction;
  Orbit orbit;
  std::vector<cv::Mat> truth;  // 255 = wire
};

Wire DrawSpectacles() {
  const Drawn& tin = Scene("tin", true);  // its cameras
  Wire out{.sweep = tin.sweep, .reconstruction = tin.reconstruction, .orbit = tin.orbit, .truth = {}};
  Wire& scene = out;
  const auto segments = Spectacles(scene.orbit, 1.1 * scene.orbit.subject_radius);
  scene.reconstruction.points.clear();
  for (const auto& [a, b] : segments)
    for (const double t : {0.2, 0.5, 0.8})
      scene.reconstruction.points.push_back({.position = (1 - t) * a + t * b});
  for (std::size_t i = 0; i < scene.sweep.frames.size(); ++i) {
    const Camera& lens = scene.reconstruction.cameras[0];
    const Rigid3& pose = scene.reconstruction.frames[i].cam_from_world;
    cv::Mat rgb(lens.height, lens.width, CV_8UC3, cv::Scalar(248, 248, 246));
    cv::Mat truth = cv::Mat::zeros(rgb.size(), CV_8UC1);
    const auto pixel = [&](const Eigen::Vector3d& at) {
      const Eigen::Vector2d px = *lens.Project(pose * at);
      return cv::Point(static_cast<int>(std::lround(8 * px.x())), static_cast<int>(std::lround(8 * px.y())));
    };
    for (const auto& [a, b] : segments) {
      cv::line(rgb, pixel(a), pixel(b), {70, 50, 40}, 2, cv::LINE_AA, 3);
      cv::line(truth, pixel(a), pixel(b), {255}, 2, cv::LINE_AA, 3);
    }
    Image picture = Image::Make(rgb.cols, rgb.rows, 3);
    rgb.copyTo(cv::Mat(rgb.rows, rgb.cols, CV_8UC3, picture.pixels.data()));
    scene.sweep.frames[i].image = EncodePng(picture);
    out.truth.push_back(truth);
    for (Point& point : scene.reconstruction.points)
      point.track.push_back({FrameId{static_cast<std::uint32_t>(i)}, *lens.Project(pose * point.position)});
  }
  return out;
}

// Too thin for the cells of a volume, and mostly of the backdrop's color: it is found by what stands before that.
TEST(Subject, ThinItemBeforeAnEvenBackdropIsFound) {
  const Wire wire = DrawSpectacles();
  const Result<Subject> subject = FindSubject(wire.sweep, wire.reconstruction, wire.orbit, 2, {});
  ASSERT_TRUE(subject) << subject.error().message;
  ASSERT_TRUE(subject->known);
  for (std::size_t i = 0; i < wire.truth.size(); i += 4) {
    const Result<Image> matte = Decode(subject->mattes[i], 1);
    ASSERT_TRUE(matte);
    cv::Mat small;
    cv::resize(cv::Mat(matte->height, matte->width, CV_8UC1, const_cast<std::uint8_t*>(matte->pixels.data())),
               small, wire.truth[i].size(), 0, 0, cv::INTER_AREA);
    const cv::Mat thick = wire.truth[i] > 200;
    const double found = cv::countNonZero((small > 64) & thick);
    EXPECT_GT(found, 0.9 * cv::countNonZero(thick)) << i;
    cv::Mat about;  // and what the rims enclose
    cv::morphologyEx(wire.truth[i] > 0, about, cv::MORPH_CLOSE, cv::Mat::ones(25, 25, CV_8U));
    cv::dilate(about, about, cv::Mat::ones(5, 5, CV_8U));
    EXPECT_EQ(cv::countNonZero((small > 128) & ~about), 0) << i;
  }
}

}  // namespace
}  // namespace rv
