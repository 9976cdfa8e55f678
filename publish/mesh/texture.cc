#include "publish/mesh/texture.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/parallel.h"
#include "publish/mesh/charts.h"

namespace rv::mesh {
namespace {

constexpr int kGap = 4;
constexpr int kTextureQuality = 90;
constexpr std::size_t kMixedFrames = 4;  // that a triangle's pixels are mixed from

using Color = Eigen::Vector3f;

// Bilinear, px with the first pixel's center at (0.5, 0.5).
Color Sample(const Image& picture, const Eigen::Vector2d& pixel) {
  const double x = std::clamp(pixel.x() - 0.5, 0.0, picture.width - 1.001);
  const double y = std::clamp(pixel.y() - 0.5, 0.0, picture.height - 1.001);
  const int col = static_cast<int>(x), row = static_cast<int>(y);
  const float tx = static_cast<float>(x - col), ty = static_cast<float>(y - row);
  const auto at = [&](int c, int r) {
    const std::uint8_t* rgb = picture.at(std::min(c, picture.width - 1), std::min(r, picture.height - 1));
    return Color(rgb[0], rgb[1], rgb[2]);
  };
  return (1 - ty) * ((1 - tx) * at(col, row) + tx * at(col + 1, row)) +
         ty * ((1 - tx) * at(col, row + 1) + tx * at(col + 1, row + 1));
}

float Weight(float score, float best) {
  const float share = best > 0 ? score / best : 0;
  const float squared = share * share, fourth = squared * squared;
  return fourth * fourth;
}

Color ColorOf(const ItemFrame& frame, const Eigen::Vector3f& point) {
  const auto pixel = frame.lens.Project(frame.cam_from_object * point.cast<double>());
  return pixel ? Sample(frame.picture, *pixel) : Color(Color::Constant(128));
}

// Of corners that no frame shows: the mean of those about them, from the seen ones inwards.
void SpreadColors(const Surface& surface, std::vector<bool> known, std::vector<Color>& colors) {
  for (bool grew = true; grew;) {
    grew = false;
    std::vector<Color> sums(colors.size(), Color::Zero());
    std::vector<float> counts(colors.size(), 0);
    for (const Triangle& t : surface.triangles)
      for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t other = 0; other < 3; ++other)
          if (!known[t[k]] && known[t[other]]) {
            sums[t[k]] += colors[t[other]];
            ++counts[t[k]];
          }
    for (std::size_t v = 0; v < colors.size(); ++v)
      if (counts[v] > 0) {
        colors[v] = sums[v] / counts[v];
        known[v] = grew = true;
      }
  }
}

std::vector<Color> CornerColors(const Surface& surface,
                                const std::vector<ItemFrame>& frames,
                                const CornerViews& views) {
  std::vector<Color> colors(surface.points.size(), Color::Constant(128));
  std::vector<bool> known(surface.points.size(), false);
  for (std::size_t v = 0; v < colors.size(); ++v) {
    const float* scores = views.row(v);
    const float best = *std::max_element(scores, scores + views.frames);
    if (best <= 0) continue;
    Color sum = Color::Zero();
    float weights = 0;
    for (std::size_t f = 0; f < views.frames; ++f)
      if (const float weight = Weight(scores[f], best); weight > 0.02F) {
        sum += weight * ColorOf(frames[f], surface.points[v]);
        weights += weight;
      }
    colors[v] = sum / weights;
    known[v] = true;
  }
  SpreadColors(surface, known, colors);
  return colors;
}

class Painter {
 public:
  Painter(const Surface& surface, const std::vector<ItemFrame>& frames, const CornerViews& views)
      : surface_(surface), frames_(frames), views_(views), colors_(CornerColors(surface, frames, views)) {}

