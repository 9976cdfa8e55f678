#include "reconstruct/views/item_layer.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv::views {

namespace {

constexpr std::uint8_t kOnItem = 128;
constexpr std::uint8_t kOutline =
    32;  // the main source's own soft outline is left to it: others would make it hard
constexpr double kLeastFill = 2e-4;  // of the item: less is not worth decoding a picture

// `x`, `y`: px of the frame at its original size.
std::uint8_t MatteAt(const Image& matte, const Camera& lens, float x, float y) {
  return spin::Between(matte, x * static_cast<float>(matte.width) / static_cast<float>(lens.width) - 0.5F,
                       y * static_cast<float>(matte.height) / static_cast<float>(lens.height) - 0.5F);
}

synthesis::WarpField Warp(const ItemSource& source, const Camera& camera, const Rigid3& cam_from_world) {
  return synthesis::WarpByDepth(
      {.depth = source.depth, .lens = source.lens, .cam_from_world = source.cam_from_world}, camera,
      cam_from_world);
}

bool IsInside(const Camera& lens, float x, float y) { return spin::IsCaptured(lens, {x, y}); }

}  // namespace

ItemLayer::ItemLayer(const Camera& camera,
                     const Rigid3& cam_from_world,
                     const ItemSource& main,
                     std::vector<ItemSource> witnesses)
    : camera_(camera), cam_from_world_(cam_from_world), witnesses_(std::move(witnesses)), lenses_{main.lens} {
  synthesis::WarpField field = Warp(main, camera, cam_from_world);
  pixels_.resize(field.inverse.size());
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    if (field.cover[i] == synthesis::Cover::kNone || !IsInside(main.lens, field.x[i], field.y[i])) continue;
    Pixel& pixel = pixels_[i];
    pixel = {.x = field.x[i],
             .y = field.y[i],
             .alpha = MatteAt(main.matte, main.lens, field.x[i], field.y[i]),
             .paint = MatteAt(main.paint, main.lens, field.x[i], field.y[i]),
             .whole = field.cover[i] == synthesis::Cover::kSeen};
    size_ += pixel.alpha >= kOnItem;
  }
  inverse_ = std::move(field.inverse);
  for (std::size_t i = 0; i < pixels_.size(); ++i)
    if (pixels_[i].alpha < kOnItem) inverse_[i] = 0;
}

bool ItemLayer::Fill(const ItemSource& other) {
  const synthesis::WarpField field = Warp(other, camera_, cam_from_world_);
  const std::size_t index = lenses_.size();
  std::vector<std::pair<std::size_t, Pixel>> shown;
  for (int row = 0; row < field.height; ++row)
    for (int col = 0; col < field.width; ++col) {
      const std::size_t i = field.At(col, row);
      if (pixels_[i].whole && pixels_[i].alpha >= kOutline) continue;
      if (field.cover[i] != synthesis::Cover::kSeen || !IsInside(other.lens, field.x[i], field.y[i]))
        continue;
      const std::uint8_t alpha = MatteAt(other.matte, other.lens, field.x[i], field.y[i]);
      if (alpha < kOnItem) continue;
      const Eigen::Vector3d ray((col + 0.5 - camera_.cx_px) / camera_.focal_px,
                                (row + 0.5 - camera_.cy_px) / camera_.focal_px, 1);
      if (IsAbsent(ray / field.inverse[i])) continue;
      shown.emplace_back(i, Pixel{.x = field.x[i],
                                  .y = field.y[i],
                                  .alpha = alpha,
                                  .paint = alpha,
                                  .source = static_cast<std::uint8_t>(index),
                                  .whole = true});
    }
  if (static_cast<double>(shown.size()) < kLeastFill * static_cast<double>(size_)) return false;
  lenses_.push_back(other.lens);
  for (const auto& [i, pixel] : shown) {
    size_ += pixels_[i].alpha < kOnItem;
    pixels_[i] = pixel;
    inverse_[i] = field.inverse[i];
  }
  return true;
}

// Whether a frame shows the background where the point would be: it is not hidden there, it does not exist.
bool ItemLayer::IsAbsent(const Eigen::Vector3d& point_in_view) const {
  const Eigen::Vector3d point = cam_from_world_.Inverse() * point_in_view;
  return std::any_of(witnesses_.begin(), witnesses_.end(), [&](const ItemSource& witness) {
    const std::optional<Eigen::Vector2d> at = witness.lens.Project(witness.cam_from_world * point);
    return at && spin::IsCaptured(witness.lens, *at) &&
           MatteAt(witness.matte, witness.lens, static_cast<float>(at->x()), static_cast<float>(at->y())) <
               kOnItem;
  });
}

Image ItemLayer::Covered() const {
  Image out = Image::Make(camera_.width, camera_.height, 1);
  for (std::size_t i = 0; i < pixels_.size(); ++i) out.pixels[i] = pixels_[i].paint >= kOnItem ? 255 : 0;
  return out;
}

Image ItemLayer::Shown() const {
  Image out = Image::Make(camera_.width, camera_.height, 1);
  for (std::size_t i = 0; i < pixels_.size(); ++i)
    if (pixels_[i].source == 0 && pixels_[i].whole && pixels_[i].alpha >= kOnItem) out.pixels[i] = 255;
  return out;
}

void ItemLayer::Paint(std::size_t index,
                      const Image& picture,
                      std::uint8_t label,
                      spin::ViewPixels& view) const {
  RV_CHECK_EQ(pixels_.size(), view.provenance.pixels.size());
  const Camera& lens = lenses_[index];
  const float scale_x = static_cast<float>(picture.width) / static_cast<float>(lens.width);
  const float scale_y = static_cast<float>(picture.height) / static_cast<float>(lens.height);
  const int width = view.image.width;
  const cv::Mat from(picture.height, picture.width, CV_8UC3,
                     const_cast<std::uint8_t*>(picture.pixels.data()));
  for (int row = 0; row < view.image.height; ++row) {
    const Pixel* pixels = &pixels_[static_cast<std::size_t>(row) * width];
    int first = 0, last = width - 1;
    const auto taken = [&](int col) { return pixels[col].source == index && pixels[col].paint > 0; };
    while (first < width && !taken(first)) ++first;
    if (first == width) continue;
    while (!taken(last)) --last;
    cv::Mat map(1, last - first + 1, CV_32FC2), colors;
    for (int col = first; col <= last; ++col)
      map.at<cv::Vec2f>(0, col - first) = {pixels[col].x * scale_x - 0.5F, pixels[col].y * scale_y - 0.5F};
    cv::remap(from, colors, map, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    for (int col = first; col <= last; ++col) {
      if (!taken(col)) continue;
      // The outline's pixels hold a share of the background already: where half is the item, they are taken as they are.
      const int share = std::min(255, 2 * pixels[col].paint);
      const cv::Vec3b& color = colors.at<cv::Vec3b>(0, col - first);
      std::uint8_t* to = view.image.at(col, row);
      std::uint8_t& provenance = *view.provenance.at(col, row);
      const bool alone = provenance == 0;
      for (int c = 0; c < 3; ++c)
        to[c] = alone ? color[c]
                      : static_cast<std::uint8_t>((share * color[c] + (255 - share) * to[c] + 127) / 255);
      *view.matte.at(col, row) = pixels[col].alpha;
      if (alone || share >= kOnItem) provenance = label;
    }
  }
}

}  // namespace rv::views
