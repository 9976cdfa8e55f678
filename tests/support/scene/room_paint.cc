#include "tests/support/scene/room_paint.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "tests/support/scene/canvas.h"
#include "tests/support/scene/noise.h"

namespace rv::synthetic {
namespace {

constexpr int kWidth = 1024, kHeight = 1024;
constexpr double kUnits = 25.5;     // height of a wall in scene units; walls are 30 or 36 wide
constexpr float kWallGain = 1.35F;  // light on the walls relative to white paper

const std::array<Ink, 10> kMuted{Ink(150, 62, 52),  Ink(60, 84, 122),   Ink(84, 112, 80), Ink(196, 160, 92),
                                 Ink(104, 74, 98),  Ink(206, 198, 180), Ink(58, 56, 58),  Ink(132, 98, 70),
                                 Ink(176, 122, 96), Ink(92, 132, 134)};
Ink AnyMuted(Random& random) { return Vary(kMuted[random.Index(kMuted.size())], 16, random); }

// Darker towards floor, ceiling and corners, as walls are.
void Shade(cv::Mat& canvas) {
  for (int y = 0; y < canvas.rows; ++y) {
    for (int x = 0; x < canvas.cols; ++x) {
      const double u = (x + 0.5) / canvas.cols, v = (y + 0.5) / canvas.rows;
      const double edge = std::min({u, 1 - u, v, 1 - v});
      const double factor = (0.72 + 0.28 * std::min(1.0, edge * 6)) * (1.02 - 0.18 * v);
      auto& texel = canvas.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) texel[c] = cv::saturate_cast<uchar>(texel[c] * factor);
    }
  }
}

// A framed picture of an invented landscape or composition.
void Picture(cv::Mat& canvas, int x, int y, int w, int h, Random& random) {
  FillRect(canvas, x + 5, y + 7, w, h, Ink(120, 114, 106));
  FillRect(canvas, x, y, w, h, random.Uniform() < 0.5 ? Ink(52, 44, 38) : Ink(178, 140, 88));
  FillRect(canvas, x + 7, y + 7, w - 14, h - 14, Ink(230, 226, 216));
  const int m = 7 + w / 9;
  const cv::Rect inner =
      cv::Rect(x + m, y + m, w - 2 * m, h - 2 * m) & cv::Rect(0, 0, canvas.cols, canvas.rows);
  if (inner.empty()) return;
  cv::Mat art = canvas(inner);
  art.setTo(AnyMuted(random));
  for (int i = 0; i < 14; ++i) {
    const double cx = random.Uniform(0, art.cols), cy = random.Uniform(0, art.rows),
                 r = random.Uniform(4, 0.4 * art.cols);
    if (random.Uniform() < 0.5) {
      FillDisc(art, cx, cy, r, AnyMuted(random));
    } else {
      FillEllipse(art, cx, cy, r, 0.4 * r, random.Uniform(0, 180), AnyMuted(random));
    }
  }
  if (random.Uniform() < 0.5)
    Text(art, Word(random, 2), 6, art.rows - 10, art.cols / 10.0, Ink(240, 236, 226));
}

void Shelf(cv::Mat& canvas, int left, int top, int width, int rows, int row_height, Random& random) {
  const Ink board(112, 80, 54);
  FillRect(canvas, left - 10, top - 10, width + 20, rows * row_height + 20, board);
  for (int r = 0; r < rows; ++r) {
    const int y = top + r * row_height, floor = y + row_height - 10;
    FillRect(canvas, left, y, width, row_height - 10, Ink(58, 44, 36));
    for (int x = left + 2; x < left + width - 8;) {
      if (random.Uniform() < 0.08) {
        FillEllipse(canvas, x + 22, floor - 22, 20, 22, 0, AnyMuted(random));
        x += 48;
        continue;
      }
      const int w = std::min(9 + random.Index(17), left + width - x - 2);
      const int h = static_cast<int>((row_height - 10) * random.Uniform(0.62, 0.95));
      const Ink spine = AnyMuted(random), gold = Blend(spine, Ink(235, 220, 180), 0.7);
      FillRect(canvas, x, floor - h, w, h, spine);
      cv::line(canvas, {x, floor - h}, {x, floor}, Blend(spine, Ink(20, 18, 18), 0.6), 1);
      FillRect(canvas, x + 2, floor - h + h / 8, w - 3, 3, gold);
      FillRect(canvas, x + 2, floor - h / 5, w - 3, 2, gold);
      for (int k = 0; k < 5; ++k) {
        if (random.Uniform() < 0.7)
          FillRect(canvas, x + w / 3, floor - h + h / 4 + k * h / 12, w / 3, h / 16, gold);
      }
      x += w + 1;
    }
  }
}

void Plant(cv::Mat& canvas, int x, int floor, double size, Random& random) {
  for (int i = 0; i < 70; ++i) {
    const double angle = random.Uniform(-160, -20), a = angle * 0.01745,
                 reach = size * random.Uniform(0.3, 1.0);
    const Ink green = Blend(Ink(52, 92, 54), Ink(140, 168, 96), random.Uniform());
    const double droop = random.Uniform(-40, 40);
    FillEllipse(canvas, x + reach * std::cos(a), floor - 0.55 * size + reach * std::sin(a), 0.2 * size,
                0.06 * size, angle + droop, green);
  }
  const double w = 0.26 * size;
  FillRect(canvas, static_cast<int>(x - w), static_cast<int>(floor - 0.5 * size), static_cast<int>(2 * w),
           static_cast<int>(0.5 * size), Ink(176, 104, 74));
}

void WindowWall(cv::Mat& canvas, cv::Mat& glow, Random& random) {
  // Window: 12 x 8.4 units centered at z = 0, y = 6.5 (room.cc's emitter) on a wall 30 x 25.5 units.
  const double px = kWidth / 30.0, py = kHeight / kUnits;
  const cv::Rect frame(cvRound(kWidth / 2.0 - 6 * px), cvRound((18 - 6.5 - 4.2) * py), cvRound(12 * px),
                       cvRound(8.4 * py));
  FillRect(canvas, frame.x - 14, frame.y - 14, frame.width + 28, frame.height + 28, Ink(238, 236, 230));
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const double v = static_cast<double>(y) / frame.height;
      const float leaves = FractalNoise(x / 400.0F, y / 400.0F, 8, 4, 99) + 0.5F * static_cast<float>(v);
      const Ink sky = Blend(Ink(214, 228, 250), Ink(250, 250, 246), v);
      const Ink ink = leaves > 0.82F ? Blend(Ink(120, 150, 96), sky, 0.45) : sky;
      canvas.at<cv::Vec3b>(frame.y + y, frame.x + x) = {cv::saturate_cast<uchar>(ink[0]),
                                                        cv::saturate_cast<uchar>(ink[1]),
                                                        cv::saturate_cast<uchar>(ink[2])};
    }
  }
  glow(frame).setTo(255);
  for (int i = 0; i <= 3; ++i) {
    const cv::Rect bar(frame.x + i * frame.width / 3 - 7, frame.y, 14, frame.height);
    FillRect(canvas, bar.x, bar.y, bar.width, bar.height, Ink(236, 234, 228));
    FillRect(glow, bar.x, bar.y, bar.width, bar.height, Ink(0));
  }
  FillRect(canvas, frame.x, frame.y + frame.height / 2 - 6, frame.width, 12, Ink(236, 234, 228));
  FillRect(glow, frame.x, frame.y + frame.height / 2 - 6, frame.width, 12, Ink(0));
  const Ink cloth = AnyMuted(random);
  for (const int side : {frame.x - 84, frame.x + frame.width - 6}) {
    for (int x = 0; x < 90; ++x) {
      const double fold = 0.5 + 0.5 * std::sin(x * 0.42);
      FillRect(canvas, side + x, frame.y - 40, 1, frame.height + 260,
               Blend(cloth, Ink(236, 230, 220), 0.3 + 0.4 * fold));
      FillRect(glow, side + x, frame.y - 40, 1, frame.height + 260, Ink(0));
    }
  }
  Plant(canvas, 120, 930, 230, random);
  Picture(canvas, 860, 330, 110, 140, random);
}

