#include "capture/pose_priors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace rv::capture {
namespace {

Sweep TwoFrames() {
  Sweep sweep;
  for (const char* name : {"0001.jpg", "0002.jpg"})
    sweep.frames.push_back({.name = name, .image = {.format = "jpeg", .width = 400, .height = 300}});
  return sweep;
}

Status Apply(const std::string& json, Sweep& sweep) {
  const testing::TempFolder folder;
  std::ofstream(folder.path() / "transforms.json") << json;
  return ApplyPosePriors(folder.path() / "transforms.json", sweep);
}

// The camera stands at z = 3 and looks along its own -z, at the origin (OpenGL axes).
constexpr const char* kFacing = "[[1,0,0,0],[0,1,0,0],[0,0,1,3],[0,0,0,1]]";

TEST(PosePriors, TurnOpenGlCamerasIntoOurs) {
  Sweep sweep = TwoFrames();
  ASSERT_TRUE(Apply(std::string(R"({"frames": [{"file_path": "./images/0002.png", "transform_matrix": )") +
                        kFacing + "}]}",
                    sweep)
                  .has_value());
  EXPECT_FALSE(sweep.frames[0].pose_prior.has_value());
  ASSERT_TRUE(sweep.frames[1].pose_prior.has_value());
  const Rigid3& pose = sweep.frames[1].pose_prior->cam_from_world;
  EXPECT_LT((pose.Origin() - Eigen::Vector3d(0, 0, 3)).norm(), 1e-9);
  EXPECT_LT((pose * Eigen::Vector3d(0, 0, 0) - Eigen::Vector3d(0, 0, 3)).norm(), 1e-9);   // in front
  EXPECT_LT((pose * Eigen::Vector3d(1, 0, 0) - Eigen::Vector3d(1, 0, 3)).norm(), 1e-9);   // to the right
  EXPECT_LT((pose * Eigen::Vector3d(0, 1, 0) - Eigen::Vector3d(0, -1, 3)).norm(), 1e-9);  // up is -y
}

TEST(PosePriors, ScaleTheCameraToTheFrames) {
  Sweep sweep = TwoFrames();
  ASSERT_TRUE(
      Apply(R"({"w": 800, "h": 600, "fl_x": 700, "fl_y": 700, "cx": 410, "cy": 290, "k1": 0.1, "k2": -0.02,
                        "frames": []})",
            sweep)
          .has_value());
  ASSERT_TRUE(sweep.camera.has_value());
  EXPECT_TRUE(sweep.camera_known);
  EXPECT_DOUBLE_EQ(sweep.camera->focal_px, 350);
  EXPECT_DOUBLE_EQ(sweep.camera->cx_px, 205);
  EXPECT_DOUBLE_EQ(sweep.camera->cy_px, 145);
  EXPECT_DOUBLE_EQ(sweep.camera->k1, 0.1);
  EXPECT_DOUBLE_EQ(sweep.camera->k2, -0.02);
  EXPECT_THAT(sweep.warnings, ::testing::ElementsAre(::testing::HasSubstr("names none of the frames")));
}

TEST(PosePriors, RefuseNonsense) {
  Sweep sweep = TwoFrames();
  EXPECT_EQ(Apply("not json", sweep).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(Apply(R"({"frames": 3})", sweep).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(Apply(R"({"frames": [{"file_path": 3, "transform_matrix": []}]})", sweep).error().code,
            ErrorCode::kCorrupt);
  EXPECT_EQ(
      Apply(R"({"frames": [{"file_path": "0001", "transform_matrix": [[1,1,0,0],[0,1,0,0],[0,0,1,0]]}]})",
            sweep)
          .error()
          .code,
      ErrorCode::kCorrupt);
  EXPECT_EQ(Apply(R"({"camera_model": "OPENCV_FISHEYE", "frames": []})", sweep).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace rv::capture
