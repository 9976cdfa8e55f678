#include "tests/support/scene/print.h"

#include <array>
#include <numbers>

#include "base/check.h"
#include "base/parallel.h"
#include "tests/support/scene/canvas.h"
#include "tests/support/scene/noise.h"
#include "tests/support/scene/print_repeat.h"

namespace rv::synthetic {
namespace {

struct NamedInk {
  const char* name;
  Ink ink;
};
const std::array<NamedInk, 12> kInks{{{"red", {176, 44, 40}},
                                      {"blue", {42, 82, 150}},
                                      {"green", {64, 122, 72}},
                                      {"yellow", {222, 182, 62}},
                                      {"orange", {214, 116, 44}},
                                      {"purple", {108, 70, 132}},
                                      {"white", {232, 228, 218}},
                                      {"black", {42, 42, 46}},
                                      {"brown", {122, 84, 56}},
                                      {"grey", {134, 136, 138}},
                                      {"pink", {216, 142, 152}},
                                      {"teal", {44, 128, 130}}}};

const Ink kPaper(236, 230, 214);
const Ink kDark(38, 34, 36);

// Draws at (x, y) and its copies one width or height away, so that marks run over the periodic border.
template <typename Stroke>
void Wrapped(const cv::Mat& canvas, double x, double y, double reach, const Stroke& stroke) {
  for (int i = -1; i <= 1; ++i) {
    for (int j = -1; j <= 1; ++j) {
      const double px = x + i * canvas.cols, py = y + j * canvas.rows;
      if (px > -reach && px < canvas.cols + reach && py > -reach && py < canvas.rows + reach) stroke(px, py);
    }
  }
}

Ink AnyInk(Random& random) { return Vary(kInks[random.Index(kInks.size())].ink, 18, random); }

void Flower(cv::Mat& canvas, double x, double y, double size, Random& random) {
  const Ink petal = AnyInk(random), shade = Blend(petal, kDark, 0.35),
            heart = Blend(kInks[3].ink, petal, 0.2);
  const int petals = 5 + random.Index(4);
  const double turn = random.Uniform(0, 360);
  Wrapped(canvas, x, y, 2 * size, [&](double px, double py) {
    for (int i = 0; i < petals; ++i) {
      const double angle = turn + 360.0 * i / petals, a = angle * std::numbers::pi / 180;
      const double cx = px + 0.6 * size * std::cos(a), cy = py + 0.6 * size * std::sin(a);
      FillEllipse(canvas, cx, cy, 0.52 * size, 0.28 * size, angle, shade);
      FillEllipse(canvas, cx, cy, 0.46 * size, 0.22 * size, angle, petal);
      FillEllipse(canvas, px + 0.45 * size * std::cos(a), py + 0.45 * size * std::sin(a), 0.25 * size,
                  0.05 * size, angle, shade);
    }
    FillDisc(canvas, px, py, 0.24 * size, heart);
    FillDisc(canvas, px, py, 0.1 * size, Blend(heart, kDark, 0.6));
  });
}

void Leaf(cv::Mat& canvas, double x, double y, double size, Random& random) {
  const Ink green = Blend(Vary(kInks[2].ink, 25, random), kPaper, random.Uniform(0, 0.35));
  const double angle = random.Uniform(0, 360), a = angle * std::numbers::pi / 180;
  Wrapped(canvas, x, y, 2 * size, [&](double px, double py) {
    FillEllipse(canvas, px, py, size, 0.34 * size, angle, green);
    cv::line(canvas, cv::Point2d(px - size * std::cos(a), py - size * std::sin(a)),
             cv::Point2d(px + size * std::cos(a), py + size * std::sin(a)), Blend(green, kDark, 0.4), 2,
             cv::LINE_AA);
  });
}

void PaintFloral(cv::Mat& canvas, const Ink& ground, Random& random) {
  canvas.setTo(ground);
  const double area = static_cast<double>(canvas.cols) * canvas.rows;
  const int count = static_cast<int>(area / 3600);
  for (int i = 0; i < count; ++i) {
    const double x = random.Uniform(0, canvas.cols), y = random.Uniform(0, canvas.rows);
    const double pick = random.Uniform();
    if (pick < 0.4) {
      Leaf(canvas, x, y, random.Uniform(14, 40), random);
    } else if (pick < 0.75) {
      const double size = random.Uniform(12, 58);
      Flower(canvas, x, y, size * size / 58 + 9, random);
    } else {
      const Ink berry = AnyInk(random);
      Wrapped(canvas, x, y, 20, [&](double px, double py) { FillDisc(canvas, px, py, 3 + 6 * pick, berry); });
    }
  }
}

void PaintTerrazzo(cv::Mat& canvas, const Ink& ground, Random& random) {
  canvas.setTo(ground);
  const int count = static_cast<int>(canvas.total() / 500);
  for (int i = 0; i < count; ++i) {
    const double x = random.Uniform(0, canvas.cols), y = random.Uniform(0, canvas.rows);
    const double u = random.Uniform(), size = 4 + 26 * u * u * u;
    const Ink chip = random.Uniform() < 0.3 ? Blend(ground, kDark, random.Uniform(0.2, 0.8)) : AnyInk(random);
    std::vector<cv::Point2d> corners;
    const int sides = 4 + random.Index(4);
    for (int k = 0; k < sides; ++k) {
      const double angle = 2 * std::numbers::pi * (k + random.Uniform(-0.3, 0.3)) / sides;
      const double reach = size * random.Uniform(0.6, 1.1);
      corners.emplace_back(reach * std::cos(angle), reach * std::sin(angle));
    }
    Wrapped(canvas, x, y, 40, [&](double px, double py) {
      std::vector<cv::Point> polygon;
      for (const auto& c : corners) polygon.emplace_back(cvRound((px + c.x) * 16), cvRound((py + c.y) * 16));
      cv::fillConvexPoly(canvas, polygon, chip, cv::LINE_AA, 4);
    });
  }
}

void PaintWood(cv::Mat& canvas, const Ink& light, std::uint64_t seed) {
  const Ink dark = Blend(light, kDark, 0.55);
  ParallelFor(canvas.rows, 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < canvas.cols; ++x) {
      const float u = (x + 0.5F) / canvas.cols, v = (y + 0.5F) / canvas.rows;
      const float warp = FractalNoise(u, v, 4, 4, seed), ring = FractalNoise(u, v, 2, 3, seed + 1);
      const float wave = 0.5F + 0.5F * std::sin(60 * (ring + 0.25F * warp));
      const float pores = ValueNoise(u * 512, v * 24, 8192, seed + 2);
      const float fibre = FractalNoise(u, v, 128, 3, seed + 3);
      const double t = 0.5 * std::pow(wave, 1.5) + 0.35 * (fibre - 0.3) + 0.3 * std::pow(pores, 6);
      const Ink ink = Blend(light, dark, std::clamp(t, 0.0, 1.0));
      canvas.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uchar>(ink[0]), cv::saturate_cast<uchar>(ink[1]),
                                    cv::saturate_cast<uchar>(ink[2])};
    }
  });
}

