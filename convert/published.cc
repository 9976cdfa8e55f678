#include "convert/published.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/parallel.h"

namespace rv::convert {
namespace {

constexpr int kJpegQuality = 90;
constexpr double kRim = 0.006;  // of the longer side: pixels about the outline hold colors of both sides
constexpr std::uint8_t kBlot = 128;

std::string PublicName(std::size_t index) {
  char name[32];
  std::snprintf(name, sizeof name, "%04zu.jpg", index);
  return name;
}

// Whether each pixel lies within the item or a rim about it: 255 or 0. `matte`: 1 channel.
Image ItemAndRim(const Image& matte) {
  const int reach = std::max(1, static_cast<int>(std::lround(kRim * std::max(matte.width, matte.height))));
  const auto spread = [&](const Image& from, int dx, int dy) {
    Image to = Image::Make(from.width, from.height, 1);
    for (int y = 0; y < from.height; ++y)
      for (int x = 0; x < from.width; ++x)
        for (int step = -reach; step <= reach && to.at(x, y)[0] == 0; ++step) {
          const int col = x + step * dx, row = y + step * dy;
          const bool in = col >= 0 && row >= 0 && col < from.width && row < from.height;
          if (in && from.at(col, row)[0] >= 8) to.at(x, y)[0] = 255;
        }
    return to;
  };
  return spread(spread(matte, 1, 0), 0, 1);
}

// Pixels of `image` that `item` (any size) does not cover become `value`.
void BlotOut(const Image& item, std::uint8_t value, Image& image) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const int col = static_cast<int>(static_cast<std::int64_t>(x) * item.width / image.width);
      const int row = static_cast<int>(static_cast<std::int64_t>(y) * item.height / image.height);
      if (item.at(col, row)[0] != 0) continue;
      std::fill_n(image.at(x, y), image.channels, value);
    }
}

// The frame's picture and depth as they may be seen; everything else about it is a number.
Status MakePublic(std::size_t index, bool keep_whole, SourceFrame& source) {
  Result<Image> picture = Decode(source.image, 3);
  if (!picture) return Forward(picture);
  if (!keep_whole) {
    const Result<Image> matte = Decode(source.matte, 1);
    if (!matte) return Forward(matte);
    const Image item = ItemAndRim(*matte);
    BlotOut(item, kBlot, *picture);
    Result<Image> depth = Decode(source.depth, 1);
    if (!depth) return Forward(depth);
    BlotOut(item, 0, *depth);
    source.depth = EncodePng(*depth);
  }
  SourceFrame shown{.name = PublicName(index),
                    .width = source.width,
                    .height = source.height,
                    .source_index = static_cast<int>(index),
                    .used_in_view = true};
  shown.image = EncodeJpeg(*picture, kJpegQuality);
  shown.matte = std::move(source.matte);
  shown.matte_confidence = source.matte_confidence;
  shown.depth = std::move(source.depth);
  shown.depth_nearest = source.depth_nearest;
  shown.depth_farthest = source.depth_farthest;
  source = std::move(shown);
  return {};
}

// For each captured frame its new index, or none where it goes.
std::vector<std::optional<std::size_t>> Renumbered(const RotatingView& view, bool keep_whole) {
  std::vector<bool> shown(view.sources.size());
  for (const View& each : view.views)
    if (!each.sources.empty() && each.sources[0].frame.value < shown.size())
      shown[each.sources[0].frame.value] = true;
  std::vector<std::optional<std::size_t>> out(view.sources.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const SourceFrame& source = view.sources[i];
    const bool posed = view.reconstruction && view.reconstruction->frames[i].posed;
    const bool complete = posed && !source.image.empty() && !source.depth.empty();
    if (shown[i] && complete && (keep_whole || !source.matte.empty())) out[i] = count++;
  }
  return out;
}

// Drops what has no new index and renumbers the rest; `frame_of`: the FrameId in an element.
template <typename Element, typename FrameOf>
void Renumber(const std::vector<std::optional<std::size_t>>& index,
              const FrameOf& frame_of,
              std::vector<Element>& list) {
  std::erase_if(list, [&](Element& each) { return !index[frame_of(each).value]; });
  for (Element& each : list)
    frame_of(each) = FrameId{static_cast<std::uint32_t>(*index[frame_of(each).value])};
}

template <typename Element>
void Keep(const std::vector<std::optional<std::size_t>>& index, std::vector<Element>& list) {
  std::vector<Element> kept;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (index[i]) kept.push_back(std::move(list[i]));
  list = std::move(kept);
}

void KeepFrames(const std::vector<std::optional<std::size_t>>& index, RotatingView& view) {
  for (View& each : view.views)
    Renumber(
        index, [](ViewSource& source) -> FrameId& { return source.frame; }, each.sources);
  Keep(index, view.sources);
  if (view.orbit)
    Renumber(
        index, [](OrbitFrame& frame) -> FrameId& { return frame.frame; }, view.orbit->frames);
  if (!view.reconstruction) return;
  Reconstruction& model = *view.reconstruction;
  Keep(index, model.frames);
  model.points.clear();
  model.stats = {.posed_frames = static_cast<int>(model.frames.size())};
  for (std::size_t i = 0; i < model.frames.size(); ++i) {
    model.frames[i].name = PublicName(i);
    model.frames[i].reason.clear();
  }
}

void ForgetTheCapture(RotatingView& view) {
  view.tier_reason = "published";
  view.source_name.clear();
  view.inputs.clear();
  view.coverage.findings.clear();
  for (const char* names_files : {"poses", "keep-frames", "model"}) view.options.erase(names_files);
  view.embedding.clear();
  view.code.clear();
  for (View& each : view.views) {
    each.provenance = {};
    each.blend = {};
    each.tags.clear();
  }
}

}  // namespace

Result<RotatingView> PublishedCopy(RotatingView view, bool keep_whole, int threads) {
  KeepFrames(Renumbered(view, keep_whole), view);
  std::vector<Status> done(view.sources.size());
  ParallelFor(done.size(), threads,
              [&](std::size_t i) { done[i] = MakePublic(i, keep_whole, view.sources[i]); });
  for (const Status& status : done)
    if (!status) return Forward(status);
  ForgetTheCapture(view);
  return view;
}

}  // namespace rv::convert
