#include "tests/reconstruct/spin/gt_reconstruction.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/natural_order.h"
#include "base/parallel.h"

namespace rv {
namespace {

using nlohmann::json;

constexpr int kNeighbors = 4;
constexpr double kMaxErrorPx = 2.5;

struct Features {
  std::vector<cv::KeyPoint> keypoints;
  cv::Mat descriptors;
};

// Reads, composes alpha over white, and undistorts to one focal length for both axes.
bool LoadFrame(const std::string& folder,
               const std::string& name,
               const json& truth,
               SweepFrame& frame,
               Camera& camera,
               Features& features) {
  cv::Mat image =
      cv::imread(folder + "/images/" + name, cv::IMREAD_UNCHANGED | cv::IMREAD_IGNORE_ORIENTATION);
  if (image.empty()) return false;
  if (image.channels() == 4) {
    cv::Mat over(image.size(), CV_8UC3);
    for (int y = 0; y < image.rows; ++y)
      for (int x = 0; x < image.cols; ++x) {
        const cv::Vec4b p = image.at<cv::Vec4b>(y, x);
        for (int c = 0; c < 3; ++c)
          over.at<cv::Vec3b>(y, x)[c] = static_cast<uchar>((p[c] * p[3] + 255 * (255 - p[3])) / 255);
      }
    image = over;
  } else if (image.channels() == 1) {
    cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
  }
  const json& k = truth.at("K");
  const cv::Matx33d matrix(k[0][0], k[0][1], k[0][2], 0, k[1][1], k[1][2], 0, 0, 1);
  const double focal = std::sqrt(matrix(0, 0) * matrix(1, 1));
  const cv::Matx33d square(focal, 0, matrix(0, 2), 0, focal, matrix(1, 2), 0, 0, 1);
  std::vector<double> dist(4, 0.0);
  if (truth.contains("dist"))
    for (int i = 0; i < 4; ++i) dist[i] = truth["dist"][i];
  cv::Mat undistorted;
  cv::undistort(image, undistorted, matrix, dist, square);
  camera = {.width = image.cols,
            .height = image.rows,
            .focal_px = focal,
            .cx_px = matrix(0, 2),
            .cy_px = matrix(1, 2)};
  frame.name = name;
  frame.image = {.format = "jpeg", .width = image.cols, .height = image.rows};
  cv::imencode(".jpg", undistorted, frame.image.bytes, {cv::IMWRITE_JPEG_QUALITY, 96});
  cv::Mat gray;
  cv::Mat laplacian;
  cv::cvtColor(undistorted, gray, cv::COLOR_BGR2GRAY);
  cv::Laplacian(gray, laplacian, CV_32F);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(laplacian, mean, deviation);
  frame.sharpness = deviation[0] * deviation[0];
  cv::SIFT::create(3000)->detectAndCompute(gray, cv::noArray(), features.keypoints, features.descriptors);
  return true;
}

Eigen::Vector2d PixelOf(const cv::KeyPoint& keypoint) { return {keypoint.pt.x + 0.5, keypoint.pt.y + 0.5}; }

double EpipolarPx(const Eigen::Vector3d& ray1,
                  const Eigen::Vector3d& ray2,
                  const Rigid3& cam2_from_cam1,
                  double focal) {
  const Eigen::Vector3d normal = cam2_from_cam1.translation.cross(cam2_from_cam1.rotation * ray1);
  return focal * std::abs(normal.dot(ray2)) / std::max(normal.head<2>().norm(), 1e-12);
}

struct UnionFind {
  std::vector<int> parent;
  int Find(int i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  }
};

// Linear triangulation and the largest reprojection error; huge where the point is behind a camera.
double Triangulate(const Reconstruction& reconstruction, Point& point) {
  Eigen::Matrix3d a = Eigen::Matrix3d::Zero();
  Eigen::Vector3d b = Eigen::Vector3d::Zero();
  for (const Observation& seen : point.track) {
    const PosedFrame& frame = reconstruction.frames[seen.frame.value];
    const Eigen::Vector3d ray =
        (frame.cam_from_world.rotation.conjugate() * reconstruction.cameras[frame.camera].Ray(seen.pixel))
            .normalized();
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - ray * ray.transpose();
    a += across;
    b += across * frame.cam_from_world.Origin();
  }
  point.position = a.ldlt().solve(b);
  double worst = 0;
  double sum = 0;
  for (const Observation& seen : point.track) {
    const PosedFrame& frame = reconstruction.frames[seen.frame.value];
    const auto pixel = reconstruction.cameras[frame.camera].Project(frame.cam_from_world * point.position);
    if (!pixel) return 1e9;
    const double error = (*pixel - seen.pixel).norm();
    worst = std::max(worst, error);
    sum += error;
  }
  point.mean_error_px = sum / static_cast<double>(point.track.size());
  return worst;
}

// Links of matches that agree with the poses, as pairs of global feature numbers.
std::vector<std::pair<int, int>> MatchPair(const Reconstruction& r,
                                           const std::vector<Features>& features,
                                           const std::vector<int>& offset,
                                           int i,
                                           int j) {
  std::vector<std::pair<int, int>> links;
  if (features[i].descriptors.rows < 2 || features[j].descriptors.rows < 2) return links;
  const Rigid3 j_from_i = r.frames[j].cam_from_world * r.frames[i].cam_from_world.Inverse();
  cv::BFMatcher matcher(cv::NORM_L2);
  std::vector<std::vector<cv::DMatch>> matches;
  matcher.knnMatch(features[i].descriptors, features[j].descriptors, matches, 2);
  for (const auto& pair : matches) {
    if (pair.size() < 2 || pair[0].distance > 0.8F * pair[1].distance) continue;
    const Camera& ci = r.cameras[r.frames[i].camera];
    const Camera& cj = r.cameras[r.frames[j].camera];
    const double error =
        EpipolarPx(ci.Ray(PixelOf(features[i].keypoints[pair[0].queryIdx])),
                   cj.Ray(PixelOf(features[j].keypoints[pair[0].trainIdx])), j_from_i, cj.focal_px);
    if (error < kMaxErrorPx) links.emplace_back(offset[i] + pair[0].queryIdx, offset[j] + pair[0].trainIdx);
  }
  return links;
}

void MakePoints(const std::vector<Features>& features, int threads, Reconstruction& r) {
  const int count = static_cast<int>(features.size());
  std::vector<int> offset(count + 1, 0);
  for (int i = 0; i < count; ++i) offset[i + 1] = offset[i] + static_cast<int>(features[i].keypoints.size());
  std::vector<std::pair<int, int>> pairs;
  for (int i = 0; i < count; ++i)
    for (int step = 1; step <= kNeighbors; ++step)
      if (i + step < count || count > 20) pairs.emplace_back(i, (i + step) % count);
  std::vector<std::vector<std::pair<int, int>>> links(pairs.size());
  ParallelFor(pairs.size(), threads, [&](std::size_t p) {
    if (r.frames[pairs[p].first].posed && r.frames[pairs[p].second].posed)
      links[p] = MatchPair(r, features, offset, pairs[p].first, pairs[p].second);
  });
  UnionFind sets;
  sets.parent.resize(offset[count]);
  std::iota(sets.parent.begin(), sets.parent.end(), 0);
  for (const auto& some : links)
    for (const auto& [a, b] : some) sets.parent[sets.Find(a)] = sets.Find(b);
  std::map<int, std::map<int, int>> tracks;  // root -> frame -> feature; the first feature of a frame wins
  for (int f = 0; f < count; ++f)
    for (int k = offset[f]; k < offset[f + 1]; ++k) tracks[sets.Find(k)].emplace(f, k - offset[f]);
  for (const auto& [root, members] : tracks) {
    if (members.size() < 3) continue;
    Point point;
    for (const auto& [f, k] : members)
      point.track.push_back(
          {.frame = FrameId{static_cast<std::uint32_t>(f)}, .pixel = PixelOf(features[f].keypoints[k])});
    if (Triangulate(r, point) < kMaxErrorPx) r.points.push_back(std::move(point));
  }
}

}  // namespace

std::string SharedFolder() {
  const char* given = std::getenv("ROTAVIEW_SHARED");
  const std::string folder = given != nullptr ? given : "../shared";
  return std::filesystem::is_directory(folder + "/sweeps") ? folder : "";
}

std::optional<GtSweep> LoadGtSweep(const std::string& folder, int max_frames, int threads) {
  std::ifstream in(folder + "/gt.json");
  if (!in) return std::nullopt;
  const json truth = json::parse(in).at("images");
  std::vector<std::string> names;
  for (const auto& entry : truth.items()) names.push_back(entry.key());
  std::sort(names.begin(), names.end(), NaturalLess);
  if (static_cast<int>(names.size()) > max_frames) {
    std::vector<std::string> some;
    for (int i = 0; i < max_frames; ++i) some.push_back(names[i * names.size() / max_frames]);
    names = some;
  }
  GtSweep out;
  const std::size_t count = names.size();
  out.sweep.frames.resize(count);
  out.sweep.source_name = std::filesystem::path(folder).filename();
  out.reconstruction.cameras.resize(count);
  out.reconstruction.frames.resize(count);
  std::vector<Features> features(count);
  std::vector<char> read(count, 0);
  ParallelFor(count, threads, [&](std::size_t i) {
    const json& entry = truth.at(names[i]);
    read[i] =
        LoadFrame(folder, names[i], entry, out.sweep.frames[i], out.reconstruction.cameras[i], features[i]);
    Eigen::Matrix3d rotation;
    Eigen::Vector3d translation;
    for (int row = 0; row < 3; ++row) {
      for (int col = 0; col < 3; ++col) rotation(row, col) = entry["R"][row][col];
      translation[row] = entry["t"][row];
    }
    PosedFrame& posed = out.reconstruction.frames[i];
    posed = {
        .name = names[i],
        .width = out.sweep.frames[i].image.width,
        .height = out.sweep.frames[i].image.height,
        .posed = true,
        .cam_from_world = {.rotation = Eigen::Quaterniond(rotation).normalized(), .translation = translation},
        .camera = static_cast<int>(i)};
    out.sweep.frames[i].source_index = static_cast<int>(i);
  });
  if (std::count(read.begin(), read.end(), 0) > 0) return std::nullopt;
  MakePoints(features, threads, out.reconstruction);
  return out;
}

}  // namespace rv
