#include "tests/support/write/clean_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/temp_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

SweepScene SmallScene(CaptureKind kind) {
  SweepScene scene;
  scene.capture = kind;
  scene.width = 96;
  scene.height = 64;
  scene.frames = 5;
  scene.samples = 2;
  scene.shadows = scene.clutter = false;
  scene.focal_px = 90;
  scene.cx_offset_px = 3;
  scene.k1 = -0.02;
  return scene;
}

nlohmann::json FrameJson(const std::string& file, const Camera& camera, const Rigid3& cam_from_object) {
  Eigen::Matrix4d object_from_gl = Eigen::Matrix4d::Identity();
  object_from_gl.topLeftCorner<3, 3>() =
      cam_from_object.rotation.conjugate().toRotationMatrix() * Eigen::Vector3d(1, -1, -1).asDiagonal();
  object_from_gl.topRightCorner<3, 1>() = cam_from_object.Origin();
  nlohmann::json frame{{"file_path", file},       {"w", camera.width},  {"h", camera.height},
                       {"fl_x", camera.focal_px}, {"cx", camera.cx_px}, {"cy", camera.cy_px},
                       {"k1", camera.k1}};
  for (int r = 0; r < 4; ++r)
    frame["transform_matrix"].push_back(
        {object_from_gl(r, 0), object_from_gl(r, 1), object_from_gl(r, 2), object_from_gl(r, 3)});
  return frame;
}

fs::path Written(const TempFolder& folder, const nlohmann::json& json) {
  const fs::path file = folder.path() / "cameras.json";
  std::ofstream(file) << json;
  return file;
}

TEST(CleanViews, AFaultlessCameraAtACapturedPlaceSeesTheSame) {
  const SyntheticSweep sweep(SmallScene(CaptureKind::kWalk));
  const CleanView view = sweep.RenderFrom(sweep.camera(2), sweep.Truth(2).cam_from_object);
  EXPECT_EQ(view.picture, sweep.Render(2));
  EXPECT_EQ(view.truth.depth, sweep.Depth(2).depth);
  EXPECT_EQ(view.truth.matte, sweep.Depth(2).matte);
}

TEST(CleanViews, ShowWhatASensorSpoils) {
  SweepScene scene = SmallScene(CaptureKind::kWalk);
  const Image clean = SyntheticSweep(scene).Render(1);
  scene.noise = 4;
  scene.vignette = 0.3;
  scene.exposure_drift_ev = 0.5;
  const SyntheticSweep sweep(scene);
  ASSERT_NE(sweep.Render(1), clean);
  EXPECT_EQ(sweep.RenderFrom(sweep.camera(1), sweep.Truth(1).cam_from_object).picture, clean);
}

TEST(CleanViews, ATurntablesItemIsSeenFromWhereItTurnedTo) {
  const SyntheticSweep sweep(SmallScene(CaptureKind::kTurntable));
  const CleanView view = sweep.RenderFrom(sweep.camera(3), sweep.Truth(3).cam_from_object);
  EXPECT_EQ(view.truth.matte, sweep.Depth(3).matte);
}

TEST(CleanViews, CamerasComeBackAsTheyWereWritten) {
  const TempFolder folder = TempFolder::Make("rotaview-test").value();
  const SyntheticSweep sweep(SmallScene(CaptureKind::kWalk));
  nlohmann::json json;
  for (int i : {1, 4})
    json["frames"].push_back(
        FrameJson("images/v" + std::to_string(i) + ".jpg", sweep.camera(), sweep.Truth(i).cam_from_object));
  const auto cameras = ReadCameras(Written(folder, json));
  ASSERT_TRUE(cameras) << cameras.error().message;
  ASSERT_EQ(cameras->size(), 2u);
  EXPECT_EQ((*cameras)[1].name, "v4");
  EXPECT_EQ((*cameras)[1].camera, sweep.camera());
  const Rigid3 truth = sweep.Truth(4).cam_from_object;
  EXPECT_LT((*cameras)[1].cam_from_object.rotation.angularDistance(truth.rotation), 1e-6);
  EXPECT_LT(((*cameras)[1].cam_from_object.translation - truth.translation).norm(), 1e-9);

  ASSERT_TRUE(WriteCleanViews(sweep, *cameras, folder.path() / "out", {}));
  for (const char* file : {"images/v1.png", "matte/v4.png", "depth/v4.png"})
    EXPECT_TRUE(fs::exists(folder.path() / "out" / file)) << file;
}

TEST(CleanViews, WhatIsNoCameraIsNamed) {
  const TempFolder folder = TempFolder::Make("rotaview-test").value();
  const SyntheticSweep sweep(SmallScene(CaptureKind::kWalk));
  const nlohmann::json good = FrameJson("a.png", sweep.camera(), sweep.Truth(0).cam_from_object);
  const auto error = [&](nlohmann::json frame) {
    const auto read = ReadCameras(Written(folder, {{"frames", {good, std::move(frame)}}}));
    return read ? std::string("none") : read.error().message;
  };
  nlohmann::json bad = good;
  EXPECT_THAT(error(bad), HasSubstr("comes twice"));
  bad["file_path"] = "b.png";
  EXPECT_EQ(error(bad), "none");
  bad["fl_y"] = 50;
  EXPECT_THAT(error(bad), HasSubstr("frame 1: fl_x and fl_y differ"));
  bad["fl_y"] = bad["fl_x"];
  bad["transform_matrix"][0][0] = 7;
  EXPECT_THAT(error(bad), HasSubstr("no rotation"));
  bad.erase("transform_matrix");
  EXPECT_THAT(error(bad), HasSubstr("missing"));
  EXPECT_EQ(ReadCameras(folder.path() / "none.json").error().code, ErrorCode::kNotFound);
}

TEST(CleanViews, NeverGoOverASweep) {
  const TempFolder folder = TempFolder::Make("rotaview-test").value();
  std::ofstream(folder.path() / "meta.json") << "{}";
  const SyntheticSweep sweep(SmallScene(CaptureKind::kWalk));
  const Status status = WriteCleanViews(sweep, {}, folder.path(), {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rv
