#include "tests/support/scene/print_repeat.h"

namespace rv::synthetic {

void RepeatRound(cv::Mat& canvas, PrintLayout layout, int repeat) {
  if (repeat <= 1) return;
  if (layout == PrintLayout::kWrap) {
    const int part = canvas.cols / repeat;
    for (int k = 1; k < repeat; ++k)
      canvas(cv::Rect(0, 0, part, canvas.rows)).copyTo(canvas(cv::Rect(k * part, 0, part, canvas.rows)));
    return;
  }
  const int w = canvas.cols / 3, h = canvas.rows / 2;
  const auto cell = [&](int column, int row) { return canvas(cv::Rect(column * w, row * h, w, h)); };
  cell(0, 0).copyTo(cell(1, 0));  // +X to -X
  if (repeat == 4) cell(0, 0).copyTo(cell(1, 1));
  cell(1, 1).copyTo(cell(2, 1));  // +Z to -Z
}

}  // namespace rv::synthetic
