#include "reconstruct/subject/fine_edges.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "reconstruct/subject/color_odds.h"
#include "reconstruct/subject/seen_frame.h"
#include "reconstruct/subject/tv_labels.h"

namespace rv::subject {
namespace {

constexpr double kAboutOutline = 1.5;  // coarse pixels about the outlines
constexpr double kOwnSmooth = 0.7;     // coarse pixels
// Log odds. A frame's own mistakes are its neighbors', the mistakes of all together are few.
constexpr float kByOwn = 1, kByOthersIn = 2, kByOthersOut = 3, kBySideColor = 0.5F, kSure = 25;
constexpr float kMostColorOdds = 3;
constexpr float kRare = 2e-3F;        // share of a color that tells nothing
constexpr float kFineCost = 0.04F;    // of one step of the log odds against a boundary's
constexpr float kNearOutline = 0.6F;  // weight of a color there, among those of its side
constexpr int kFineSteps = 60;

LabColor ColorAt(const cv::Mat& lab, int x, int y) {
  const cv::Vec3b& c = lab.at<cv::Vec3b>(y, x);
  return {c[0], c[1], c[2]};
}

cv::Mat Disk(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}

// -1 to 1.
float Signed(const cv::Mat& matte, int x, int y) {
  return static_cast<float>(matte.at<std::uint8_t>(y, x)) / 127.5F - 1;
}

// Drops the pieces that are nowhere next to the rest.
void KeepNear(const cv::Mat& away, cv::Mat& part) {
  constexpr float kNext = 2;  // px
  cv::Mat piece;
  const int pieces = cv::connectedComponents(part, piece, 8, CV_32S);
  std::vector<float> least(static_cast<std::size_t>(pieces), 1e30F);
  for (int y = 0; y < part.rows; ++y)
    for (int x = 0; x < part.cols; ++x) {
      float& nearest = least[static_cast<std::size_t>(piece.at<int>(y, x))];
      nearest = std::min(nearest, away.at<float>(y, x));
    }
  for (int y = 0; y < part.rows; ++y)
    for (int x = 0; x < part.cols; ++x)
      if (least[static_cast<std::size_t>(piece.at<int>(y, x))] > kNext) part.at<std::uint8_t>(y, x) = 0;
}

// Where the frame and its neighbors see a whole part that all together lack, not a slip at the outline, its own word stands
// for theirs: a cap that half of the frames miss is lost to the vote and still there. CV_8UC1, not 0 = so.
cv::Mat PartsOfItsOwn(const CoarseMatte& coarse) {
  constexpr double kSlip = 0.05;  // of the item's size: a slip reaches no farther from what all agree on
  const cv::Mat own = coarse.own > 127, together = coarse.together > 127;
  const cv::Rect box = cv::boundingRect(own);
  const int slip = std::max(3, static_cast<int>(std::lround(kSlip * std::max(box.width, box.height))));
  cv::Mat away, part;
  cv::distanceTransform(~together, away, cv::DIST_L2, cv::DIST_MASK_5);
  cv::dilate(coarse.neighbors & (away > slip), part, Disk(slip + 1));
  part = part & own & ~together;
  KeepNear(away, part);
  return part;
}

// What is by itself and hardly larger than a speck is not a part of an item.
void DropCrumbs(cv::Mat& matte) {
  constexpr double kCrumb = 0.002;  // of the item
  constexpr int kAny = 24;          // from this value on, pixels hang together
  cv::Mat piece, sizes, centers;
  const int pieces = cv::connectedComponentsWithStats(matte > kAny, piece, sizes, centers, 8, CV_32S);
  const double least = kCrumb * cv::countNonZero(matte > 127);
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.cols; ++x)
      if (const int k = piece.at<int>(y, x);
          k > 0 && k < pieces && sizes.at<int>(k, cv::CC_STAT_AREA) < least)
        matte.at<std::uint8_t>(y, x) = 0;
}

class Refiner {
 public:
  Refiner(const CoarseMatte& coarse, const cv::Mat& lab, double factor)
      : lab_(lab), item_(lab.cols, lab.rows, none_), behind_(lab.cols, lab.rows, none_) {
    cv::resize(coarse.own, own_, lab.size(), 0, 0, cv::INTER_CUBIC);
    cv::resize(coarse.together, together_, lab.size(), 0, 0, cv::INTER_LINEAR);
    cv::GaussianBlur(own_, smooth_, {}, kOwnSmooth * factor);
    cv::resize(PartsOfItsOwn(coarse), part_, lab.size(), 0, 0, cv::INTER_NEAREST);
    const int reach = std::max(1, static_cast<int>(std::lround(kAboutOutline * factor)));
    cv::erode(cv::min(own_, together_) > 127, inner_, Disk(reach));
    cv::dilate(cv::max(own_, together_) > 127, outer_, Disk(reach));
    Learn();
  }

