// What the models say, read back by a parser of its own: every observation must be met by the written camera,
// pose and point, so that a flipped sign, axis, order or half pixel shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "publish/export.h"
#include "tests/publish/made_up_view.h"
#include "tests/publish/model_readers.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::MakeUpView;
using testing::Slurp;
using testing::TempFolder;

using namespace testing::models;

TEST(ColmapModel, EveryObservationIsMetByCameraPoseAndPoint) {
  for (const bool two_cameras : {false, true}) {
    const TempFolder folder;
    const RotatingView view = MakeUpView({.views = 3, .two_cameras = two_cameras});
    ASSERT_TRUE(Export(view, "colmap", folder / "m", {}, {}));
    const ReadModel model = ReadColmap(folder / "m");
    EXPECT_EQ(model.cameras.size(), two_cameras ? 2u : 1u);
    EXPECT_EQ(model.images.size(), 8u);
    EXPECT_EQ(model.points.size(), 60u);
    std::size_t observations = 0;
    for (const auto& [id, point] : model.points) {
      for (const auto& [image_id, index] : point.track) {
        const ReadImage& image = model.images.at(image_id);
        const auto& [pixel, back] = image.points2d.at(static_cast<std::size_t>(index));
        EXPECT_EQ(back, id);
        const Eigen::Vector2d projected =
            Project(model.cameras.at(image.camera), image.rotation * point.position + image.translation);
        EXPECT_LT((projected - pixel).norm(), 1e-6);
        ++observations;
      }
      EXPECT_LT(point.error, 1e-6);
    }
    std::size_t listed = 0;
    for (const auto& [id, image] : model.images) listed += image.points2d.size();
    EXPECT_EQ(listed, observations);
    EXPECT_GT(observations, 300u);
  }
}

TEST(ColmapModel, HoldsThePosedFramesUnderTheirNamesAtTheirSizeWithTheirPictures) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3, .two_cameras = true});
  ASSERT_TRUE(Export(view, "colmap", folder / "m", {}, {}));
  const ReadModel model = ReadColmap(folder / "m");
  std::map<std::string, const ReadImage*> by_name;
  for (const auto& [id, image] : model.images) by_name[image.name] = &image;
  for (std::size_t i = 0; i < view.sources.size(); ++i) {
    const PosedFrame& frame = view.reconstruction->frames[i];
    ASSERT_EQ(by_name.contains(frame.name), frame.posed) << frame.name;
    EXPECT_EQ(fs::exists(folder / "m" / "images" / frame.name), frame.posed);
    if (!frame.posed) continue;
    const ReadCamera& camera = model.cameras.at(by_name[frame.name]->camera);
    EXPECT_EQ(camera.width, frame.width);
    EXPECT_EQ(camera.height, frame.height);
    EXPECT_LT((by_name[frame.name]->translation - frame.cam_from_world.translation).norm(), 1e-12);
    const std::string bytes = Slurp(folder / "m" / "images" / frame.name);
    EXPECT_EQ(bytes, std::string(view.sources[i].image.bytes.begin(), view.sources[i].image.bytes.end()));
  }
}

TEST(ColmapModel, CameraOfAnotherSizeIsScaledToTheFrame) {
  const TempFolder folder;
  RotatingView view = MakeUpView({.views = 3});
  view.reconstruction->cameras[0] = view.reconstruction->cameras[0].Scaled(160, 120);
  ASSERT_TRUE(Export(view, "colmap", folder / "m", {}, {}));
  const ReadModel model = ReadColmap(folder / "m");
  EXPECT_EQ(model.cameras.at(1).width, 320);
  EXPECT_NEAR(model.cameras.at(1).params[0], 300, 1e-9);
  EXPECT_NEAR(model.cameras.at(1).params[1], 163.5, 1e-9);
}

TEST(ColmapModel, NamesWithBlanksAreMadeFitAndStayDifferent) {
  const TempFolder folder;
  RotatingView view = MakeUpView({.views = 3});
  const char* names[] = {"my photo.jpg", "my_photo.jpg", "sub/my photo.jpg"};
  for (std::size_t i = 0; i < 3; ++i) view.reconstruction->frames[i].name = view.sources[i].name = names[i];
  ASSERT_TRUE(Export(view, "colmap", folder / "m", {}, {}));
  std::set<std::string> written;
  for (const auto& [id, image] : ReadColmap(folder / "m").images) {
    EXPECT_TRUE(fs::exists(folder / "m" / "images" / image.name)) << image.name;
    written.insert(image.name);
  }
  EXPECT_EQ(written.size(), 8u);
  EXPECT_TRUE(written.contains("my_photo.jpg")) << "a fit name stays";
}

