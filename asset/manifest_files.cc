// Which files an `.rview` consists of, their names and their order.
#include <cstdio>

#include "asset/manifest_parts.h"
#include "asset/rview_points.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "base/text.h"
#include "scene/spin_order.h"

namespace rv::asset {
namespace {

std::string_view Folder(PictureKind kind) {
  switch (kind) {
    case PictureKind::kView:
      return "views";
    case PictureKind::kProvenance:
      return "provenance";
    case PictureKind::kDepth:
      return "depth";
  }
  return "views";
}

}  // namespace

std::string PictureName(PictureKind kind, std::size_t view, std::string_view format) {
  std::string number = std::to_string(view);
  if (number.size() < 4) number.insert(0, 4 - number.size(), '0');
  const std::string_view suffix = format == "jpeg" ? std::string_view("jpg") : format;
  return Text(Folder(kind), "/", number, ".", suffix);
}

std::string SourceName(std::string_view frame_name) { return Text("sources/", frame_name); }

std::vector<PlannedFile> PlanFiles(const RotatingView& view) {
  std::vector<PlannedFile> files;
  const auto add = [&](std::string name, const EncodedImage& image) {
    if (!image.bytes.empty()) files.push_back({.name = std::move(name), .bytes = image.bytes});
  };
  const auto picture = [&](PictureKind kind, std::size_t i, const EncodedImage& image) {
    add(PictureName(kind, i, image.format), image);
  };
  for (const std::size_t i : CoarseToFineOrder(view.views.size()))
    picture(PictureKind::kView, i, view.views[i].image);
  for (std::size_t i = 0; i < view.views.size(); ++i)
    picture(PictureKind::kProvenance, i, view.views[i].provenance);
  for (std::size_t i = 0; i < view.views.size(); ++i) picture(PictureKind::kDepth, i, view.views[i].depth);
  if (view.reconstruction && !view.reconstruction->points.empty()) {
    PlannedFile points{.name = std::string(kPointsName), .owned = EncodePoints(view.reconstruction->points)};
    points.bytes = points.owned;  // moving a vector keeps its buffer
    files.push_back(std::move(points));
  }
  for (const SourceFrame& source : view.sources) add(SourceName(source.name), source.image);
  return files;
}

int HashThreads(std::span<const PlannedFile> files) {
  constexpr std::size_t kWorthThreads = 1 << 20;
  std::size_t total = 0;
  for (const PlannedFile& file : files) total += file.bytes.size();
  return total < kWorthThreads ? 1 : 0;
}

std::vector<FileRecord> RecordFiles(std::span<const PlannedFile> files) {
  std::vector<FileRecord> records(files.size());
  ParallelFor(files.size(), HashThreads(files), [&](std::size_t i) {
    records[i] = {
        .name = files[i].name, .size = files[i].bytes.size(), .sha256 = Hex(Sha256(files[i].bytes))};
  });
  return records;
}

}  // namespace rv::asset
