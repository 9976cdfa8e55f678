#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/statistics.h"
#include "base/text.h"
#include "bench/picture/captured.h"

namespace rv::picture {
namespace {

template <typename... Args>
std::string Line(const char* format, Args... args) {
  char text[256];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

}  // namespace

std::string CapturedHeader() {
  return Line("%-28s %4s %5s %5s | %6s %4s %6s | %5s %5s | %6s %6s %6s | %5s\n", "set", "tier", "views",
              "arc", "judged", "cut", "worst", "fill", "times", "ep p95", "worst", "view", "s");
}

std::string CapturedLine(const CapturedFigures& f) {
  if (!f.failed.empty()) return Line("%-28s tier %d: ", f.name.c_str(), f.tier) + f.failed + "\n";
  const bool bends = f.epipolar_views > 0;
  return Line("%-28s %4d %5d %5.0f | %6d %4zu %6.1f | %5.1f %5.2f | %6s %6s %6s | %5.1f\n", f.name.c_str(),
              f.tier, f.views, f.arc_deg, f.judged, f.cut.size(), f.worst_cut_pct, f.fill_pct, f.enlarged,
              bends ? Fixed(f.epipolar_p95_median_pct, 2).c_str() : "-",
              bends ? Fixed(f.epipolar_p95_worst_pct, 2).c_str() : "-",
              bends ? Text(f.epipolar_worst_view).c_str() : "-", f.seconds);
}

std::string CapturedJson(const CapturedFigures& f) {
  nlohmann::ordered_json out{{"event", "set"}, {"name", f.name}, {"tier", f.tier}, {"views", f.views}};
  if (!f.failed.empty()) {
    out["failed"] = f.failed;
    return out.dump();
  }
  out.update({{"arc_deg", f.arc_deg},
              {"seconds", f.seconds},
              {"judged_views", f.judged},
              {"cut_views", f.cut},
              {"worst_cut_pct", f.worst_cut_pct},
              {"fill_pct", f.fill_pct},
              {"enlarged", f.enlarged}});
  if (f.epipolar_views > 0)
    out["epipolar"] = {{"views", f.epipolar_views},
                       {"p95_median_pct", f.epipolar_p95_median_pct},
                       {"p95_worst_pct", f.epipolar_p95_worst_pct},
                       {"worst_view", f.epipolar_worst_view}};
  return out.dump();
}

std::string CapturedSummary(const std::vector<CapturedFigures>& all) {
  std::size_t known = 0, cut = 0, filled = 0;
  int judged = 0;
  std::vector<double> bends;
  for (const CapturedFigures& f : all) {
    if (!f.failed.empty()) continue;
    ++known;
    cut += f.cut.size();
    judged += f.judged;
    filled += f.fill_pct >= 80 && f.fill_pct <= 88;
    if (f.epipolar_views > 0) bends.push_back(f.epipolar_p95_median_pct);
  }
  std::string out = Text(known, " of ", all.size(), " sets have figures; ", cut, " of ", judged,
                         " judged views cut the item; it fills 80 to 88 % in ", filled, "\n");
  if (!bends.empty())
    out += Text("epipolar p95: median over ", bends.size(), " sets ", Fixed(Median(bends), 2),
                " % of the item\n");
  return out;
}

}  // namespace rv::picture
