#include "publish/shops/best_view.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/statistics.h"
#include "base/text.h"
#include "publish/shops/square_frame.h"

namespace rv::shops {
namespace {

constexpr int kMarkSide = 320;
constexpr int kMirrorSide = 40;
// Symmetry above that of most views by this is clear; views within `kLike` of the best count as well.
constexpr double kClear = 0.15, kLike = 0.05;

double Gray(const Image& picture, int x, int y) {
  const std::uint8_t* rgb = picture.at(x, y);
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

// Of an image of one row of numbers after the other and its mirror image.
double MirrorCorrelation(const std::vector<double>& values, int side) {
  const double mean = Mean(values);
  double with_mirror = 0, own = 0;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double a = values[static_cast<std::size_t>(y * side + x)] - mean;
      const double b = values[static_cast<std::size_t>(y * side + side - 1 - x)] - mean;
      with_mirror += a * b;
      own += a * a;
    }
  return own > 1e-9 ? with_mirror / own : 1;
}

// The item on mid-gray, so that outline and print both count, in a square of kMirrorSide.
double Symmetry(const Image& picture, const Image& matte, const ItemBox& box) {
  std::vector<double> cells(static_cast<std::size_t>(kMirrorSide * kMirrorSide));
  for (int y = 0; y < kMirrorSide; ++y)
    for (int x = 0; x < kMirrorSide; ++x) {
      const int col = box.left + (2 * x + 1) * (box.right - box.left) / (2 * kMirrorSide);
      const int row = box.top + (2 * y + 1) * (box.bottom - box.top) / (2 * kMirrorSide);
      const double share = *matte.at(col, row) / 255.0;
      cells[static_cast<std::size_t>(y * kMirrorSide + x)] =
          share * Gray(picture, col, row) + (1 - share) * 255;
    }
  return MirrorCorrelation(cells, kMirrorSide);
}

double Sharpness(const Image& picture, const Image& matte) {
  double sum = 0;
  std::size_t count = 0;
  for (int y = 0; y + 1 < picture.height; ++y)
    for (int x = 0; x + 1 < picture.width; ++x) {
      if (*matte.at(x, y) < 250 || *matte.at(x + 1, y) < 250 || *matte.at(x, y + 1) < 250) continue;
      const double here = Gray(picture, x, y);
      sum += std::abs(Gray(picture, x + 1, y) - here) + std::abs(Gray(picture, x, y + 1) - here);
      ++count;
    }
  return count == 0 ? 0 : sum / static_cast<double>(2 * count);
}

double Agreement(const RotatingView& view, const View& shown) {
  double sum = 0;
  for (const TagValue& of_item : view.tags)
    for (const TagValue& of_view : shown.tags)
      if (of_view.attribute == of_item.attribute && of_view.value == of_item.value)
        sum += of_view.probability;
  return view.tags.empty() ? 0 : sum / static_cast<double>(view.tags.size());
}

Result<ViewMarks> MarkView(const RotatingView& view, const View& shown) {
  const Result<Image> picture = DecodeScaled(shown.image, 3, kMarkSide);
  if (!picture) return Forward(picture);
  Image matte = Image::Make(picture->width, picture->height, 1, 255);
  if (!shown.matte.empty()) {
    const Result<Image> whole = Decode(shown.matte, 1);
    if (!whole) return Forward(whole);
    matte = Resize(*whole, picture->width, picture->height);
  }
  const ItemBox box = BoxOf(matte);
  if (box.empty()) return ViewMarks{.symmetry = -1};
  return ViewMarks{.symmetry = Symmetry(*picture, matte, box),
                   .sharpness = Sharpness(*picture, matte),
                   .agreement = Agreement(view, shown)};
}

template <typename Better>
std::size_t BestOf(const std::vector<std::size_t>& views, Better value) {
  return *std::max_element(views.begin(), views.end(),
                           [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
}

}  // namespace

BestView ChooseBestView(const std::vector<ViewMarks>& marks) {
  std::vector<double> symmetries;
  std::vector<std::size_t> all, like;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    symmetries.push_back(marks[i].symmetry);
    all.push_back(i);
  }
  const double best = *std::max_element(symmetries.begin(), symmetries.end());
  for (const std::size_t i : all)
    if (marks[i].symmetry >= best - kLike) like.push_back(i);
  const auto agreement = [&](std::size_t i) { return marks[i].agreement; };
  const auto sharpness = [&](std::size_t i) { return marks[i].sharpness; };
  if (best < Median(symmetries) + kClear)
    return {BestOf(all, sharpness), "the sharpest view: no side is clearly the front"};
  const std::size_t named = BestOf(like, agreement);
  if (marks[named].agreement > 0)
    return {named, "the front: its halves are alike, and its tags agree best with those of the item"};
  return {BestOf(like, sharpness), "the front or the back: its halves are alike, and it shows most detail"};
}

Result<std::vector<ViewMarks>> MarkViews(const RotatingView& view, int threads) {
  std::vector<Result<ViewMarks>> made(view.views.size(), ViewMarks{});
  ParallelFor(made.size(), threads, [&](std::size_t i) { made[i] = MarkView(view, view.views[i]); });
  std::vector<ViewMarks> out;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (!made[i]) {
      Error error = made[i].error();
      error.message = Text("view ", i + 1, ": ", error.message);
      return tl::unexpected(std::move(error));
    }
    out.push_back(*made[i]);
  }
  return out;
}

}  // namespace rv::shops
