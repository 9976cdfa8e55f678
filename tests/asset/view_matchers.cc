#include "tests/asset/view_matchers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "asset/rview_pictures.h"

namespace rv::testing {
namespace {

// Bitwise, so that 0 and -0 differ.
bool SameBits(double a, double b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

#define EXPECT_FIELD(name) EXPECT_EQ(want.name, have.name) << where << "." #name
#define EXPECT_BITS(name) EXPECT_TRUE(SameBits(want.name, have.name)) << where << "." #name

std::string Indexed(const std::string& name, std::size_t i) { return name + "[" + std::to_string(i) + "]"; }

void ExpectRigid(const Rigid3& want, const Rigid3& have, const std::string& where) {
  EXPECT_EQ(want.rotation.coeffs(), have.rotation.coeffs()) << where;
  EXPECT_EQ(want.translation, have.translation) << where;
}

void ExpectTags(const std::vector<TagValue>& want, const std::vector<TagValue>& have) {
  ASSERT_EQ(want.size(), have.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(want[i].attribute, have[i].attribute);
    EXPECT_EQ(want[i].value, have[i].value);
    EXPECT_TRUE(SameBits(want[i].probability, have[i].probability));
  }
}

void ExpectView(const View& want, const View& have, const std::string& where) {
  EXPECT_BITS(azimuth_deg);
  EXPECT_FIELD(cam_from_object.has_value());
  if (want.cam_from_object && have.cam_from_object)
    ExpectRigid(*want.cam_from_object, *have.cam_from_object, where + ".cam_from_object");
  EXPECT_TRUE(want.image == have.image) << where << ".image";
  EXPECT_TRUE(want.blend == have.blend) << where << ".blend";
  EXPECT_TRUE(want.matte == have.matte) << where << ".matte";
  EXPECT_TRUE(want.provenance == have.provenance) << where << ".provenance";
  EXPECT_TRUE(want.depth == have.depth) << where << ".depth";
  ExpectTags(want.tags, have.tags);
  ASSERT_EQ(want.sources.size(), have.sources.size()) << where;
  for (std::size_t i = 0; i < want.sources.size(); ++i) {
    EXPECT_FIELD(sources[i].frame.value);
    EXPECT_FIELD(sources[i].label);
  }
}

void ExpectSource(const SourceFrame& want, const SourceFrame& have, const std::string& where) {
  EXPECT_FIELD(name);
  EXPECT_FIELD(width);
  EXPECT_FIELD(height);
  EXPECT_FIELD(source_index);
  EXPECT_BITS(time_s);
  EXPECT_BITS(sharpness);
  EXPECT_FIELD(used_in_view);
  EXPECT_FIELD(note);
  EXPECT_TRUE(want.image == have.image) << where << ".image";
  EXPECT_TRUE(want.matte == have.matte) << where << ".matte";
  EXPECT_BITS(matte_confidence);
  EXPECT_TRUE(want.depth == have.depth) << where << ".depth";
  EXPECT_BITS(depth_nearest);
  EXPECT_BITS(depth_farthest);
  EXPECT_TRUE(want.depth_confidence == have.depth_confidence) << where << ".depth_confidence";
}

void ExpectHotspots(const std::vector<Hotspot>& want, const std::vector<Hotspot>& have) {
  ASSERT_EQ(want.size(), have.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(want[i].position, have[i].position);
    EXPECT_EQ(want[i].normal, have[i].normal);
    EXPECT_EQ(want[i].text, have[i].text);
    ASSERT_EQ(want[i].cam_from_object.has_value(), have[i].cam_from_object.has_value());
    if (want[i].cam_from_object) ExpectRigid(*want[i].cam_from_object, *have[i].cam_from_object, "hotspot");
  }
}

void ExpectCoverage(const CoverageReceipt& want, const CoverageReceipt& have, const std::string& where) {
  EXPECT_BITS(arc_deg);
  EXPECT_FIELD(closed);
  EXPECT_FIELD(clockwise_capture);
  EXPECT_BITS(loops);
  EXPECT_BITS(spacing_deg);
  EXPECT_FIELD(findings);
  EXPECT_BITS(min_captured_share);
  ASSERT_EQ(want.gaps.size(), have.gaps.size());
  for (std::size_t i = 0; i < want.gaps.size(); ++i) {
    EXPECT_BITS(gaps[i].from_deg);
    EXPECT_BITS(gaps[i].to_deg);
  }
}

void ExpectOrbit(const Orbit& want, const Orbit& have, const std::string& where) {
  EXPECT_FIELD(center);
  EXPECT_FIELD(up);
  EXPECT_BITS(radius);
  EXPECT_BITS(subject_radius);
  EXPECT_BITS(arc);
  EXPECT_FIELD(closed);
  EXPECT_FIELD(clockwise);
  EXPECT_BITS(loops);
  ASSERT_EQ(want.frames.size(), have.frames.size());
  for (std::size_t i = 0; i < want.frames.size(); ++i) {
    EXPECT_FIELD(frames[i].frame.value);
    EXPECT_BITS(frames[i].azimuth);
    EXPECT_BITS(frames[i].unwrapped_azimuth);
    EXPECT_BITS(frames[i].elevation);
    EXPECT_BITS(frames[i].radius);
    EXPECT_FIELD(frames[i].on_ring);
  }
  ASSERT_EQ(want.gaps.size(), have.gaps.size());
  for (std::size_t i = 0; i < want.gaps.size(); ++i) {
    EXPECT_BITS(gaps[i].from_azimuth);
    EXPECT_BITS(gaps[i].to_azimuth);
  }
}

void ExpectPosedFrame(const PosedFrame& want, const PosedFrame& have, const std::string& where) {
  EXPECT_FIELD(name);
  EXPECT_FIELD(width);
  EXPECT_FIELD(height);
  EXPECT_FIELD(posed);
  if (want.posed) ExpectRigid(want.cam_from_world, have.cam_from_world, where + ".cam_from_world");
  EXPECT_FIELD(camera);
  EXPECT_FIELD(inliers);
  EXPECT_BITS(mean_error_px);
  EXPECT_FIELD(reason);
}

bool SamePoint(const Point& a, const Point& b) {
  const bool same = a.position == b.position && a.rgb == b.rgb && SameBits(a.mean_error_px, b.mean_error_px);
  return same && std::equal(a.track.begin(), a.track.end(), b.track.begin(), b.track.end(),
                            [](const Observation& x, const Observation& y) {
                              return x.frame == y.frame && x.pixel == y.pixel;
                            });
}

void ExpectReconstruction(const Reconstruction& want, const Reconstruction& have, const std::string& where) {
  EXPECT_TRUE(want.cameras == have.cameras) << where;
  ASSERT_EQ(want.frames.size(), have.frames.size());
  for (std::size_t i = 0; i < want.frames.size(); ++i)
    ExpectPosedFrame(want.frames[i], have.frames[i], Indexed(where + ".frames", i));
  ASSERT_EQ(want.points.size(), have.points.size());
  for (std::size_t i = 0; i < want.points.size(); ++i)
    EXPECT_TRUE(SamePoint(want.points[i], have.points[i])) << i;
  EXPECT_FIELD(stats.posed_frames);
  EXPECT_FIELD(stats.observations);
  EXPECT_BITS(stats.mean_error_px);
  EXPECT_BITS(stats.median_error_px);
  EXPECT_BITS(stats.median_track_length);
  EXPECT_FIELD(turntable);
  EXPECT_FIELD(mapper);
}

}  // namespace

void ExpectSameView(const RotatingView& want, const RotatingView& have) {
  const std::string where = "view";
  EXPECT_FIELD(tier);
  EXPECT_FIELD(tier_reason);
  EXPECT_FIELD(source_name);
  EXPECT_FIELD(source_kind);
  EXPECT_FIELD(width);
  EXPECT_FIELD(height);
  EXPECT_TRUE(want.view_camera == have.view_camera);
  ASSERT_EQ(want.views.size(), have.views.size());
  for (std::size_t i = 0; i < want.views.size(); ++i)
    ExpectView(want.views[i], have.views[i], Indexed("views", i));
  EXPECT_BITS(depth_unit);
  ExpectCoverage(want.coverage, have.coverage, "coverage");
  ASSERT_EQ(want.orbit.has_value(), have.orbit.has_value());
  if (want.orbit) ExpectOrbit(*want.orbit, *have.orbit, "orbit");
  ASSERT_EQ(want.reconstruction.has_value(), have.reconstruction.has_value());
  if (want.reconstruction) ExpectReconstruction(*want.reconstruction, *have.reconstruction, "reconstruction");
  EXPECT_BITS(object_from_world_scale);
  ExpectRigid(want.object_from_world, have.object_from_world, "object_from_world");
  ExpectHotspots(want.hotspots, have.hotspots);
  ASSERT_EQ(want.sources.size(), have.sources.size());
  for (std::size_t i = 0; i < want.sources.size(); ++i)
    ExpectSource(want.sources[i], have.sources[i], Indexed("sources", i));
  ASSERT_EQ(want.inputs.size(), have.inputs.size());
  for (std::size_t i = 0; i < want.inputs.size(); ++i) {
    const InputRecord &a = want.inputs[i], &b = have.inputs[i];
    EXPECT_EQ(a.name, b.name) << i;
    EXPECT_EQ(a.state, b.state) << i;
    EXPECT_EQ(a.reason, b.reason) << i;
    ASSERT_EQ(a.frames.has_value(), b.frames.has_value()) << i;
    if (a.frames) {
      EXPECT_EQ(a.frames->from, b.frames->from) << i;
      EXPECT_EQ(a.frames->to, b.frames->to) << i;
    }
  }
  EXPECT_FIELD(options);
  EXPECT_FIELD(versions);
  EXPECT_FIELD(item_title);
  ExpectTags(want.tags, have.tags);
  EXPECT_EQ(want.embedding, have.embedding);
  EXPECT_EQ(want.code, have.code);
}

bool SamePixels(const RotatingView& a, const RotatingView& b) {
  const auto same_view = [](const View& x, const View& y) {
    return std::ranges::all_of(asset::kViewPictures,
                               [&](const auto& picture) { return x.*picture.image == y.*picture.image; });
  };
  const auto same_source = [](const SourceFrame& x, const SourceFrame& y) {
    return std::ranges::all_of(asset::kFramePictures,
                               [&](const auto& picture) { return x.*picture.image == y.*picture.image; });
  };
  if (!std::equal(a.views.begin(), a.views.end(), b.views.begin(), b.views.end(), same_view)) return false;
  if (!std::equal(a.sources.begin(), a.sources.end(), b.sources.begin(), b.sources.end(), same_source))
    return false;
  if (a.reconstruction.has_value() != b.reconstruction.has_value()) return false;
  if (!a.reconstruction) return true;
  const auto& p = a.reconstruction->points;
  const auto& q = b.reconstruction->points;
  return std::equal(p.begin(), p.end(), q.begin(), q.end(), SamePoint);
}

}  // namespace rv::testing
