#include "reconstruct/subject/behind_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/statistics.h"
#include "reconstruct/subject/background_depths.h"

namespace rv::subject {
namespace {

// Frames whose lines of sight to the center enclose such angles: nearer ones see the item before the same background,
// farther ones another side of what is behind it.
constexpr double kNearest = 8 * kPi / 180, kFarthest = 75 * kPi / 180;
constexpr std::size_t kMostOthers = 8;
constexpr int kExpectedTiles = 6;  // along the longer side
constexpr std::size_t kLeastOthers = 2;
constexpr double kFloorSure = 2,
                 kFloorReach = 5;  // radii about the center in which the floor goes on, and may
// Distances of colors, Lab steps: the same, and surely another.
constexpr float kSame = 7, kAnother = 16;
constexpr int kOfLight = 3, kScale = 5;  // a step of L counts 3/5

// Squared, in steps of 1/5.
int Unlike(const LabColor& a, const cv::Vec3b& b) {
  const int l = int(a[0]) - int(b[0]), u = int(a[1]) - int(b[1]), v = int(a[2]) - int(b[2]);
  return kOfLight * kOfLight * l * l + kScale * kScale * (u * u + v * v);
}

// Least distance within a pixel of (x, y): depths are not known well. No farther than kSame is as good as any.
float NearestColor(const LabColor& color, const cv::Mat& lab, int x, int y) {
  constexpr int kEnough = int(kScale * kSame) * int(kScale * kSame);
  int best = Unlike(color, lab.at<cv::Vec3b>(y, x));
  for (int py = std::max(0, y - 1); py <= std::min(lab.rows - 1, y + 1) && best > kEnough; ++py)
    for (int px = std::max(0, x - 1); px <= std::min(lab.cols - 1, x + 1); ++px)
      best = std::min(best, Unlike(color, lab.at<cv::Vec3b>(py, px)));
  return std::sqrt(static_cast<float>(best)) / kScale;
}

// Those that see the background from another side, the nearest first, taken from both sides in turn.
std::vector<const OtherFrame*> ChooseOthers(const SeenFrame& frame, const BehindInput& in) {
  const Eigen::Vector3d center = in.place.center;
  const Eigen::Vector3d own = (frame.sight.cam_from_world.Origin() - center).normalized();
  std::array<std::vector<std::pair<double, const OtherFrame*>>, 2> sides;
  for (const OtherFrame& other : in.others) {
    const Eigen::Vector3d away = (other.frame.sight.cam_from_world.Origin() - center).normalized();
    const double angle = std::acos(std::clamp(own.dot(away), -1.0, 1.0));
    if (angle < kNearest || (angle > kFarthest && !in.still_background)) continue;
    sides[own.cross(away).dot(in.place.up) > 0].emplace_back(angle, &other);
  }
  std::vector<const OtherFrame*> out;
  for (auto& side : sides) {
    std::sort(side.begin(), side.end());
    const std::size_t count = std::min(side.size(), kMostOthers / 2);
    for (std::size_t k = 0; k < count; ++k) out.push_back(side[k * side.size() / count].second);
  }
  return out;
}

constexpr float kNeverSeen = 1e8F;

class Asker {
 public:
  Asker(const SeenFrame& frame, const BehindInput& in)
      : frame_(frame),
        in_(in),
        depths_(frame, in.place, in.points, in.judged),
        center_(frame.sight.cam_from_world * in.place.center) {
    for (const OtherFrame* other : ChooseOthers(frame, in)) {
      const Rigid3 other_from_own = other->frame.sight.cam_from_world * frame.sight.cam_from_world.Inverse();
      others_.push_back({other, other_from_own.rotation.toRotationMatrix(), other_from_own.translation});
    }
    if (!in.floor) return;
    floor_normal_ = frame.sight.cam_from_world.rotation * in.floor->plane.normal;
    height_ = in.floor->plane.Above(frame.sight.cam_from_world.Origin());
  }

