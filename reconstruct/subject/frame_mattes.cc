#include "reconstruct/subject/frame_mattes.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "base/statistics.h"
#include "reconstruct/subject/consensus.h"
#include "reconstruct/subject/even_backdrop.h"
#include "reconstruct/subject/fine_edges.h"
#include "reconstruct/subject/neighbors.h"
#include "reconstruct/subject/tight_hull.h"

namespace rv::subject {
namespace {

// Sides of pictures, px. An item that takes little of its pictures is looked at more closely.
constexpr int kLeastSide = 384, kMostSide = 768;
constexpr double kItemSide = 220;  // aimed at
constexpr int kTimesFiner = 2;     // times finer is the outline told
constexpr float kOnItem = 0.5F;    // of a label or the hull

// The box of the hull in the picture with room about it; empty where it is not seen.
cv::Rect BoxOf(const ItemSearch& search, const Sight& sight) {
  constexpr int kCoarser = 4;
  const int width = sight.camera.width, height = sight.camera.height;
  const Sight small{
      .camera = sight.camera.Scaled(std::max(1, width / kCoarser), std::max(1, height / kCoarser)),
      .cam_from_world = sight.cam_from_world};
  const std::vector<float> hull = Projected(search.volume(), search.hull_shell(), small).front();
  cv::Rect box;
  for (int y = 0; y < small.camera.height; ++y)
    for (int x = 0; x < small.camera.width; ++x)
      if (hull[static_cast<std::size_t>(y * small.camera.width + x)] > kOnItem)
        box |= cv::Rect(kCoarser * x, kCoarser * y, kCoarser, kCoarser);
  if (box.empty()) return box;
  const int room = std::max(12, std::max(box.width, box.height) / 4);
  return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
         cv::Rect(0, 0, width, height);
}

// The same part of a picture of another size.
cv::Rect Scaled(const cv::Rect& part, const cv::Size& from, const cv::Size& to) {
  const double sx = static_cast<double>(to.width) / from.width,
               sy = static_cast<double>(to.height) / from.height;
  const auto at = [](double value) { return static_cast<int>(std::lround(value)); };
  const cv::Point first(at(part.x * sx), at(part.y * sy)), last(at(part.br().x * sx), at(part.br().y * sy));
  return cv::Rect(first, last) & cv::Rect({0, 0}, to);
}

// Longest side of a picture in which the item is about as large as wanted.
int SideFor(const FramesToMatte& in, const Subject& subject) {
  std::vector<double> sides;
  for (const std::uint32_t index : in.frames) {
    const PosedFrame& frame = in.reconstruction.frames[index];
    const Camera& camera = in.reconstruction.cameras[frame.camera];
    const double away = (frame.cam_from_world.Origin() - subject.center).norm();
    const double share =
        2 * subject.radius * camera.focal_px / (away * std::max(camera.width, camera.height));
    sides.push_back(kItemSide / std::max(share, 1e-6));
  }
  return static_cast<int>(
      std::lround(std::clamp(Median(std::move(sides)), double{kLeastSide}, double{kMostSide})));
}

// What of the part belongs to the even backdrop, softly; empty where there is none.
cv::Mat BackdropOf(const cv::Mat& rgb, const cv::Rect& part) {
  cv::Mat lab;
  cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
  const std::vector<float> backdrop = FindEvenBackdrop(lab);
  if (backdrop.empty()) return {};
  cv::Mat out(rgb.size(), CV_8UC1);
  for (std::size_t p = 0; p < backdrop.size(); ++p) out.data[p] = backdrop[p] > 0 ? 255 : 0;
  cv::dilate(out, out, {});  // the steps at the item's outline were seen over three pixels
  cv::blur(out, out, {3, 3});
  return out(part).clone();
}

class Maker {
 public:
  Maker(const FramesToMatte& in, const ItemSearch& search, int threads, Subject& out)
      : in_(in),
        search_(search),
        threads_(threads),
        out_(out),
        side_(SideFor(in, out)),
        labeled_(in.frames.size()),
        backdrops_(in.frames.size()),
        finished_(in.frames.size()) {}

  Status Make() {
    if (const Status made = LabelFrames(); !made) return made;
    const Consensus together(search_, labeled_, {}, threads_);
    ParallelFor(labeled_.size(), threads_, [&](std::size_t i) { MakeMatte(i, together); });
    for (std::size_t i = 0; i < labeled_.size(); ++i) labeled_[i].matte = std::move(finished_[i]);
    MeasureTightHull(search_, labeled_, in_.reconstruction, in_.up, threads_, out_);
    return {};
  }

