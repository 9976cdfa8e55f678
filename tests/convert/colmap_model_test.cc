#include "convert/colmap_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "convert/colmap_reconstruction.h"
#include "tests/support/scene/synthetic_geometry.h"
#include "tests/support/temp_folder.h"

namespace rv::convert {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kFirstImageId = 10;  // COLMAP's ids are none of our indices
constexpr std::uint32_t kCameraId = 3;

class Writer {
 public:
  explicit Writer(const fs::path& path) : file_(path, std::ios::binary) {}
  template <typename T>
  Writer& Put(T value) {
    file_.write(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  Writer& PutName(const std::string& name) {
    file_.write(name.c_str(), static_cast<std::streamsize>(name.size() + 1));
    return *this;
  }

 private:
  std::ofstream file_;
};

// COLMAP's binary files of a reconstruction, with a camera RADIAL and one unmatched feature in each image.
void WriteModel(const Reconstruction& truth, const fs::path& folder) {
  const Camera& camera = truth.cameras[0];
  Writer cameras(folder / "cameras.bin");
  cameras.Put<std::uint64_t>(1).Put(kCameraId).Put<std::int32_t>(3);
  cameras.Put<std::uint64_t>(camera.width).Put<std::uint64_t>(camera.height).Put(camera.focal_px);
  cameras.Put(camera.cx_px).Put(camera.cy_px).Put(camera.k1).Put(camera.k2);

  std::vector<std::vector<std::pair<Eigen::Vector2d, std::uint64_t>>> features(truth.frames.size());
  for (auto& list : features) list.push_back({{1.5, 2.5}, ColmapFeature::kNoPoint});
  Writer points(folder / "points3D.bin");
  points.Put<std::uint64_t>(truth.points.size());
  for (std::size_t p = 0; p < truth.points.size(); ++p) {
    const Point& point = truth.points[p];
    points.Put<std::uint64_t>(100 + p);
    for (int axis = 0; axis < 3; ++axis) points.Put(point.position[axis]);
    for (int channel = 0; channel < 3; ++channel) points.Put(point.rgb[channel]);
    points.Put(point.mean_error_px).Put<std::uint64_t>(point.track.size());
    for (const Observation& seen : point.track) {
      auto& list = features[seen.frame.value];
      points.Put<std::uint32_t>(kFirstImageId + seen.frame.value).Put<std::uint32_t>(list.size());
      list.push_back({seen.pixel, 100 + p});
    }
  }
  Writer images(folder / "images.bin");
  images.Put<std::uint64_t>(truth.frames.size());
  for (std::size_t i = 0; i < truth.frames.size(); ++i) {
    const Rigid3& pose = truth.frames[i].cam_from_world;
    images.Put<std::uint32_t>(kFirstImageId + i);
    images.Put(pose.rotation.w()).Put(pose.rotation.x()).Put(pose.rotation.y()).Put(pose.rotation.z());
    for (int axis = 0; axis < 3; ++axis) images.Put(pose.translation[axis]);
    images.Put(kCameraId).PutName(ColmapFrameName(i)).Put<std::uint64_t>(features[i].size());
    for (const auto& [pixel, id] : features[i]) images.Put(pixel.x()).Put(pixel.y()).Put(id);
  }
}

Sweep SweepOf(const Reconstruction& truth) {
  Sweep sweep;
  for (const PosedFrame& frame : truth.frames) {
    sweep.frames.push_back(
        {.name = "photo-" + frame.name, .image = {.width = frame.width, .height = frame.height}});
  }
  return sweep;
}

const SyntheticOrbit& SampleOrbit() {
  static const SyntheticOrbit orbit =
      MakeSyntheticOrbit({.frames = 8, .points = 60, .k1 = 0.02, .k2 = -0.01});
  return orbit;
}

TEST(ColmapModel, ComesBackAsTheReconstructionItWasWrittenFrom) {
  const testing::TempFolder folder;
  const Reconstruction& truth = SampleOrbit().truth;
  WriteModel(truth, folder.path());
  EXPECT_EQ(CountColmapImages(folder.path()), 8);
  const ColmapModel model = ReadColmapModel(folder.path()).value();
  const Reconstruction read = FromColmap(model, SweepOf(truth));

  EXPECT_EQ(read.mapper, "colmap");
  ASSERT_EQ(read.cameras.size(), 1);
  EXPECT_EQ(read.cameras[0], truth.cameras[0]);
  ASSERT_EQ(read.frames.size(), truth.frames.size());
  for (std::size_t i = 0; i < truth.frames.size(); ++i) {
    EXPECT_TRUE(read.frames[i].posed);
    EXPECT_EQ(read.frames[i].name, "photo-" + truth.frames[i].name);
    const Rigid3 &a = read.frames[i].cam_from_world, &b = truth.frames[i].cam_from_world;
    EXPECT_LT(a.rotation.angularDistance(b.rotation), 1e-9);
    EXPECT_LT((a.translation - b.translation).norm(), 1e-9);
  }
  ASSERT_EQ(read.points.size(), truth.points.size());
  EXPECT_EQ(read.points[5].position, truth.points[5].position);
  ASSERT_EQ(read.points[5].track.size(), truth.points[5].track.size());
  EXPECT_EQ(read.points[5].track[1].frame, truth.points[5].track[1].frame);
  EXPECT_EQ(read.points[5].track[1].pixel, truth.points[5].track[1].pixel);
  EXPECT_EQ(read.stats.posed_frames, 8);
  EXPECT_LT(read.stats.mean_error_px, 1e-6);  // pixel convention and distortion agree
  EXPECT_GT(read.stats.observations, truth.points.size());
}

TEST(ColmapModel, FramesThatItLacksAreOutAndSaySo) {
  const testing::TempFolder folder;
  WriteModel(SampleOrbit().truth, folder.path());
  ColmapModel model = ReadColmapModel(folder.path()).value();
  model.images.erase(kFirstImageId + 2);
  const Reconstruction read = FromColmap(model, SweepOf(SampleOrbit().truth));
  EXPECT_FALSE(read.frames[2].posed);
  EXPECT_FALSE(read.frames[2].reason.empty());
  EXPECT_EQ(read.stats.posed_frames, 7);
  for (const Point& point : read.points) {
    EXPECT_GE(point.track.size(), 2);
    for (const Observation& seen : point.track) EXPECT_NE(seen.frame.value, 2);
  }
}

TEST(ColmapModel, EveryTruncationIsAnError) {
  const testing::TempFolder folder;
  for (const char* name : {"cameras.bin", "images.bin", "points3D.bin"}) {
    WriteModel(MakeSyntheticOrbit({.frames = 3, .points = 8}).truth, folder.path());
    for (auto size = fs::file_size(folder.path() / name); size-- > 0;) {
      fs::resize_file(folder.path() / name, size);
      const Result<ColmapModel> model = ReadColmapModel(folder.path());
      ASSERT_FALSE(model) << name << " of " << size << " bytes";
      EXPECT_EQ(model.error().code, ErrorCode::kCorrupt);
    }
  }
}

TEST(ColmapModel, NamesTheFileThatIsMissing) {
  const testing::TempFolder folder;
  const Result<ColmapModel> model = ReadColmapModel(folder.path());
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, ::testing::HasSubstr("cameras.bin"));
  EXPECT_EQ(CountColmapImages(folder.path()), 0);
}

}  // namespace
}  // namespace rv::convert