// COLMAP 3.8 itself opens the model and finds what was put in.
TEST(ColmapModel, ColmapOpensItAndAgreesOnCountsAndError) {
  if (std::system("colmap help >/dev/null 2>&1") != 0) GTEST_SKIP() << "colmap is not installed";
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3, .noise_px = 1.5, .two_cameras = true});
  ASSERT_TRUE(Export(view, "colmap", folder / "m", {}, {}));
  const std::string run = "QT_QPA_PLATFORM=offscreen colmap model_analyzer --path " +
                          (folder / "m").string() + " >" + (folder / "log").string() + " 2>&1";
  ASSERT_EQ(std::system(run.c_str()), 0) << Slurp(folder / "log");
  double error = 0;
  std::size_t observations = 0;
  const ReadModel model = ReadColmap(folder / "m");
  for (const auto& [id, point] : model.points) {
    double sum = 0;
    for (const auto& [image_id, index] : point.track) {
      const ReadImage& image = model.images.at(image_id);
      sum += (Project(model.cameras.at(image.camera), image.rotation * point.position + image.translation) -
              image.points2d[static_cast<std::size_t>(index)].first)
                 .norm();
      ++observations;
    }
    error += sum / static_cast<double>(point.track.size()) / static_cast<double>(model.points.size());
  }
  const std::string log = Slurp(folder / "log");
  EXPECT_THAT(log, HasSubstr("Cameras: 2"));
  EXPECT_THAT(log, HasSubstr("Registered images: 8"));
  EXPECT_THAT(log, HasSubstr("Points: 60"));
  EXPECT_THAT(log, HasSubstr("Observations: " + std::to_string(observations)));
  const std::size_t at = log.find("Mean reprojection error: ");
  ASSERT_NE(at, log.npos) << log;
  EXPECT_NEAR(std::atof(log.c_str() + at + 25), error, 1e-4);
  EXPECT_GT(error, 0.3);
}

TEST(ColmapModel, ColmapConvertsItAndBackWithoutLoss) {
  if (std::system("colmap help >/dev/null 2>&1") != 0) GTEST_SKIP() << "colmap is not installed";
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 3}), "colmap", folder / "m", {.images = false}, {}));
  fs::create_directories(folder / "bin");
  fs::create_directories(folder / "text");
  const auto convert = [&](const char* from, const char* to, const char* type) {
    return std::system(("QT_QPA_PLATFORM=offscreen colmap model_converter --input_path " +
                        (folder / from).string() + " --output_path " + (folder / to).string() +
                        " --output_type " + type + " >/dev/null 2>&1")
                           .c_str());
  };
  ASSERT_EQ(convert("m", "bin", "BIN"), 0);
  ASSERT_EQ(convert("bin", "text", "TXT"), 0);
  const ReadModel ours = ReadColmap(folder / "m");
  const ReadModel theirs = ReadColmap(folder / "text");
  ASSERT_EQ(ours.images.size(), theirs.images.size());
  for (const auto& [id, image] : ours.images) {
    EXPECT_EQ(image.name, theirs.images.at(id).name);
    EXPECT_LT((image.rotation - theirs.images.at(id).rotation).norm(), 1e-9);
    EXPECT_EQ(image.points2d.size(), theirs.images.at(id).points2d.size());
  }
  ASSERT_EQ(ours.points.size(), theirs.points.size());
  for (const auto& [id, point] : ours.points) EXPECT_EQ(point.track, theirs.points.at(id).track);
}

// The project's reference scorer, fed with the poses that went in.
TEST(Models, ReferenceScorerFindsThemPerfect) {
  const char* root = std::getenv("ROTAVIEW_SHARED");
  const fs::path scorer = fs::absolute(root ? root : "../shared") / "tools/score_poses.py";
  if (!fs::exists(scorer)) GTEST_SKIP() << "no " << scorer;
  if (std::system("/usr/bin/python3 -c 'import numpy' >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3-numpy is not installed";
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3});
  nlohmann::json truth;
  for (const PosedFrame& frame : view.reconstruction->frames) {
    if (!frame.posed) continue;
    const Eigen::Matrix3d r = frame.cam_from_world.rotation.toRotationMatrix();
    const Eigen::Vector3d& t = frame.cam_from_world.translation;
    truth["images"][frame.name] = {
        {"R", {{r(0, 0), r(0, 1), r(0, 2)}, {r(1, 0), r(1, 1), r(1, 2)}, {r(2, 0), r(2, 1), r(2, 2)}}},
        {"t", {t.x(), t.y(), t.z()}},
        {"K", {{300, 0, 163.5}, {0, 300, 117.25}, {0, 0, 1}}},
        {"width", 320},
        {"height", 240}};
  }
  std::ofstream(folder / "gt.json") << truth;
  ASSERT_TRUE(Export(view, "colmap", folder / "c", {.images = false}, {}));
  ASSERT_TRUE(Export(view, "nerf", folder / "t.json", {.images = false}, {}));
  for (const char* model : {"c", "t.json"}) {
    const std::string run = "/usr/bin/python3 " + scorer.string() + " " + (folder / "gt.json").string() +
                            " " + (folder / model).string() + " --json >" + (folder / "score").string();
    ASSERT_EQ(std::system(run.c_str()), 0);
    const auto score = nlohmann::json::parse(Slurp(folder / "score"));
    EXPECT_EQ(score["registered"], 8);
    EXPECT_NEAR(score["auc1"].get<double>(), 100, 0.01) << model;
    EXPECT_NEAR(score["ate_pct_radius"].get<double>(), 0, 1e-6) << model;
    EXPECT_NEAR(score["rot_rmse_deg"].get<double>(), 0, 1e-4) << model;
    EXPECT_NEAR(score["focal_err_pct"].get<double>(), 0, 1e-6) << model;
  }
}

