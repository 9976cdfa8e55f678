// How alike a view and the truth are, pixel by pixel.
#pragma once

#include <array>
#include <vector>

#include "scene/image.h"

namespace rv::picture {

// What the view's channels must be multiplied with to be those of the truth, over the pixels where the item is (the
// true matte): the median over views of the ratio of means.
using Gains = std::array<double, 3>;
Gains RatioOfMeans(const Image& view, const Image& truth, const Image& matte);
Gains MedianGains(std::vector<Gains> gains);
Image Scaled(const Image& view, const Gains& gains);

struct Likeness {
  double psnr_item_db = 0, psnr_all_db = 0;
  double ssim_item = 0, ssim_all = 0;  // Wang et al., 2004: luma, Gaussian of 1.5 px
};
Likeness Compare(const Image& view, const Image& truth, const Image& matte);

// What changes between two neighboring views beyond what the truth changes: the mean absolute difference of their
// residuals (view - truth, luma, blurred by 3 px), over pixels of the item in both; 8-bit levels.
double Flicker(const Image& view,
               const Image& truth,
               const Image& matte,
               const Image& next_view,
               const Image& next_truth,
               const Image& next_matte);

}  // namespace rv::picture
