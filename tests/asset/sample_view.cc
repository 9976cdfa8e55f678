#include "tests/asset/sample_view.h"

#include <cmath>
#include <numbers>
#include <random>

namespace rv::testing {
namespace {

Image Noise(int width, int height, int channels, unsigned seed) {
  std::mt19937 random(seed);
  Image image = Image::Make(width, height, channels);
  for (std::uint8_t& value : image.pixels) value = static_cast<std::uint8_t>(random());
  return image;
}

EncodedImage Mask(const SampleOptions& options, int labels) {
  Image mask = Image::Make(options.width, options.height, 1);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i)
    mask.pixels[i] = static_cast<std::uint8_t>(i % (labels + 1));
  return EncodePng(mask);
}

// Every pixel of the second source by a third.
EncodedImage Blend(const SampleOptions& options) {
  Image blend = Image::Make(options.width, options.height, 3);
  for (std::size_t i = 0; i < blend.pixels.size(); i += 3) {
    blend.pixels[i] = 2;
    blend.pixels[i + 1] = 85;
  }
  return EncodePng(blend);
}

EncodedImage Depth(const SampleOptions& options, int index) {
  Raster16 depth{.width = options.width, .height = options.height};
  for (int i = 0; i < options.width * options.height; ++i)
    depth.pixels.push_back(static_cast<std::uint16_t>(i * 257 + index));
  return EncodePng16(depth);
}

Rigid3 Pose(double angle) {
  const Eigen::Vector3d axis = Eigen::Vector3d(0.1, 1.0, -0.2).normalized();
  return {Eigen::Quaterniond(Eigen::AngleAxisd(angle, axis)), {0.1 * angle, -1.0 / 3.0, 4.0 + angle}};
}

View MakeView(const SampleOptions& options, int index) {
  View view{.azimuth_deg = 360.0 * index / (options.views + 0.1)};
  const Image image = Noise(options.width, options.height, 3, 100 + index);
  view.image = index % 2 == 0 ? EncodeJpeg(image, 90) : EncodeWebp(image, 80);
  view.provenance = Mask(options, 2);
  view.sources = {{.frame = FrameId{0}, .label = 1}, {.frame = FrameId{1}, .label = 2}};
  if (!options.posed) return view;
  view.cam_from_object = Pose(index * 0.7 + 0.3);
  view.depth = Depth(options, index);
  view.matte = EncodePng(Noise(options.width, options.height, 1, 300 + index));
  view.blend = Blend(options);
  return view;
}

SourceFrame MakeSource(const SampleOptions& options, int index) {
  const std::string names[] = {"000007.jpg",
                               "Stra\xC3\x9F"
                               "e 2.png",
                               "IMG_0003.HEIC"};
  SourceFrame source{.name = names[index], .width = 17, .height = 9, .source_index = 7 + index};
  source.time_s = index / 30.0 + 0.1;
  source.sharpness = 123.456 / (index + 1);
  source.used_in_view = index < 2;
  source.note = "\"note\"\n" + std::to_string(index);
  const Image image = Noise(17, 9, 3, 900 + index);
  if (options.sources) source.image = index == 1 ? EncodePng(image) : EncodeJpeg(image, 85);
  if (!options.posed || index == 2) return source;
  source.matte = EncodePng(Noise(8, 4, 1, 500 + index));
  source.matte_confidence = 0.9 - index / 7.0;
  source.depth = EncodePng(Noise(8, 4, 1, 600 + index));
  source.depth_nearest = 1.0 / 3;
  source.depth_farthest = 2.0 / 3;
  if (index == 0) source.depth_confidence = EncodePng(Noise(8, 4, 1, 700));
  return source;
}

Orbit MakeOrbit() {
  Orbit orbit{.center = {0.1, 0.2, 0.3}, .up = Eigen::Vector3d(0.1, -0.9, 0.2).normalized(), .radius = 2.7};
  orbit.subject_radius = 0.77;
  for (unsigned i = 0; i < 2; ++i)
    orbit.frames.push_back({.frame = FrameId{i},
                            .azimuth = i * 0.3 + 0.1,
                            .unwrapped_azimuth = -7.0 - i / 3.0,
                            .elevation = 0.21,
                            .radius = 2.71828,
                            .on_ring = i == 0});
  orbit.arc = 2 * std::numbers::pi;
  orbit.closed = true;
  orbit.clockwise = true;
  orbit.loops = -1.37;
  orbit.gaps = {{.from_azimuth = 0.5, .to_azimuth = 1.1}};
  return orbit;
}

Reconstruction MakeReconstruction(const SampleOptions& options, const std::vector<SourceFrame>& sources) {
  Reconstruction reconstruction{.turntable = true, .mapper = "colmap"};
  reconstruction.cameras = {
      Camera::Simple(17, 9, 21.1),
      {.width = 9, .height = 17, .focal_px = 20, .cx_px = 4.4, .cy_px = 8.6, .k1 = -0.1, .k2 = 0.03}};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    PosedFrame frame{.name = sources[i].name, .width = 17, .height = 9, .posed = i != 2};
    if (frame.posed) frame.cam_from_world = Pose(1.0 + 0.1 * static_cast<double>(i));
    frame.camera = static_cast<int>(i % 2);
    frame.inliers = 40 + static_cast<int>(i);
    frame.mean_error_px = 0.1 * static_cast<double>(i + 1);
    frame.reason = i == 2 ? "12 matches, glare" : "";
    reconstruction.frames.push_back(frame);
  }
  for (int i = 0; i < options.points; ++i) {
    Point point{.position = {i / 3.0, -i / 7.0, 1e-17}, .rgb = {1, static_cast<unsigned char>(i), 255}};
    point.mean_error_px = 0.3 + i;
    for (unsigned k = 0; k < static_cast<unsigned>(i); ++k)
      point.track.push_back({.frame = FrameId{k % 3}, .pixel = {0.1 + k, 8.9 - i / 3.0}});
    reconstruction.points.push_back(point);
  }
  reconstruction.stats = {.posed_frames = 2,
                          .observations = 3,
                          .mean_error_px = 0.41,
                          .median_error_px = 0.37,
                          .median_track_length = 2.5};
  return reconstruction;
}

}  // namespace