  // The distance of the pixel's color from what is seen behind, where it comes nearest.
  struct Answer {
    float distance = kNeverSeen;
    bool floor = false;  // the pixel looks at the floor
  };
  Answer Ask(int x, int y, std::size_t p) {
    const Eigen::Vector3d ray = frame_.sight.camera.Ray({x + 0.5, y + 0.5});
    const LabColor color = frame_.Color(p);
    for (Other& other : others_) other.ray = other.turn * ray;
    Answer out;
    if (const auto hit = FloorHit(ray)) {
      // A surface mirrors lights to some of the frames only.
      out = {At(hit->z, color, in_.floor->seen), true};
      // It hides what lies farther, or may hide it.
      if (hit->surely || out.distance >= kNeverSeen) return out;
    }
    if (in_.still_background) {
      out.distance = std::min(out.distance, AtSamePixel(x, y, color));
      return out;
    }
    for (const double z : depths_.At(x, y)) {
      if (out.distance <= kSame) break;
      out.distance = std::min(out.distance, At(z, color, false));
    }
    return out;
  }

 private:
  struct Other {
    const OtherFrame* seen;
    Eigen::Matrix3d turn;  // other from own
    Eigen::Vector3d shift;
    Eigen::Vector3d ray = Eigen::Vector3d::Zero();  // of the pixel asked for, turned
  };
  struct Hit {
    double z = 0;         // along the ray
    bool surely = false;  // the support reaches so far
  };

  // Where the ray meets the floor.
  std::optional<Hit> FloorHit(const Eigen::Vector3d& ray) const {
    if (!in_.floor) return std::nullopt;
    const double sinks = -floor_normal_.dot(ray);
    if (height_ <= 0 || sinks <= 1e-9) return std::nullopt;
    const double z = height_ / sinks;
    const double away = (z * ray - center_).norm() / in_.place.radius;
    if (away > (in_.floor->seen ? kFloorReach : kFloorSure)) return std::nullopt;
    return Hit{z, in_.floor->seen && away < kFloorSure};
  }

  // The usual distance between `color` and what frames that see past the item show at depth `z`.
  float At(double z, const LabColor& color, bool few) const {
    std::array<float, 2 * kMostOthers> distances;
    std::size_t count = 0;
    for (const Other& other : others_) {
      const Eigen::Vector3d at = z * other.ray + other.shift;
      if (at.z() <= 1e-9) continue;
      const Camera& lens = other.seen->frame.sight.camera;
      const double u = at.x() / at.z(), v = at.y() / at.z(), r2 = u * u + v * v;
      const double scale = lens.focal_px * (1 + r2 * (lens.k1 + r2 * lens.k2));
      const float d = Seen(*other.seen, scale * u + lens.cx_px, scale * v + lens.cy_px, color);
      if (d < kNeverSeen) distances[count++] = d;
    }
    return Usual(distances, count, few);
  }

  float AtSamePixel(int x, int y, const LabColor& color) const {
    std::array<float, 2 * kMostOthers> distances;
    std::size_t count = 0;
    for (const Other& other : others_) {
      const cv::Mat& lab = other.seen->frame.lab;
      const double sx = static_cast<double>(lab.cols) / frame_.sight.camera.width;
      const double sy = static_cast<double>(lab.rows) / frame_.sight.camera.height;
      if (const float d = Seen(*other.seen, (x + 0.5) * sx, (y + 0.5) * sy, color); d < kNeverSeen)
        distances[count++] = d;
    }
    return Usual(distances, count, false);
  }

  static float Seen(const OtherFrame& other, double x, double y, const LabColor& color) {
    const cv::Mat& lab = other.frame.lab;
    if (!(x >= 0 && y >= 0 && x < lab.cols && y < lab.rows)) return kNeverSeen;
    const int px = static_cast<int>(x), py = static_cast<int>(y);
    if (other.covered[static_cast<std::size_t>(py * lab.cols + px)] > 0.5F) return kNeverSeen;
    return NearestColor(color, lab, px, py);
  }

