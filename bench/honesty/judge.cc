#include "bench/honesty/judge.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/statistics.h"
#include "base/text.h"
#include "bench/pose_files.h"

namespace rv::honesty {
namespace {

namespace fs = std::filesystem;
constexpr double kUprightDeg = 5;
constexpr double kArcSlackDeg = 5;
constexpr double kSolvedDeg = 5;   // azimuths of 90 % of the frames
constexpr double kAstrayDeg = 15;  // and beyond this the map is a wrong one
constexpr double kPosedShare = 0.8, kNearlyAllPosed = 0.95;
constexpr double kSidesDeg = 50;  // views from higher show the top
constexpr double kSolvedAuc3 = 80;

std::string Stem(const std::string& name) { return fs::path(name).stem().string(); }

// Azimuths of the truth by the frames' names without extension, radians.
Result<std::map<std::string, double>> TrueAzimuths(const fs::path& truth_json) {
  std::ifstream file(truth_json);
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (json.is_discarded() || !json.contains("images"))
    return Fail(ErrorCode::kCorrupt, truth_json.string() + " is no truth of a sweep", "make the sweep again");
  std::map<std::string, double> out;
  for (const auto& [name, entry] : json["images"].items())
    out[Stem(name)] = ToRadians(entry.value("azimuth_deg", 0.0));
  return out;
}

PoseMap Estimated(const Reconstruction& reconstruction) {
  PoseMap out;
  for (const PosedFrame& frame : reconstruction.frames)
    if (frame.posed)
      out[Stem(frame.name)] = {frame.cam_from_world,
                               reconstruction.cameras[static_cast<std::size_t>(frame.camera)]};
  return out;
}

// Angle between the spin's up and the truth's, by the rotation that aligns the cameras' orientations best.
double UpError(const PoseMap& truth, const PoseMap& estimate, const Eigen::Vector3d& up) {
  Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
  for (const auto& [name, pose] : truth) {
    const auto found = estimate.find(Stem(name));
    if (found == estimate.end()) continue;
    sum +=
        (pose.cam_from_world.rotation.conjugate() * found->second.cam_from_world.rotation).toRotationMatrix();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(sum, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Eigen::Vector3d mirror(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant());
  const Eigen::Matrix3d true_from_estimate = svd.matrixU() * mirror.asDiagonal() * svd.matrixV().transpose();
  return ToDegrees(std::acos(std::clamp((true_from_estimate * up).y(), -1.0, 1.0)));
}

// The error that 90 % of the posed frames (or those of the ring) keep within, after the best common turn.
double AzimuthError(const std::map<std::string, double>& truth, const RotatingView& view, bool ring_alone) {
  std::vector<double> differences;
  for (const OrbitFrame& frame : view.orbit->frames) {
    const auto found = truth.find(Stem(view.sources[frame.frame.value].name));
    if (ring_alone && !frame.on_ring) continue;
    if (found != truth.end()) differences.push_back(WrapSigned(frame.azimuth - found->second));
  }
  double best = 180;
  for (const double turn : differences) {
    std::vector<double> errors;
    for (const double d : differences) errors.push_back(std::abs(WrapSigned(d - turn)));
    std::sort(errors.begin(), errors.end());
    best = std::min(best, ToDegrees(errors[errors.size() * 9 / 10]));
  }
  return best;
}

double ViewElevation(const RotatingView& view) {
  std::vector<double> heights;
  for (const View& v : view.views)
    if (v.cam_from_object) {
      const Eigen::Vector3d at = v.cam_from_object->Origin();
      heights.push_back(ToDegrees(std::asin(std::clamp(at.y() / at.norm(), -1.0, 1.0))));
    }
  return heights.empty() ? -1 : Median(heights);
}

void End(Verdict& v, Ending ending, std::string why = {}) {
  v.ending = ending;
  v.why = std::move(why);
}

void ConcludeNoRing(const Trial& trial, Verdict& v) {
  if (v.tier == 2) return End(v, Ending::kWrong, "tier 2 for what is no turn");
  if (v.arc_deg > trial.arc_deg + kArcSlackDeg)
    return End(v, Ending::kWrong, Text(std::lround(v.arc_deg), " degrees claimed"));
  End(v, Ending::kSolved);
}

void ConcludePosed(const Trial& trial, Verdict& v) {
  const bool posed = v.tier <= 2;
  if (!posed) return End(v, Ending::kHonest, "no poses");
  if (trial.want == Want::kUpright || trial.want == Want::kSides) {
    if (v.up_error_deg > kUprightDeg)
      return End(v, Ending::kWrong, Text("up is off by ", Fixed(v.up_error_deg, 1), " degrees"));
  }
  if (trial.want == Want::kSides && (v.elevation_deg > kSidesDeg || v.arc_deg < 0.6 * trial.arc_deg))
    return End(
        v, Ending::kWrong,
        Text("shows ", std::lround(v.arc_deg), " degrees from a height of ", std::lround(v.elevation_deg)));
  if (v.azimuth_error_deg > kAstrayDeg)
    return End(v, Ending::kWrong, Text("frames stand ", std::lround(v.azimuth_error_deg), " degrees astray"));
  if (trial.want == Want::kUnfolded && v.arc_deg < trial.arc_deg - kAstrayDeg)
    return End(v, Ending::kHonest, Text("only ", std::lround(v.arc_deg), " degrees"));
  if (trial.want == Want::kPosed && v.auc3 < kSolvedAuc3)
    return End(v, v.tier == 1 && v.posed > kPosedShare * v.frames ? Ending::kWrong : Ending::kHonest,
               Text("AUC@3 ", Fixed(v.auc3, 1)));
  const double share = trial.want == Want::kPlaced ? kNearlyAllPosed : kPosedShare;
  if (v.azimuth_error_deg > kSolvedDeg || v.posed < share * v.frames) return End(v, Ending::kHonest, "loose");
  End(v, Ending::kSolved);
}

}  // namespace

void Conclude(const Trial& trial, Verdict& verdict) {
  if (trial.want == Want::kNothing)
    End(verdict, Ending::kSolved);
  else if (trial.want == Want::kNoRing)
    ConcludeNoRing(trial, verdict);
  else
    ConcludePosed(trial, verdict);
}

Result<Verdict> Judge(const Trial& trial, const RotatingView& view, const fs::path& truth_json) {
  const Result<GroundTruth> truth = ReadGroundTruth(truth_json);
  if (!truth) return Forward(truth);
  const Result<std::map<std::string, double>> azimuths = TrueAzimuths(truth_json);
  if (!azimuths) return Forward(azimuths);
  Verdict out{.tier = static_cast<int>(view.tier), .arc_deg = view.coverage.arc_deg};
  out.frames = static_cast<int>(view.sources.size());
  if (view.reconstruction && view.orbit) {
    const PoseMap estimate = Estimated(*view.reconstruction);
    out.posed = static_cast<int>(estimate.size());
    out.up_error_deg = UpError(truth->poses, estimate, view.orbit->up);
    out.azimuth_error_deg = AzimuthError(*azimuths, view, trial.want == Want::kSides);
    out.elevation_deg = ViewElevation(view);
    // Of the truth, the frames that were chosen.
    GroundTruth chosen{.subject = truth->subject};
    for (const auto& [name, pose] : truth->poses)
      if (std::any_of(view.sources.begin(), view.sources.end(),
                      [&](const SourceFrame& s) { return Stem(s.name) == Stem(name); }))
        chosen.poses[Stem(name)] = pose;
    out.auc3 = ScorePoses(chosen, estimate).auc3;
  }
  Conclude(trial, out);
  return out;
}

}  // namespace rv::honesty
