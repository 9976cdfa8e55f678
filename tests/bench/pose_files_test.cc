#include "bench/pose_files.h"

#include <gtest/gtest.h>

#include "tests/bench/test_folder.h"

namespace rv {
namespace {

TEST(ReadGroundTruth, ReadsPosesCalibrationAndSubject) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  const auto file = folder->path() / "gt.json";
  WriteText(file, R"({"images": {"a.jpg": {"R": [[0, -1, 0], [1, 0, 0], [0, 0, 1]], "t": [1, 2, 3],
      "K": [[400, 0, 321], [0, 900, 243], [0, 0, 1]], "width": 640, "height": 480},
      "b.jpg": {"R": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "t": [[4], [5], [6]]}}, "subject": [7, 8, 9]})");
  const Result<GroundTruth> truth = ReadGroundTruth(file);
  ASSERT_TRUE(truth) << truth.error().message;
  const ScoredPose& a = truth->poses.at("a.jpg");
  EXPECT_NEAR((a.cam_from_world * Eigen::Vector3d(1, 0, 0) - Eigen::Vector3d(1, 3, 3)).norm(), 0, 1e-12);
  EXPECT_DOUBLE_EQ(a.camera.focal_px, 600);
  EXPECT_DOUBLE_EQ(a.camera.cx_px, 321);
  EXPECT_EQ(a.camera.width, 640);
  EXPECT_EQ(truth->poses.at("b.jpg").cam_from_world.translation, Eigen::Vector3d(4, 5, 6));
  EXPECT_DOUBLE_EQ(truth->poses.at("b.jpg").camera.focal_px, 0);
  EXPECT_EQ(truth->subject, Eigen::Vector3d(7, 8, 9));
}

TEST(ReadGroundTruth, NamesTheEntryThatIsWrong) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  const auto file = folder->path() / "gt.json";
  WriteText(file, R"({"images": {"a.jpg": {"R": [[1, 0], [0, 1]], "t": [1, 2, 3]}}})");
  const Result<GroundTruth> truth = ReadGroundTruth(file);
  ASSERT_FALSE(truth);
  EXPECT_EQ(truth.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(truth.error().message.find("a.jpg"), std::string::npos);
  EXPECT_EQ(ReadGroundTruth(folder->path() / "none.json").error().code, ErrorCode::kNotFound);
}

TEST(ReadColmapPoses, ReadsEachCameraModel) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  WriteText(
      folder->path() / "cameras.txt",
      "# comment\n1 SIMPLE_RADIAL 640 480 500 320 240 0.1\n2 OPENCV 640 480 400 900 321 241 0.1 0.2 0.3 0.4\n"
      "3 PINHOLE 640 480 400 900 322 242\n4 RADIAL 640 480 501 323 243 0.5 0.6\n5 SIMPLE_PINHOLE 640 480 502 "
      "1 2\n");
  // The second line of a picture may be empty or hold observations; names may hold spaces.
  WriteText(folder->path() / "images.txt",
            "# comment\n1 1 0 0 0 1 2 3 1 my a.jpg\n\n2 0 0 0 2 4 5 6 2 b.jpg\n10 20 -1 30 40 7\n3 1 0 0 0 0 "
            "0 0 3 c.jpg\n\n"
            "4 1 0 0 0 0 0 0 4 d.jpg\n\n5 1 0 0 0 0 0 0 5 e.jpg\n\n");
  const Result<PoseMap> poses = ReadColmapPoses(folder->path());
  ASSERT_TRUE(poses) << poses.error().message;
  ASSERT_EQ(poses->size(), 5u);
  EXPECT_EQ(poses->at("my a.jpg").cam_from_world.translation, Eigen::Vector3d(1, 2, 3));
  EXPECT_DOUBLE_EQ(poses->at("my a.jpg").camera.k1, 0.1);
  const ScoredPose& b = poses->at("b.jpg");  // half a turn about z
  EXPECT_NEAR((b.cam_from_world.rotation * Eigen::Vector3d(1, 0, 0) - Eigen::Vector3d(-1, 0, 0)).norm(), 0,
              1e-12);
  EXPECT_DOUBLE_EQ(b.camera.focal_px, 600);
  EXPECT_DOUBLE_EQ(b.camera.k2, 0.2);
  EXPECT_DOUBLE_EQ(poses->at("c.jpg").camera.focal_px, 600);
  EXPECT_DOUBLE_EQ(poses->at("d.jpg").camera.k2, 0.6);
  EXPECT_DOUBLE_EQ(poses->at("e.jpg").camera.cy_px, 2);
}

TEST(ReadColmapPoses, RefusesWhatItCannotRead) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  EXPECT_EQ(ReadColmapPoses(folder->path()).error().code, ErrorCode::kNotFound);
  WriteText(folder->path() / "cameras.txt", "1 FOV 640 480 500 500 320 240 0.1\n");
  WriteText(folder->path() / "images.txt", "");
  EXPECT_EQ(ReadColmapPoses(folder->path()).error().code, ErrorCode::kUnsupported);
  WriteText(folder->path() / "cameras.txt", "1 SIMPLE_PINHOLE 640 480 500 320 240\n");
  WriteText(folder->path() / "images.txt", "1 1 0 0 0 1 2 3 9 a.jpg\n\n");  // no camera 9
  EXPECT_EQ(ReadColmapPoses(folder->path()).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace rv