  // The median; the lower quartile where `few` frames that agree will do.
  static float Usual(std::array<float, 2 * kMostOthers>& distances, std::size_t count, bool few) {
    if (count < kLeastOthers) return kNeverSeen;
    const auto middle = distances.begin() + static_cast<std::ptrdiff_t>((count - 1) / (few ? 4 : 2));
    std::nth_element(distances.begin(), middle, distances.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
  }

  const SeenFrame& frame_;
  const BehindInput& in_;
  BackgroundDepths depths_;
  std::vector<Other> others_;
  Eigen::Vector3d center_;  // of the place, in cam
  Eigen::Vector3d floor_normal_ = Eigen::Vector3d::Zero();
  double height_ = 0;  // above the floor
};

// How far the colors of pixels that surely show the background are from what is seen behind: lights that move with the
// camera, depths that are not known. By what is looked at, and by place.
class Expected {
 public:
  Expected(const SeenFrame& frame, const std::vector<float>& asked, Asker& asker)
      : tile_(std::max(8, std::max(frame.lab.cols, frame.lab.rows) / kExpectedTiles)),
        cols_((frame.lab.cols + tile_ - 1) / tile_) {
    constexpr int kStep = 4;  // px
    const int rows = (frame.lab.rows + tile_ - 1) / tile_;
    std::array<std::vector<double>, 2> all;
    std::array<std::vector<std::vector<double>>, 2> near;
    for (auto& tiles : near) tiles.resize(static_cast<std::size_t>(cols_ * rows));
    for (int y = 1; y < frame.lab.rows; y += kStep)
      for (int x = 1; x < frame.lab.cols; x += kStep) {
        const auto p = static_cast<std::size_t>(y * frame.lab.cols + x);
        if (asked[p] > 0.5F) continue;
        const Asker::Answer answer = asker.Ask(x, y, p);
        if (answer.distance >= kNeverSeen) continue;
        all[answer.floor].push_back(answer.distance);
        for (int ty = std::max(0, y / tile_ - 1); ty <= std::min(rows - 1, y / tile_ + 1); ++ty)
          for (int tx = std::max(0, x / tile_ - 1); tx <= std::min(cols_ - 1, x / tile_ + 1); ++tx)
            near[answer.floor][static_cast<std::size_t>(ty * cols_ + tx)].push_back(answer.distance);
      }
    for (std::size_t k = 0; k < 2; ++k)
      for (const std::vector<double>& distances : near[k])
        usual_[k].push_back(
            static_cast<float>(Quantile(distances.size() < kLeastSamples ? all[k] : distances, kMost)));
  }
  float At(int x, int y, bool floor) const {
    return usual_[floor][static_cast<std::size_t>(y / tile_ * cols_ + x / tile_)];
  }

 private:
  static constexpr std::size_t kLeastSamples = 12;
  static constexpr double kMost = 0.85;  // of the samples
  int tile_, cols_;
  std::array<std::vector<float>, 2> usual_;
};

float EvidenceOf(const Asker::Answer& answer, float expected) {
  if (answer.distance >= kNeverSeen) return 0;
  const float same = std::max(kSame, expected), another = same + kAnother - kSame;
  return std::clamp(2 * (answer.distance - same) / (another - same) - 1, -1.0F, 1.0F);
}

}  // namespace

std::vector<float> SeenBehind(const SeenFrame& frame,
                              const std::vector<float>& asked,
                              int step,
                              const BehindInput& input) {
  std::vector<float> out(asked.size(), 0.0F);
  Asker asker(frame, input);
  const Expected expected(frame, asked, asker);
  const int width = frame.lab.cols, height = frame.lab.rows;
  for (int top = 0; top < height; top += step)
    for (int left = 0; left < width; left += step) {
      const int x = std::min(left + step / 2, width - 1), y = std::min(top + step / 2, height - 1);
      const auto middle = static_cast<std::size_t>(y * width + x);
      if (asked[middle] <= 0.5F) continue;
      const Asker::Answer asked_for = asker.Ask(x, y, middle);
      const float answer = EvidenceOf(asked_for, expected.At(x, y, asked_for.floor));
      for (int v = top; v < std::min(top + step, height); ++v)
        for (int u = left; u < std::min(left + step, width); ++u)
          out[static_cast<std::size_t>(v * width + u)] = answer;
    }
  return out;
}

}  // namespace rv::subject
