#include "publish/shops/spin_choice.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace rv::shops {
namespace {

double Apart(double a_deg, double b_deg) { return std::abs(std::remainder(a_deg - b_deg, 360.0)); }

SpinChoice EqualSteps(const RotatingView& view, int count, std::size_t first) {
  SpinChoice out;
  for (int i = 0; i < count; ++i) {
    const double wanted = view.views[first].azimuth_deg - i * 360.0 / count;
    out.views.push_back(ViewAt(view, wanted));
    out.most_off_deg = std::max(out.most_off_deg, Apart(view.views[out.views.back()].azimuth_deg, wanted));
  }
  out.distinct = std::set(out.views.begin(), out.views.end()).size() == out.views.size();
  return out;
}

}  // namespace

std::size_t ViewAt(const RotatingView& view, double azimuth_deg) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < view.views.size(); ++i)
    if (Apart(view.views[i].azimuth_deg, azimuth_deg) < Apart(view.views[best].azimuth_deg, azimuth_deg))
      best = i;
  return best;
}

SpinChoice ChooseSpin(const RotatingView& view, std::span<const int> counts, std::size_t first) {
  SpinChoice best;
  for (const int count : counts) {
    SpinChoice choice = EqualSteps(view, count, first);
    if (choice.distinct && choice.most_off_deg <= kEvenDeg) return choice;
    if (best.views.empty() || choice.most_off_deg < best.most_off_deg - 1e-9 ||
        (choice.distinct && !best.distinct))
      best = std::move(choice);
  }
  return best;
}

}  // namespace rv::shops