void PaintChecks(cv::Mat& canvas, const Ink& ground, Random& random) {
  const Ink second = Blend(ground, kPaper, 0.7), stripe = AnyInk(random);
  const int cell = 64;
  for (int y = 0; y < canvas.rows; y += cell) {
    for (int x = 0; x < canvas.cols; x += cell) {
      const int dark = (x / cell + y / cell) % 2;
      FillRect(canvas, x, y, cell, cell, dark != 0 ? ground : second);
      FillRect(canvas, x, y + cell / 2 - 3, cell, 6, Blend(stripe, dark != 0 ? ground : second, 0.5));
      FillRect(canvas, x + cell / 2 - 3, y, 6, cell, Blend(stripe, dark != 0 ? ground : second, 0.5));
    }
  }
  Grain(canvas, 64, 4, 0.12, random.Bits());
}

void PaintStripes(cv::Mat& canvas, const Ink& ground, Random& random) {
  canvas.setTo(ground);
  int y = 0;
  while (y < canvas.rows) {
    const int height = 10 + random.Index(54);
    if (random.Uniform() < 0.6) FillRect(canvas, 0, y, canvas.cols, height, AnyInk(random));
    y += height;
  }
  Grain(canvas, 48, 5, 0.18, random.Bits());
}

void Paragraph(cv::Mat& canvas,
               double x,
               double y,
               double width,
               int lines,
               double height,
               const Ink& ink,
               Random& random) {
  for (int line = 0; line < lines; ++line) {
    std::string text;
    while (text.size() * height * 0.8 < width) text += Word(random, 1 + random.Index(3)) + " ";
    Text(canvas, text, x, y + line * height * 1.9, height, ink, cv::FONT_HERSHEY_SIMPLEX);
  }
}

