#include "bench/picture/captured.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/statistics.h"
#include "bench/picture/carried.h"
#include "bench/picture/cv_image.h"
#include "bench/picture/epipolar.h"
#include "bench/picture/tiles.h"

namespace rv::picture {
namespace {

constexpr double kNearDeg = 10;
constexpr double kCutPct = 1;  // of the item's size: the outline's own error
constexpr int kEpipolarViews = 24;

struct Carried {
  std::vector<cv::Point2d> outline;  // px of the view
  double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
  double Size() const { return std::max(right - left, bottom - top); }
};

class Judge {
 public:
  Judge(const RotatingView& view, const WholeFrames& whole)
      : view_(view), outlines_(view), carried_(view.views.size()) {
    for (std::size_t s = 0; s < view.sources.size(); ++s)
      if (view.reconstruction->frames[s].posed && !view.sources[s].matte.empty() &&
          whole.Holds(view.sources[s], view.source_kind == "video"))
        whole_.push_back(s);
  }

  Status Carry() {
    for (std::size_t i = 0; i < view_.views.size(); ++i) {
      const std::optional<std::size_t> frame = NearestWhole(i);
      if (!frame) continue;
      const Result<std::vector<Eigen::Vector3d>> outline = outlines_.Of(*frame);
      if (!outline) return Forward(outline);
      if (!outline->empty()) carried_[i] = Seen(i, *outline);
    }
    return {};
  }

  void Cuts(CapturedFigures& figures) const {
    double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
    for (std::size_t i = 0; i < carried_.size(); ++i) {
      if (!carried_[i]) continue;
      const Carried& c = *carried_[i];
      ++figures.judged;
      const double beyond = std::max({-c.left, c.right - view_.width, -c.top, c.bottom - view_.height});
      const double pct = 100 * beyond / c.Size();
      if (pct > kCutPct) figures.cut.push_back(static_cast<int>(i));
      figures.worst_cut_pct = std::max(figures.worst_cut_pct, pct);
      left = std::min(left, c.left);
      right = std::max(right, c.right);
      top = std::min(top, c.top);
      bottom = std::max(bottom, c.bottom);
    }
    if (figures.judged > 0)
      figures.fill_pct = 100 * std::max((right - left) / view_.width, (bottom - top) / view_.height);
  }

  Status Bends(CapturedFigures& figures) const {
    std::vector<double> p95;
    const std::size_t step = std::max<std::size_t>(1, view_.views.size() / kEpipolarViews);
    for (std::size_t i = 0; i < view_.views.size(); i += step) {
      if (!carried_[i]) continue;
      const double size = carried_[i]->Size();
      const Result<std::optional<EpipolarFigures>> seen = EpipolarOf(view_, i, outlines_, size);
      if (!seen) return Forward(seen);
      if (!*seen) continue;
      p95.push_back(100 * (*seen)->p95_px / size);
      if (p95.back() > figures.epipolar_p95_worst_pct) {
        figures.epipolar_p95_worst_pct = p95.back();
        figures.epipolar_worst_view = static_cast<int>(i);
      }
    }
    figures.epipolar_views = static_cast<int>(p95.size());
    if (!p95.empty()) figures.epipolar_p95_median_pct = Median(std::move(p95));
    return {};
  }

  double Enlarged() const {
    std::vector<double> times;
    for (const View& view : view_.views) {
      if (view.sources.empty()) continue;
      const std::size_t s = view.sources.front().frame.value;
      const PosedFrame& frame = view_.reconstruction->frames[s];
      if (!frame.posed) continue;
      times.push_back(
          view_.view_camera->focal_px / view.cam_from_object->Origin().norm() /
          (view_.reconstruction->cameras[frame.camera].focal_px / outlines_.CameraOf(s).Origin().norm()));
    }
    return times.empty() ? 0 : Median(std::move(times));
  }