  // A little beyond the triangle's edges too, so that sampling between pixels finds its colors.
  void Paint(std::uint32_t triangle,
             const std::array<Eigen::Vector2f, 3>& at,
             Image& atlas,
             std::vector<bool>& set) const {
    const Triangle& t = surface_.triangles[triangle];
    const std::vector<std::size_t> frames = FramesOf(t);
    const float area = Cross(at[1] - at[0], at[2] - at[0]);
    const Eigen::Vector2f low = at[0].cwiseMin(at[1]).cwiseMin(at[2]),
                          high = at[0].cwiseMax(at[1]).cwiseMax(at[2]);
    for (int y = std::max(0, static_cast<int>(low.y()) - 1);
         y <= std::min(atlas.height - 1, static_cast<int>(high.y()) + 1); ++y)
      for (int x = std::max(0, static_cast<int>(low.x()) - 1);
           x <= std::min(atlas.width - 1, static_cast<int>(high.x()) + 1); ++x) {
        const Eigen::Vector2f pixel(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
        Eigen::Vector3f shares = Eigen::Vector3f::Constant(1.0F / 3);
        bool inside = true;
        if (std::abs(area) > 1e-6F) {
          shares[1] = Cross(pixel - at[0], at[2] - at[0]) / area;
          shares[2] = Cross(at[1] - at[0], pixel - at[0]) / area;
          shares[0] = 1 - shares[1] - shares[2];
          inside = shares.minCoeff() >= -1e-4F;
        }
        const std::size_t index =
            static_cast<std::size_t>(y) * static_cast<std::size_t>(atlas.width) + static_cast<std::size_t>(x);
        if (!inside && (set[index] || Outside(shares, area) > 1.5F)) continue;
        const Color color = Mix(t, frames, shares.cwiseMax(0) / shares.cwiseMax(0).sum());
        for (int c = 0; c < 3; ++c)
          atlas.at(x, y)[c] = static_cast<std::uint8_t>(std::lround(std::clamp(color[c], 0.0F, 255.0F)));
        if (inside) set[index] = true;
      }
  }

 private:
  static float Cross(const Eigen::Vector2f& a, const Eigen::Vector2f& b) {
    return a.x() * b.y() - a.y() * b.x();
  }

  // About how many px beyond the nearest edge.
  static float Outside(const Eigen::Vector3f& shares, float area) {
    return -shares.minCoeff() * std::sqrt(std::abs(area));
  }

  std::vector<std::size_t> FramesOf(const Triangle& t) const {
    std::vector<std::pair<float, std::size_t>> all;
    for (std::size_t f = 0; f < views_.frames; ++f)
      if (const float score = std::max({views_.row(t[0])[f], views_.row(t[1])[f], views_.row(t[2])[f]});
          score > 0)
        all.emplace_back(-score, f);
    std::sort(all.begin(), all.end());
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < std::min(kMixedFrames, all.size()); ++i) out.push_back(all[i].second);
    return out;
  }

  Color Mix(const Triangle& t, const std::vector<std::size_t>& frames, const Eigen::Vector3f& shares) const {
    const Eigen::Vector3f point = shares[0] * surface_.points[t[0]] + shares[1] * surface_.points[t[1]] +
                                  shares[2] * surface_.points[t[2]];
    std::array<float, kMixedFrames> scores{};
    float best = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      for (std::size_t k = 0; k < 3; ++k)
        scores[i] += shares[static_cast<Eigen::Index>(k)] * views_.row(t[k])[frames[i]];
      best = std::max(best, scores[i]);
    }
    Color sum = Color::Zero();
    float weights = 0;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (const float weight = Weight(scores[i], best); weight > 0.01F) {
        sum += weight * ColorOf(frames_[frames[i]], point);
        weights += weight;
      }
    if (weights > 0) return sum / weights;
    return shares[0] * colors_[t[0]] + shares[1] * colors_[t[1]] + shares[2] * colors_[t[2]];
  }

  const Surface& surface_;
  const std::vector<ItemFrame>& frames_;
  const CornerViews& views_;
  std::vector<Color> colors_;
};

// A vertex for each corner of each chart.
void AddChart(const Surface& surface,
              const std::vector<Eigen::Vector3f>& normals,
              const Chart& chart,
              float side,
              TexturedMesh& out) {
  std::map<std::uint32_t, std::uint32_t> vertices;
  for (std::size_t i = 0; i < chart.triangles.size(); ++i) {
    Triangle triangle{};
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t corner = surface.triangles[chart.triangles[i]][k];
      const auto [found, added] = vertices.try_emplace(corner, static_cast<std::uint32_t>(out.points.size()));
      if (added) {
        out.points.push_back(surface.points[corner]);
        out.normals.push_back(normals[corner]);
        out.uvs.push_back(chart.corners[i][k] / side);
      }
      triangle[k] = found->second;
    }
    out.triangles.push_back(triangle);
  }
}

double UnseenShare(const Surface& surface, const std::vector<int>& labels) {
  double unseen = 0, all = 1e-30;
  for (std::size_t t = 0; t < labels.size(); ++t) {
    const Triangle& corners = surface.triangles[t];
    const Eigen::Vector3f& a = surface.points[corners[0]];
    const double area = (surface.points[corners[1]] - a).cross(surface.points[corners[2]] - a).norm();
    all += area;
    if (labels[t] == kUnseenFace) unseen += area;
  }
  return unseen / all;
}

}  // namespace

TexturedMesh Textured(const Surface& surface,
                      const std::vector<ItemFrame>& frames,
                      int most_side,
                      int threads) {
  const std::vector<Triangle> neighbors = TriangleNeighbors(surface);
  const CornerViews views = ScoreCorners(surface, frames, threads);
  const std::vector<int> labels = ChooseFaceFrames(surface, views, neighbors);
  std::vector<Chart> charts = MakeCharts(surface, labels, neighbors, frames);
  const int side = PackCharts(most_side, kGap, charts);
  const Painter painter(surface, frames, views);
  Image atlas = Image::Make(side, side, 3, 128);
  std::vector<bool> set(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), false);
  TexturedMesh out{.unseen_share = UnseenShare(surface, labels)};
  const std::vector<Eigen::Vector3f> normals = VertexNormals(surface);
  for (const Chart& chart : charts) {
    for (std::size_t i = 0; i < chart.triangles.size(); ++i)
      painter.Paint(chart.triangles[i], chart.corners[i], atlas, set);
    AddChart(surface, normals, chart, static_cast<float>(side), out);
  }
  out.texture = EncodeJpeg(atlas, kTextureQuality);
  return out;
}

}  // namespace rv::mesh