RotatingView SampleView(const SampleOptions& options) {
  RotatingView view{.tier = options.posed ? Tier::kFullPath : Tier::kRawFrames,
                    .tier_reason = "all frames posed"};
  view.source_name = "clip \xE2\x98\x95.mp4";
  view.source_kind = "video";
  view.width = options.width;
  view.height = options.height;
  for (int i = 0; i < options.views; ++i) view.views.push_back(MakeView(options, i));
  for (int i = 0; i < 3; ++i) view.sources.push_back(MakeSource(options, i));
  view.hotspots = {
      {.position = {0.1, 1.0 / 3, -2}, .normal = Eigen::Vector3d(1, 2, 2) / 3, .text = "a scratch"}};
  if (options.posed) view.hotspots.push_back({.text = "the mark", .cam_from_object = Pose(0.4)});
  view.inputs = {
      {.name = "notes.txt", .state = InputState::kUnread, .reason = "not a picture"},
      {.name = "clip.mp4", .frames = FrameSpan{0, 6}, .state = InputState::kPosed},
      {.name = "clip.mp4", .frames = FrameSpan{7, 7}, .state = InputState::kUnposed, .reason = "blurred"},
      {.name = "clip.mp4", .frames = FrameSpan{8, 30}, .state = InputState::kLeftOut}};
  view.coverage = {
      .arc_deg = 346.1, .closed = true, .clockwise_capture = true, .loops = 1.01, .spacing_deg = 5.0 / 3};
  view.coverage.gaps = {{.from_deg = 10.1, .to_deg = 40.7}, {.from_deg = 350, .to_deg = 2}};
  view.coverage.findings = {"frames 31-44: 12 matches, glare; reshoot from lower", "second"};
  view.coverage.min_captured_share = 0.997;
  view.options = {{"views", "72"}, {"mapper", "colmap"}, {"empty", ""}};
  view.versions = {{"rotaview", "0.1.0"}, {"opencv", "4.6.0"}};
  view.item_title = "Tankard, pewter";
  view.tags = {{.attribute = "category", .value = "drinkware", .probability = 0.87}};
  for (std::size_t i = 0; i < 256; ++i) view.embedding.push_back(i % 3 == 0 ? 0.0721F : -0.0513F);
  view.code = std::string(32, '9') + std::string(32, '2');
  if (!view.views.empty())
    view.views.back().tags = {{.attribute = "handle", .value = "left", .probability = 0.5}};
  if (!options.posed) return view;
  view.view_camera =
      Camera{.width = options.width, .height = options.height, .focal_px = 30.3, .cx_px = 6.1, .cy_px = 4.9};
  view.depth_unit = 1.0 / 8192 + 1e-9;
  view.orbit = MakeOrbit();
  view.reconstruction = MakeReconstruction(options, view.sources);
  view.object_from_world_scale = 0.37;
  view.object_from_world = Pose(2.2);
  return view;
}

RotatingView TinyView() {
  RotatingView view = SampleView({.views = 2, .width = 4, .height = 3, .points = 2});
  view.sources.resize(2);
  view.reconstruction->frames.resize(2);
  view.coverage.findings.resize(1);
  return view;
}

RotatingView ExampleView() {
  RotatingView view{.tier = Tier::kRawFrames, .tier_reason = "too few matches", .source_name = "mug.mp4"};
  view.source_kind = "video";
  view.width = 2;
  view.height = 1;
  Image image = Image::Make(2, 1, 3);
  image.pixels = {255, 0, 0, 0, 0, 255};
  view.views = {{.image = EncodePng(image), .sources = {{.frame = FrameId{0}}}}};
  view.sources = {{.name = "000000.jpg", .width = 2, .height = 1, .used_in_view = true}};
  view.versions = {{"rotaview", "0.1.0"}};
  return view;
}

}  // namespace rv::testing