  Status Draw(const std::filesystem::path& png) const {
    std::vector<cv::Mat> pictures;
    for (std::size_t i = 0; i < view_.views.size(); ++i) {
      const Result<Image> picture = Decode(view_.views[i].image, 3);
      if (!picture) return Forward(picture);
      cv::Mat drawn;
      cv::copyMakeBorder(AsMat(*picture), drawn, kBorder, kBorder, kBorder, kBorder, cv::BORDER_CONSTANT,
                         cv::Scalar(60, 60, 60));
      if (carried_[i])
        for (const cv::Point2d& p : carried_[i]->outline)
          cv::circle(drawn, cv::Point(p + cv::Point2d(kBorder, kBorder)), 1, {0, 255, 0}, -1);
      pictures.push_back(std::move(drawn));
    }
    return WritePictures(pictures, png);
  }

 private:
  static constexpr int kBorder = 40;

  std::optional<std::size_t> NearestWhole(std::size_t index) const {
    const Rigid3& camera = *view_.views[index].cam_from_object;
    const Eigen::Vector3d from = camera.Origin().normalized();
    std::optional<std::size_t> out;
    double best = -2;
    for (const std::size_t s : whole_) {
      const Rigid3 other = outlines_.CameraOf(s);
      if (!Within(DirectionOf(camera), DirectionOf(other), kNearDeg)) continue;
      const double cosine = from.dot(other.Origin().normalized());
      if (cosine > best) best = cosine, out = s;
    }
    return out;
  }

  std::optional<Carried> Seen(std::size_t index, const std::vector<Eigen::Vector3d>& outline) const {
    Carried out;
    for (const Eigen::Vector3d& at : outline) {
      const auto px = view_.view_camera->Project(*view_.views[index].cam_from_object * at);
      if (!px) continue;
      out.outline.emplace_back(px->x(), px->y());
      out.left = std::min(out.left, px->x());
      out.right = std::max(out.right, px->x());
      out.top = std::min(out.top, px->y());
      out.bottom = std::max(out.bottom, px->y());
    }
    if (out.outline.empty()) return std::nullopt;
    return out;
  }

  const RotatingView& view_;
  CarriedOutlines outlines_;
  std::vector<std::size_t> whole_;
  std::vector<std::optional<Carried>> carried_;
};

}  // namespace

bool WholeFrames::Holds(const SourceFrame& frame, bool clip) const {
  if (all) return true;
  if (!clip) return std::ranges::find(names, frame.name) != names.end();
  return std::ranges::any_of(index_ranges, [&](const auto& range) {
    return frame.source_index >= range.first && frame.source_index <= range.second;
  });
}

Result<WholeFramesOfSets> ReadWholeFrames(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Fail(ErrorCode::kNotFound, "cannot read " + file.string(), "name a whole_frames.json");
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object())
    return Fail(ErrorCode::kCorrupt, file.string() + " is no JSON object", "name a whole_frames.json");
  WholeFramesOfSets out;
  for (const auto& [name, set] : json.items()) {
    if (!set.is_object()) continue;
    WholeFrames& to = out[name];
    if (const auto whole = set.find("whole"); whole != set.end()) {
      to.all = whole->is_string() && *whole == "all";
      if (whole->is_array())
        for (const auto& frame : *whole) to.names.push_back(frame.get<std::string>());
    }
    if (const auto ranges = set.find("whole_ranges"); ranges != set.end())
      for (const auto& range : *ranges) to.index_ranges.emplace_back(range.at(0), range.at(1));
  }
  return out;
}

Status MeasureCaptured(const RotatingView& view,
                       const WholeFrames& whole,
                       const std::filesystem::path& sheet,
                       CapturedFigures& figures) {
  figures.tier = static_cast<int>(view.tier);
  figures.views = static_cast<int>(view.views.size());
  figures.arc_deg = view.coverage.arc_deg;
  if (!view.reconstruction || !view.view_camera || view.tier > Tier::kOrbitPoses)
    return Fail(ErrorCode::kInsufficientData, "no poses: nothing can be carried from frame to view");
  Judge judge(view, whole);
  if (const Status s = judge.Carry(); !s) return s;
  judge.Cuts(figures);
  figures.enlarged = judge.Enlarged();
  if (const Status s = judge.Bends(figures); !s) return s;
  return sheet.empty() ? Status{} : judge.Draw(sheet);
}

}  // namespace rv::picture