void Sideboard(cv::Mat& canvas, Random& random) {
  const int floor = 1000, top = 700;
  FillRect(canvas, 180, top, 620, floor - top - 30, Ink(134, 92, 58));
  for (int i = 0; i < 3; ++i) {
    cv::rectangle(canvas, cv::Rect(190 + i * 205, top + 14, 192, floor - top - 60), Ink(84, 56, 36), 3);
    FillDisc(canvas, 286 + i * 205, top + 100, 7, Ink(210, 190, 140));
  }
  FillRect(canvas, 172, top - 10, 636, 14, Ink(104, 70, 44));
  for (int x = 210; x < 780;) {
    const int w = 26 + random.Index(46), h = 30 + random.Index(100);
    if (random.Uniform() < 0.5) {
      FillRect(canvas, x, top - 10 - h, w, h, AnyMuted(random));
      FillRect(canvas, x + 4, top - 4 - h, w - 8, h / 4, AnyMuted(random));
    } else {
      FillEllipse(canvas, x + w / 2.0, top - 10 - h / 2.0, w / 2.0, h / 2.0, 0, AnyMuted(random));
    }
    x += w + 8 + random.Index(40);
  }
  Picture(canvas, 130, 300, 190, 240, random);
  Picture(canvas, 370, 250, 250, 180, random);
  Picture(canvas, 400, 460, 170, 110, random);
  Picture(canvas, 690, 310, 180, 220, random);
}