void Barcode(cv::Mat& canvas, int x, int y, int width, int height, Random& random) {
  FillRect(canvas, x - 8, y - 8, width + 16, height + 26, kPaper);
  for (int at = 0; at < width;) {
    const int bar = 2 + random.Index(6);
    if (random.Uniform() < 0.5) FillRect(canvas, x + at, y, std::min(bar, width - at), height, kDark);
    at += bar;
  }
  Text(canvas, std::to_string(100000000 + random.Index(900000000)), x, y + height + 15, 9, kDark);
}

// One panel of a package within `box`: a logo, a name, small print, marks.
void LabelPanel(cv::Mat& whole, const cv::Rect& box, const Ink& ground, Random& random) {
  cv::Mat canvas = whole(box & cv::Rect(0, 0, whole.cols, whole.rows));
  const double w = canvas.cols, h = canvas.rows;
  const Ink accent = AnyInk(random), paper = Vary(kPaper, 10, random);
  canvas.setTo(ground);
  for (int i = 0; i < 26; ++i) {
    const double x = random.Uniform(0, w), y = random.Uniform(0, h), r = random.Uniform(0.02, 0.16) * h;
    const double share = random.Uniform(0.1, 0.5);
    FillDisc(canvas, x, y, r, Blend(ground, AnyInk(random), share));
  }
  FillRect(canvas, static_cast<int>(0.06 * w), static_cast<int>(0.1 * h), static_cast<int>(0.88 * w),
           static_cast<int>(0.3 * h), paper);
  FillRect(canvas, static_cast<int>(0.06 * w), static_cast<int>(0.37 * h), static_cast<int>(0.88 * w),
           static_cast<int>(0.03 * h), accent);
  Text(canvas, Word(random, 2), 0.1 * w, 0.28 * h, 0.12 * h, Blend(accent, kDark, 0.35),
       cv::FONT_HERSHEY_TRIPLEX);
  Paragraph(canvas, 0.1 * w, 0.35 * h, 0.6 * w, 1, 0.028 * h, kDark, random);
  FillDisc(canvas, 0.86 * w, 0.25 * h, 0.12 * h, accent);
  FillDisc(canvas, 0.86 * w, 0.25 * h, 0.095 * h, paper);
  Text(canvas, Word(random, 1), 0.86 * w - 0.07 * h, 0.275 * h, 0.05 * h, kDark);
  FillRect(canvas, static_cast<int>(0.06 * w), static_cast<int>(0.46 * h), static_cast<int>(0.45 * w),
           static_cast<int>(0.46 * h), Blend(paper, ground, 0.25));
  Paragraph(canvas, 0.08 * w, 0.52 * h, 0.4 * w, 7, 0.03 * h, kDark, random);
  Flower(canvas, 0.72 * w, 0.58 * h, 0.13 * h, random);
  Leaf(canvas, 0.64 * w, 0.68 * h, 0.09 * h, random);
  Barcode(canvas, static_cast<int>(0.6 * w), static_cast<int>(0.74 * h), static_cast<int>(0.3 * w),
          static_cast<int>(0.12 * h), random);
}