  cv::Mat Solve() const {
    std::vector<float> cost(lab_.total()), start(lab_.total());
    std::size_t p = 0;
    for (int y = 0; y < lab_.rows; ++y)
      for (int x = 0; x < lab_.cols; ++x, ++p) {
        cost[p] = -kFineCost * Odds(x, y);
        start[p] = static_cast<float>(own_.at<std::uint8_t>(y, x)) / 255;
      }
    const std::vector<float> labels =
        SolveLabels({lab_.cols, lab_.rows, 1}, cost, EdgeCosts(lab_), std::move(start), kFineSteps);
    cv::Mat out(lab_.size(), CV_8UC1);
    for (p = 0; p < labels.size(); ++p) out.data[p] = static_cast<std::uint8_t>(std::lround(255 * labels[p]));
    DropCrumbs(out);
    return out;
  }

 private:
  bool Inner(int x, int y) const { return inner_.at<std::uint8_t>(y, x) != 0; }
  bool Outer(int x, int y) const { return outer_.at<std::uint8_t>(y, x) == 0; }

  bool IsItsOwn(int x, int y) const { return part_.at<std::uint8_t>(y, x) != 0; }

  void Learn() {
    for (int y = 0; y < lab_.rows; ++y)
      for (int x = 0; x < lab_.cols; ++x) {
        const bool in = Inner(x, y), out = Outer(x, y);
        const float on =
            IsItsOwn(x, y) ? Signed(own_, x, y) : (Signed(own_, x, y) + Signed(together_, x, y)) / 2;
        const float weight = in || out ? 1 : kNearOutline * std::abs(on);
        if (in || (!out && on > 0)) item_.Add(x, y, ColorAt(lab_, x, y), weight);
        if (out || (!in && on < 0)) behind_.Add(x, y, ColorAt(lab_, x, y), weight);
      }
    item_.Finish();
    behind_.Finish();
  }

  float Odds(int x, int y) const {
    if (Inner(x, y)) return kSure;
    if (Outer(x, y)) return -kSure;
    const LabColor color = ColorAt(lab_, x, y);
    const float others = Signed(IsItsOwn(x, y) ? own_ : together_, x, y);
    const float by_color =
        std::log((item_.Share(x, y, color) + kRare) / (behind_.Share(x, y, color) + kRare));
    return kByOwn * Signed(smooth_, x, y) + (others > 0 ? kByOthersIn : kByOthersOut) * others +
           kBySideColor * std::clamp(by_color, -kMostColorOdds, kMostColorOdds);
  }

  const cv::Mat& lab_;
  cv::Mat own_, together_, smooth_, part_, inner_, outer_;
  const ColorHistogram none_;
  LocalHistograms item_, behind_;
};

}  // namespace

cv::Mat FineMatte(const CoarseMatte& coarse, const cv::Mat& lab, double factor) {
  return Refiner(coarse, lab, factor).Solve();
}

}  // namespace rv::subject
