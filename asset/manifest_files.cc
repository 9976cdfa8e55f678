// Which files an `.rview` consists of, their names and their order.
#include <numeric>

#include "asset/manifest_parts.h"
#include "asset/rview_points.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "base/text.h"
#include "scene/spin_order.h"

namespace rv::asset {
namespace {

// Of a view that has the picture, in the order that `order` names.
void AddViewPictures(const RotatingView& view,
                     const ViewPicture& picture,
                     const std::vector<std::size_t>& order,
                     std::vector<PlannedFile>& files) {
  for (const std::size_t i : order) {
    const EncodedImage& image = view.views[i].*picture.image;
    if (!image.bytes.empty())
      files.push_back({.name = FileName(picture, i, image.format), .bytes = image.bytes});
  }
}

}  // namespace

std::string FileName(const ViewPicture& picture, std::size_t view, std::string_view format) {
  std::string number = std::to_string(view);
  if (number.size() < 4) number.insert(0, 4 - number.size(), '0');
  const std::string_view suffix = format == "jpeg" ? std::string_view("jpg") : format;
  return Text(picture.folder, "/", number, ".", suffix);
}

std::string FileName(const FramePicture& picture, std::string_view frame_name, std::string_view format) {
  // A frame's name has a suffix of its own.
  if (picture.image == &SourceFrame::image) return Text(picture.folder, "/", frame_name);
  return Text(picture.folder, "/", frame_name, ".", format);
}

std::vector<PlannedFile> PlanFiles(const RotatingView& view) {
  std::vector<PlannedFile> files;
  std::vector<std::size_t> in_turn(view.views.size());
  std::iota(in_turn.begin(), in_turn.end(), std::size_t{0});
  for (const ViewPicture& picture : kViewPictures)
    AddViewPictures(view, picture,
                    picture.image == &View::image ? CoarseToFineOrder(view.views.size()) : in_turn, files);
  if (view.reconstruction && !view.reconstruction->points.empty()) {
    PlannedFile points{.name = std::string(kPointsName), .owned = EncodePoints(view.reconstruction->points)};
    points.bytes = points.owned;  // moving a vector keeps its buffer
    files.push_back(std::move(points));
  }
  for (const FramePicture& picture : kFramePictures)
    for (const SourceFrame& source : view.sources)
      if (const EncodedImage& image = source.*picture.image; !image.bytes.empty())
        files.push_back({.name = FileName(picture, source.name, image.format), .bytes = image.bytes});
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