void PaintLabel(cv::Mat& canvas, PrintLayout layout, const Ink& ground, Random& random) {
  const int columns = 3, rows = layout == PrintLayout::kAtlas ? 2 : 1;
  const int w = canvas.cols / columns, h = canvas.rows / rows;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      LabelPanel(canvas, {c * w, r * h, c + 1 == columns ? canvas.cols - c * w : w, h}, ground, random);
    }
  }
}

void PaintPatchwork(cv::Mat& canvas, Random& random) {
  const int w = canvas.cols / 12, h = canvas.rows / 6;
  for (int r = 0; r < 6; ++r) {
    for (int c = 0; c <= 12; ++c) {
      cv::Mat patch(h + 4, w + 4, CV_8UC3);
      const Ink ground = AnyInk(random);
      const int kind = random.Index(4);
      if (kind == 0) PaintFloral(patch, ground, random);
      if (kind == 1) PaintTerrazzo(patch, ground, random);
      if (kind == 2) PaintStripes(patch, ground, random);
      if (kind == 3) PaintChecks(patch, ground, random);
      const cv::Rect place = cv::Rect(c * w, r * h, w + 4, h + 4) & cv::Rect(0, 0, canvas.cols, canvas.rows);
      if (place.empty()) continue;
      patch(cv::Rect(0, 0, place.width, place.height)).copyTo(canvas(place));
      cv::rectangle(canvas, place, Blend(ground, kDark, 0.7), 2, cv::LINE_AA);
    }
  }
}

}  // namespace

Print MakePrint(PrintKind kind, PrintLayout layout, std::uint64_t seed, int repeat) {
  Random random(seed * 31 + static_cast<std::uint64_t>(kind));
  const NamedInk& named = kInks[kind == PrintKind::kWood ? 8 : random.Index(kInks.size())];
  const Ink ground = Vary(named.ink, 10, random);
  // An even ground needs no fine texels.
  const int height = kind == PrintKind::kPlain ? 128 : 1024;
  cv::Mat canvas(height, 2 * height, CV_8UC3, ground);
  const char* pattern = "plain";
  switch (kind) {
    case PrintKind::kLabel:
      PaintLabel(canvas, layout, ground, random), pattern = "label";
      break;
    case PrintKind::kFloral:
      PaintFloral(canvas, ground, random), pattern = "floral";
      break;
    case PrintKind::kWood:
      PaintWood(canvas, Ink(190, 142, 94), random.Bits()), pattern = "wood grain";
      break;
    case PrintKind::kTerrazzo:
      PaintTerrazzo(canvas, ground, random), pattern = "terrazzo";
      break;
    case PrintKind::kPatchwork:
      PaintPatchwork(canvas, random), pattern = "patchwork";
      break;
    case PrintKind::kChecks:
      PaintChecks(canvas, ground, random), pattern = "checked";
      break;
    case PrintKind::kStripes:
      PaintStripes(canvas, ground, random), pattern = "striped";
      break;
    case PrintKind::kPlain:
      break;
    case PrintKind::kLeather:  // one color, a fine grain and slow wear
      Grain(canvas, 256, 2, 0.14, random.Bits());
      Grain(canvas, 10, 4, 0.08, random.Bits());
      pattern = "grained";
      break;
    case PrintKind::kPlaster:  // pale, faintly uneven at every scale
      canvas.setTo(Blend(ground, kPaper, 0.85));
      Grain(canvas, 48, 5, 0.09, random.Bits());
      pattern = "rough";
      break;
  }
  // No surface is perfectly even: a faint mottle that a camera hardly sees.
  Grain(canvas, 8, 3, 0.04, random.Bits());
  RepeatRound(canvas, layout, repeat);
  return {ToTexture(canvas, 0.9F), kind == PrintKind::kPatchwork ? "multicoloured" : named.name, pattern};
}

}  // namespace rv::synthetic
