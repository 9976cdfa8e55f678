#include "bench/spin_measure.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "asset/rview_file.h"
#include "base/text.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

constexpr int kOverlap = 10;

Result<std::vector<ColmapFrame>> WriteViews(const RotatingView& view, const fs::path& folder) {
  fs::create_directories(folder);
  std::vector<ColmapFrame> frames;
  for (std::size_t i = 0; i < view.views.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "%04zu", i);
    // COLMAP does not read WebP; PNG loses nothing.
    EncodedImage image = view.views[i].image;
    if (image.format == "webp") {
      const Result<Image> pixels = Decode(image, 3);
      if (!pixels) return Forward(pixels);
      image = EncodePng(*pixels);
    }
    const fs::path file = folder / Text(name, image.format == "png" ? ".png" : ".jpg");
    std::ofstream stream(file, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(image.bytes.data()),
                 static_cast<std::streamsize>(image.bytes.size()));
    if (!stream.flush()) return Fail(ErrorCode::kInternal, "cannot write " + file.string());
    frames.push_back({name, file});
  }
  return frames;
}

std::vector<std::pair<int, int>> NeighborPairs(int count, bool closed) {
  std::vector<std::pair<int, int>> pairs;
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) {
      const int apart = closed ? std::min(j - i, count - (j - i)) : j - i;
      if (apart <= kOverlap) pairs.emplace_back(i, j);
    }
  }
  return pairs;
}

Result<double> PixelsWithoutProvenance(const RotatingView& view) {
  double pixels = 0;
  for (const View& stop : view.views) {
    const Result<Image> mask = Decode(stop.provenance, 1);
    if (!mask) return Forward(mask);
    pixels += static_cast<double>(std::count(mask->pixels.begin(), mask->pixels.end(), 0));
  }
  return pixels;
}

}  // namespace

Result<SpinScores> MeasureSpin(const fs::path& asset, const ColmapOptions& options, const fs::path& work) {
  const Result<RotatingView> view = ReadRview(asset, {.load_sources = false, .load_points = false});
  if (!view) return Forward(view);
  if (view->tier != Tier::kFullPath && view->tier != Tier::kOrbitPoses) {
    return Fail(ErrorCode::kInsufficientData, Text("tier ", static_cast<int>(view->tier), " has no path"));
  }
  const Result<double> unprovenanced = PixelsWithoutProvenance(*view);
  if (!unprovenanced) return Forward(unprovenanced);
  const Result<std::vector<ColmapFrame>> frames = WriteViews(*view, work / "views");
  if (!frames) return Forward(frames);

  ColmapOptions colmap = options;
  colmap.refine_principal_point = false;
  colmap.pairs = NeighborPairs(static_cast<int>(frames->size()), view->coverage.closed);
  const Result<ColmapResult> result = RunColmap(*frames, colmap);
  if (!result) return Forward(result);
  if (result->poses.size() != frames->size()) {
    return Fail(ErrorCode::kInsufficientData,
                Text("COLMAP registers ", result->poses.size(), " of ", frames->size(), " output frames"));
  }
  std::vector<ScoredPose> poses;
  for (const ColmapFrame& frame : *frames) poses.push_back(result->poses.at(frame.name));
  Result<SpinScores> scores = ScoreSpin(poses, view->coverage.closed);
  if (scores) scores->unprovenanced_px = *unprovenanced;
  return scores;
}

}  // namespace rv