void DoorWall(cv::Mat& canvas, Random& random) {
  FillRect(canvas, 90, 260, 232, 740, Ink(226, 220, 208));
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      cv::rectangle(canvas, cv::Rect(114 + i * 100, 290 + j * 230, 84, 200), Ink(176, 168, 154), 4);
    }
  }
  FillDisc(canvas, 302, 650, 10, Ink(168, 140, 70));
  Picture(canvas, 400, 300, 150, 200, random);
  Picture(canvas, 600, 270, 120, 120, random);
  Picture(canvas, 600, 420, 120, 150, random);
  FillRect(canvas, 400, 760, 440, 200, AnyMuted(random));
  for (int i = 0; i < 3; ++i) {
    FillEllipse(canvas, 470 + i * 145, 770, 76, 66, 0, AnyMuted(random));
    for (int k = 0; k < 5; ++k) {
      FillRect(canvas, 420 + i * 145, 730 + 16 * k, 98, 4, AnyMuted(random));
    }
  }
  Plant(canvas, 920, 990, 320, random);
}

void FloorPicture(cv::Mat& canvas, Random& random) {
  for (int row = 0; row < 26; ++row) {
    int x = -random.Index(200);
    while (x < kWidth) {
      const int w = 160 + random.Index(140);
      FillRect(canvas, x, row * 40, w, 40, Vary(Ink(128, 92, 62), 14, random));
      cv::rectangle(canvas, cv::Rect(x, row * 40, w, 40), Ink(72, 50, 34), 1);
      x += w;
    }
  }
  Grain(canvas, 96, 4, 0.22, random.Bits());
  const Ink rug = AnyMuted(random), edge = AnyMuted(random);
  FillRect(canvas, 190, 180, 640, 660, edge);
  FillRect(canvas, 220, 210, 580, 600, rug);
  for (int i = 0; i < 90; ++i) {
    const double x = random.Uniform(240, 780), y = random.Uniform(230, 790);
    const Ink ink = AnyMuted(random);
    const double turn = random.Uniform(0, 180), height = random.Uniform(6, 16), width = random.Uniform(6, 30);
    FillEllipse(canvas, x, y, width, height, turn, ink);
  }
}

}  // namespace

Texture PaintRoomWall(int wall, std::uint64_t seed) {
  Random random(seed);
  cv::Mat canvas(kHeight, kWidth, CV_8UC3, Vary(Ink(206, 198, 184), 12, random));
  cv::Mat glow(kHeight, kWidth, CV_8UC1, cv::Scalar(0));
  if (wall != 3) FillRect(canvas, 0, 985, kWidth, 39, Ink(226, 222, 214));
  switch (wall) {
    case 0:
      Shelf(canvas, 120, 210, 790, 6, 125, random);
      break;
    case 1:
      WindowWall(canvas, glow, random);
      break;
    case 2:
      canvas.setTo(Ink(234, 232, 226));
      FillRect(canvas, cvRound(kWidth / 2.0 - 3.6 * kWidth / 36), cvRound(kHeight / 2.0 - 3 * kHeight / 30.0),
               cvRound(7.2 * kWidth / 36), cvRound(6 * kHeight / 30.0), Ink(255, 246, 228));
      FillRect(glow, cvRound(kWidth / 2.0 - 3.6 * kWidth / 36), cvRound(kHeight / 2.0 - 3 * kHeight / 30.0),
               cvRound(7.2 * kWidth / 36), cvRound(6 * kHeight / 30.0), Ink(255));
      break;
    case 3:
      FloorPicture(canvas, random);
      break;
    case 4:
      DoorWall(canvas, random);
      break;
    default:
      Sideboard(canvas, random);
      break;
  }
  Shade(canvas);
  Grain(canvas, 256, 2, 0.05, random.Bits());
  // What is behind the object is slightly out of focus.
  cv::GaussianBlur(canvas, canvas, {}, 1.1);
  return ToTexture(canvas, glow, wall == 3 ? 0.9F : kWallGain, 18.0F);
}

Texture PaintStudioWall(int wall, std::uint64_t seed) {
  cv::Mat canvas(256, 256, CV_8UC3, wall == 3 ? Ink(214, 214, 212) : Ink(222, 222, 221));
  Shade(canvas);
  Grain(canvas, 4, 2, 0.02, seed);
  cv::GaussianBlur(canvas, canvas, {}, 8);
  return ToTexture(canvas, 1.25F, 1.25F);
}

}  // namespace rv::synthetic