TEST(Transforms, CamerasMeetThePointsOfThePlyBesideThem) {
  for (const bool two_cameras : {false, true}) {
    const TempFolder folder;
    const RotatingView view = MakeUpView({.views = 3, .two_cameras = two_cameras});
    ASSERT_TRUE(Export(view, "nerf", folder / "n", {}, {}));
    const auto json = nlohmann::json::parse(Slurp(folder / "n" / "transforms.json"));
    const Ply ply = ReadPly(folder / "n" / json["ply_file_path"].get<std::string>());
    ASSERT_EQ(ply.positions.size(), view.reconstruction->points.size());
    ASSERT_EQ(json["frames"].size(), 8u);
    std::size_t posed = 0;
    for (const auto& frame : json["frames"]) {
      while (!view.reconstruction->frames[posed].posed) ++posed;
      EXPECT_EQ(frame["file_path"], "images/" + view.reconstruction->frames[posed].name);
      EXPECT_TRUE(fs::exists(folder / "n" / frame["file_path"].get<std::string>()));
      const auto& lens = two_cameras ? frame : json;
      EXPECT_EQ(lens["w"], view.reconstruction->frames[posed].width);
      Eigen::Matrix4d world_from_gl;
      for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 4; ++c) world_from_gl(r, c) = frame["transform_matrix"][r][c];
      EXPECT_NEAR((world_from_gl.topLeftCorner<3, 3>().determinant()), 1, 1e-9);
      for (std::size_t p = 0; p < ply.positions.size(); ++p) {
        const Eigen::Vector4d gl = world_from_gl.inverse() * ply.positions[p].cast<double>().homogeneous();
        EXPECT_LT(gl.z(), 0) << "OpenGL cameras look along -z";
        const Eigen::Vector2d pixel = ProjectRadial(lens["fl_x"], lens["cx"], lens["cy"], lens["k1"],
                                                    lens["k2"], {gl.x(), -gl.y(), -gl.z()});
        for (const Observation& observation : view.reconstruction->points[p].track) {
          if (observation.frame.value != posed) continue;
          EXPECT_LT((pixel - observation.pixel).norm(), 1e-2);
        }
      }
      ++posed;
    }
  }
}

TEST(Transforms, WorldIsUprightAndCenteredOnThePivot) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 3}), "nerf", folder / "t.json", {.images = false}, {}));
  const auto json = nlohmann::json::parse(Slurp(folder / "t.json"));
  for (const auto& frame : json["frames"]) {
    const auto& m = frame["transform_matrix"];
    // The ring of the made-up asset has elevation 0.3 and radius 4 in the object frame.
    EXPECT_NEAR(m[2][3].get<double>(), 4 * std::sin(0.3), 1e-9);
    EXPECT_NEAR(std::hypot(m[0][3].get<double>(), m[1][3].get<double>()), 4 * std::cos(0.3), 1e-9);
    EXPECT_GT(m[2][1].get<double>(), 0.9) << "the camera's up points up";
  }
}

TEST(PointCloud, HoldsThePointsInTheObjectFrameWithTheirColors) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3});
  ASSERT_TRUE(Export(view, "ply", folder / "p.ply", {}, {}));
  const Ply ply = ReadPly(folder / "p.ply");
  EXPECT_THAT(ply.header, HasSubstr("format binary_little_endian 1.0"));
  EXPECT_THAT(ply.header, HasSubstr("comment object frame"));
  EXPECT_THAT(ply.header, HasSubstr("element vertex 60\n"));
  ASSERT_EQ(ply.positions.size(), 60u);
  for (std::size_t i = 0; i < 60; ++i) {
    const Eigen::Vector3d object =
        view.object_from_world.rotation * (0.4 * view.reconstruction->points[i].position) +
        view.object_from_world.translation;
    EXPECT_LT((ply.positions[i].cast<double>() - object).norm(), 1e-6);
    EXPECT_LE(ply.positions[i].cwiseAbs().maxCoeff(), 0.901f) << "made inside the unit cube round the pivot";
    EXPECT_EQ(ply.colors[i], (std::array<int, 3>{static_cast<int>(i), 255 - static_cast<int>(i), 77}));
  }
}

}  // namespace
}  // namespace rv
