#include "synthesis/novel_view.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "base/check.h"
#include "synthesis/depth_warp.h"

namespace rv::synthesis {
namespace {

constexpr float kStretchedTrust =
    1e-4F;  // of a pixel that the frame shows only stretched: any that is seen is better

// One frame from the new camera.
struct Drawn {
  cv::Mat color;  // CV_32FC3
  cv::Mat trust;  // CV_32FC1, 0 = not there, 1 = seen
};

Drawn DrawLayer(const CapturedView& from,
                const DepthGrid& depth,
                const Camera& camera,
                const Rigid3& cam_from_world,
                cv::Mat* paint) {
  const WarpField field = WarpByDepth(
      {.depth = depth, .lens = from.lens, .cam_from_world = from.cam_from_world}, camera, cam_from_world);
  const cv::Size size(camera.width, camera.height);
  cv::Mat map(size, CV_32FC2);
  Drawn out{.trust = cv::Mat(size, CV_32FC1)};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const std::size_t i = field.At(x, y);
      const bool in = field.cover[i] != Cover::kNone && field.x[i] >= 0 && field.y[i] >= 0 &&
                      field.x[i] <= static_cast<float>(from.lens.width) &&
                      field.y[i] <= static_cast<float>(from.lens.height);
      map.at<cv::Vec2f>(y, x) = {field.x[i] - 0.5F, field.y[i] - 0.5F};
      out.trust.at<float>(y, x) = !in ? 0 : field.cover[i] == Cover::kSeen ? 1 : kStretchedTrust;
    }
  const cv::Mat picture(from.picture.height, from.picture.width, CV_8UC3,
                        const_cast<std::uint8_t*>(from.picture.pixels.data()));
  cv::Mat sampled;
  cv::remap(picture, sampled, map, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  sampled.convertTo(out.color, CV_32FC3);
  if (paint != nullptr) {
    const cv::Mat mask(from.paint.height, from.paint.width, CV_8UC1,
                       const_cast<std::uint8_t*>(from.paint.pixels.data()));
    const cv::Scalar scale(static_cast<double>(mask.cols) / from.lens.width,
                           static_cast<double>(mask.rows) / from.lens.height);
    cv::Mat where = map + cv::Scalar(0.5, 0.5);
    cv::multiply(where, scale, where);
    where -= cv::Scalar(0.5, 0.5);
    cv::remap(mask, *paint, where, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
    paint->convertTo(*paint, CV_32F, 1.0 / 255);
  }
  return out;
}

// Item over background.
Drawn DrawFrame(const CapturedView& from, const Camera& camera, const Rigid3& cam_from_world) {
  const bool has_item = !from.item.empty();
  cv::Mat paint, hidden;
  Drawn behind;
  if (!from.behind.empty()) {
    behind = DrawLayer(from, from.behind, camera, cam_from_world, has_item ? &hidden : nullptr);
    // What the item hides of the background is not shown by this frame.
    if (has_item) cv::multiply(behind.trust, 1 - hidden, behind.trust);
  }
  if (!has_item) return behind;
  Drawn item = DrawLayer(from, from.item, camera, cam_from_world, &paint);
  paint.setTo(0, item.trust == 0);
  if (behind.color.empty()) {
    cv::multiply(item.trust, paint, item.trust);
    return item;
  }
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x) {
      const float share = paint.at<float>(y, x);
      cv::Vec3f& color = behind.color.at<cv::Vec3f>(y, x);
      color += share * (item.color.at<cv::Vec3f>(y, x) - color);
      float& trust = behind.trust.at<float>(y, x);
      trust += share * (item.trust.at<float>(y, x) - trust);
    }
  return behind;
}

cv::Mat Gray(const cv::Mat& color) {
  cv::Mat bytes, gray;
  color.convertTo(bytes, CV_8UC3);
  cv::cvtColor(bytes, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

// `color` where `trust` is low is taken from `other`, so that flow has something to hold on to.
cv::Mat Completed(const Drawn& drawn, const Drawn& other) {
  cv::Mat out = drawn.color.clone();
  other.color.copyTo(out, drawn.trust < 0.5F);
  return out;
}

Drawn Pulled(const Drawn& drawn, const cv::Mat& offset) {
  cv::Mat map(drawn.color.size(), CV_32FC2);
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x)
      map.at<cv::Vec2f>(y, x) =
          cv::Vec2f(static_cast<float>(x), static_cast<float>(y)) + offset.at<cv::Vec2f>(y, x);
  Drawn out;
  cv::remap(drawn.color, out.color, map, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  cv::remap(drawn.trust, out.trust, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return out;
}

// Moves both along the flow between them to where they meet: `share` of the way from the first to the second.
void MeetByFlow(float share, Drawn& first, Drawn& second) {
  const cv::Mat a = Gray(Completed(first, second)), b = Gray(Completed(second, first));
  const auto flow = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  cv::Mat ab, ba;
  flow->calc(a, b, ab);
  flow->calc(b, a, ba);
  // From the picture in between, both directions weighed.
  const cv::Mat to_first = ab * (-(1 - share) * share) + ba * (share * share);
  const cv::Mat to_second = ab * ((1 - share) * (1 - share)) - ba * (share * (1 - share));
  first = Pulled(first, to_first);
  second = Pulled(second, to_second);
}

Image Mixed(const std::vector<Drawn>& drawn, const std::vector<Weighted>& views) {
  const cv::Size size = drawn.front().color.size();
  Image out = Image::Make(size.width, size.height, 4);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      cv::Vec3f sum(0, 0, 0);
      float weight = 0;
      for (std::size_t k = 0; k < drawn.size(); ++k) {
        // Where the near ones show nothing, a frame without weight does.
        const float part = drawn[k].trust.at<float>(y, x) * (static_cast<float>(views[k].weight) + 1e-4F);
        sum += part * drawn[k].color.at<cv::Vec3f>(y, x);
        weight += part;
      }
      if (weight < 1e-9F) continue;
      std::uint8_t* to = out.at(x, y);
      for (int c = 0; c < 3; ++c) to[c] = cv::saturate_cast<std::uint8_t>(sum[c] / weight);
      to[3] = 255;
    }
  return out;
}

}  // namespace

Image DrawNovelView(const std::vector<Weighted>& views, const Camera& camera, const Rigid3& cam_from_world) {
  RV_CHECK(!views.empty());
  std::vector<Drawn> drawn;
  for (const Weighted& weighted : views) drawn.push_back(DrawFrame(*weighted.view, camera, cam_from_world));
  constexpr double kLeastShare = 0.02;
  if (views.size() > 1 && views[0].weight > kLeastShare && views[1].weight > kLeastShare)
    MeetByFlow(static_cast<float>(views[1].weight / (views[0].weight + views[1].weight)), drawn[0], drawn[1]);
  return Mixed(drawn, views);
}

}  // namespace rv::synthesis
