#include "convert/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>
#include <random>

#include "capture/capture.h"

namespace rv::convert {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

// A painted tin whose print comes twice round it, so that its two sides look alike.
class TwoSidedTin {
 public:
  TwoSidedTin() {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int i = 0; i < 420; ++i) {
      const double around = unit(random), up = unit(random), size = 0.02 + 0.05 * unit(random),
                   gray = 255 * unit(random);
      blots_.push_back({around * kTurn / 2, 1.2 * up - 0.6, size, gray});
    }
  }

  // Gray at an angle round the tin and a height, radius 0.5.
  double At(double around, double height) const {
    double gray = 120;
    for (const Blot& blot : blots_) {
      const double across = 0.5 * std::remainder(around - blot.around, kTurn / 2),
                   along = height - blot.height;
      if (std::abs(along) < blot.size && std::abs(across) < 1.6 * blot.size) gray = blot.gray;
    }
    return gray;
  }

 private:
  struct Blot {
    double around, height, size, gray;
  };
  std::vector<Blot> blots_;
};

// The tin on a turntable before a plain wall, `angle` on, seen from 12 degrees above.
Image DrawTin(const TwoSidedTin& tin, double angle) {
  constexpr double kTilt = 0.21, kDistance = 3, kFocal = 420;
  Image picture;
  picture.width = 320;
  picture.height = 240;
  picture.channels = 3;
  picture.pixels.assign(static_cast<std::size_t>(picture.width) * picture.height * 3, 225);
  const double s = std::sin(kTilt), c = std::cos(kTilt);
  const Eigen::Vector3d eye(0, kDistance * s, kDistance * c);
  for (int v = 0; v < picture.height; ++v) {
    for (int u = 0; u < picture.width; ++u) {
      const double x = (u + 0.5 - 160) / kFocal, y = (v + 0.5 - 120) / kFocal;
      const Eigen::Vector3d ray(x, -c * y - s, s * y - c);
      const double a = ray.x() * ray.x() + ray.z() * ray.z(), b = eye.z() * ray.z();
      const double root = b * b - a * (eye.z() * eye.z() - 0.25);
      if (root < 0) continue;
      const Eigen::Vector3d hit = eye + (-b - std::sqrt(root)) / a * ray;
      if (std::abs(hit.y()) > 0.6) continue;
      const double gray = tin.At(std::atan2(hit.x(), hit.z()) - angle, hit.y());
      std::fill_n(&picture.pixels[3 * (static_cast<std::size_t>(v) * picture.width + u)], 3,
                  static_cast<std::uint8_t>(gray));
    }
  }
  return picture;
}

Sweep FilmTin(int frames) {
  const TwoSidedTin tin;
  Sweep sweep;
  for (int i = 0; i < frames; ++i) {
    SweepFrame frame{.name = std::to_string(100 + i) + ".jpg"};
    frame.image = EncodeJpeg(DrawTin(tin, kTurn * i / frames), 95);
    frame.sharpness = 1;
    frame.source_index = i;
    sweep.frames.push_back(std::move(frame));
  }
  sweep.decoded_frames = frames;
  return sweep;
}

TEST(Ladder, ItemWithTwoLikeSidesIsToldApartByTheOrderOfItsFrames) {
  Sweep sweep = FilmTin(30);
  ConvertOptions options;
  options.spin.views = 24;
  options.spin.size_px = 160;
  const Result<RotatingView> view = BuildOnLadder(sweep, options, {}, {});
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->tier, Tier::kFullPath) << view->tier_reason;
  EXPECT_THAT(view->coverage.findings,
              ::testing::Contains(::testing::HasSubstr("two sides of the item look alike")));
  ASSERT_TRUE(view->reconstruction);
  EXPECT_EQ(view->reconstruction->stats.posed_frames, 30);
  ASSERT_TRUE(view->orbit);
  EXPECT_TRUE(view->orbit->closed);
  // The tin turns counter-clockwise from above, so the camera goes clockwise round it, 12 degrees a frame.
  EXPECT_TRUE(view->orbit->clockwise);
  const auto& seen = view->orbit->frames;
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const double step = seen[i].unwrapped_azimuth - seen[i - 1].unwrapped_azimuth;
    EXPECT_NEAR(step * 360 / kTurn, -12, 1) << i;
  }
}

std::filesystem::path SharedSweeps() {
  const char* shared = std::getenv("ROTAVIEW_SHARED");
  return std::filesystem::path(shared != nullptr ? shared : "../shared") / "sweeps";
}

// Poses of such a camera agree with each other to a fraction of a pixel, and put it on a short arc round
// nothing.
TEST(Ladder, CameraThatTurnedOnTheSpotGetsNoPoses) {
  const std::filesystem::path places = SharedSweeps() / "pure_rotation_panos" / "images";
  if (!std::filesystem::exists(places)) GTEST_SKIP() << places << " is missing";
  int tried = 0;
  for (const auto& place : std::filesystem::directory_iterator(places)) {
    Result<Sweep> sweep = CaptureSweep(place.path(), {}, {});
    ASSERT_TRUE(sweep) << sweep.error().message;
    const Result<RotatingView> view = BuildOnLadder(*sweep, {}, {}, {});
    ASSERT_TRUE(view) << view.error().message;
    EXPECT_TRUE(view->tier == Tier::kStabilized2d || view->tier == Tier::kRawFrames) << place.path();
    EXPECT_FALSE(view->reconstruction) << place.path();
    ++tried;
  }
  EXPECT_GE(tried, 1);
}

}  // namespace
}  // namespace rv::convert