 private:
  Status LabelFrames() {
    std::vector<Status> made(in_.frames.size());
    ParallelFor(made.size(), threads_, [&](std::size_t i) { made[i] = LabelFrame(i); });
    for (const Status& status : made)
      if (!status) return Forward(status);
    return {};
  }

  Status LabelFrame(std::size_t i) {
    // Decoded once: the part that the outline needs is kept.
    const Result<Image> picture = DecodeFrame(in_.sweep.frames[in_.frames[i]], kTimesFiner * side_);
    if (!picture) return Forward(picture);
    Result<SeenFrame> seen =
        MakeSeen(in_.sweep, in_.reconstruction, in_.points, in_.frames[i], Smaller(*picture));
    if (!seen) return Forward(seen);
    if (!in_.in_studio) seen->backdrop.clear();
    if (in_.by_backdrop) TellByBackdrop(*seen);
    LabeledFrame& to = labeled_[i];
    to.frame = in_.frames[i];
    to.sight = seen->sight;
    to.lab = seen->lab;
    to.matte = cv::Mat::zeros(seen->lab.size(), CV_8UC1);
    to.box = BoxOf(search_, seen->sight);
    to.fine_size = {picture->width, picture->height};
    if (to.box.empty()) return {};
    to.fine_box = Scaled(to.box, to.matte.size(), to.fine_size);
    const cv::Mat rgb(picture->height, picture->width, CV_8UC3,
                      const_cast<std::uint8_t*>(picture->pixels.data()));
    cv::cvtColor(rgb(to.fine_box), to.fine, cv::COLOR_RGB2Lab);
    if (in_.by_backdrop) backdrops_[i] = BackdropOf(rgb, to.fine_box);
    const ItemSearch::Labels labels = search_.Label(PartOf(*seen, to.box));
    double both = 0, any = 0;
    for (int y = 0; y < to.box.height; ++y)
      for (int x = 0; x < to.box.width; ++x) {
        const auto at = static_cast<std::size_t>(y * to.box.width + x);
        to.matte.at<std::uint8_t>(to.box.y + y, to.box.x + x) =
            static_cast<std::uint8_t>(std::lround(255 * labels.item[at]));
        const bool on = labels.item[at] > kOnItem, in = labels.hull[at] > kOnItem;
        both += on && in;
        any += on || in;
      }
    out_.confidence[in_.frames[i]] = any > 0 ? both / any : 0;
    return {};
  }

  void MakeMatte(std::size_t i, const Consensus& together) {
    const LabeledFrame& labeled = labeled_[i];
    finished_[i] = cv::Mat::zeros(labeled.matte.size(), CV_8UC1);
    Image matte = Image::Make(labeled.fine_size.width, labeled.fine_size.height, 1);
    if (!labeled.box.empty()) {
      const cv::Mat voted = together.Silhouette(labeled.sight);
      const CoarseMatte coarse{
          .own = labeled.matte(labeled.box),
          .together = voted(labeled.box),
          .neighbors = SeenByNeighbors(labeled_, i, out_.center, voted <= 127)(labeled.box)};
      const double factor = static_cast<double>(labeled.fine_size.width) / labeled.matte.cols;
      cv::Mat fine = FineMatte(coarse, labeled.fine, factor);
      if (!backdrops_[i].empty()) cv::min(fine, 255 - backdrops_[i], fine);
      fine.copyTo(cv::Mat(matte.height, matte.width, CV_8UC1, matte.pixels.data())(labeled.fine_box));
      cv::resize(fine, finished_[i](labeled.box), labeled.box.size(), 0, 0, cv::INTER_AREA);
    }
    out_.mattes[in_.frames[i]] = EncodePng(matte);
  }

  Image Smaller(const Image& picture) const {
    const int longer = std::max(picture.width, picture.height);
    if (longer <= side_) return picture;
    const auto side = [&](int px) {
      return std::max(1, static_cast<int>(std::lround(static_cast<double>(px) * side_ / longer)));
    };
    return Resize(picture, side(picture.width), side(picture.height));
  }

  const FramesToMatte& in_;
  const ItemSearch& search_;
  int threads_;
  Subject& out_;
  int side_;
  std::vector<LabeledFrame> labeled_;
  std::vector<cv::Mat>
      backdrops_;  // of the same part as LabeledFrame::fine, 255 = backdrop; empty where not asked for
  std::vector<cv::Mat> finished_;  // the mattes again, when all have been looked at
};

}  // namespace

Status MakeMattes(const FramesToMatte& in, const ItemSearch& search, int threads, Subject& out) {
  return Maker(in, search, threads, out).Make();
}

}  // namespace rv::subject
