#include "reconstruct/between/follow_points.h"

#include <opencv2/video/tracking.hpp>

namespace rv::between {
namespace {

constexpr int kWindow = 17, kLevels = 2;
constexpr double kReturned = 0.7;  // px

cv::Point2f ToOpenCv(const Eigen::Vector2d& px) {
  return {static_cast<float>(px.x() - 0.5), static_cast<float>(px.y() - 0.5)};
}

cv::Mat Matrix(const Image& gray) {
  return {gray.height, gray.width, CV_8UC1, const_cast<std::uint8_t*>(gray.pixels.data())};
}

}  // namespace

std::vector<PointSeen> FollowPoints(const Image& from,
                                    const Image& to,
                                    const std::vector<PointSeen>& seen,
                                    const std::vector<Eigen::Vector2d>& guess) {
  if (seen.empty()) return {};
  std::vector<cv::Point2f> start, end, back;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    start.push_back(ToOpenCv(seen[i].px));
    end.push_back(ToOpenCv(guess[i]));
  }
  back = start;
  std::vector<unsigned char> forth, returned;
  const cv::TermCriteria until(cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 30, 0.01);
  cv::calcOpticalFlowPyrLK(Matrix(from), Matrix(to), start, end, forth, cv::noArray(), {kWindow, kWindow},
                           kLevels, until, cv::OPTFLOW_USE_INITIAL_FLOW);
  cv::calcOpticalFlowPyrLK(Matrix(to), Matrix(from), end, back, returned, cv::noArray(), {kWindow, kWindow},
                           kLevels, until, cv::OPTFLOW_USE_INITIAL_FLOW);
  std::vector<PointSeen> out;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (forth[i] != 0 && returned[i] != 0 && cv::norm(back[i] - start[i]) < kReturned)
      out.push_back({seen[i].point, {end[i].x + 0.5, end[i].y + 0.5}});
  return out;
}

}  // namespace rv::between
