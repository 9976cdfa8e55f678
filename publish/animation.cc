#include "publish/animation.h"

#include <algorithm>

#include "base/parallel.h"

namespace rv::publish {

AnimationPlan PlanAnimation(const RotatingView& view,
                            const ExportOptions& options,
                            int default_max_side_px,
                            bool repeat) {
  std::vector<std::size_t> turn;
  const std::size_t count = view.views.size();
  for (std::size_t i = 0; i < count; ++i) turn.push_back(i);
  if (!view.coverage.closed)
    for (std::size_t i = count; i-- > 2;) turn.push_back(i - 1);
  AnimationPlan plan{.size = FitSize(view, options.max_side_px.value_or(default_max_side_px))};
  for (int i = 0; i < (repeat ? options.turns : 1); ++i)
    plan.order.insert(plan.order.end(), turn.begin(), turn.end());
  return plan;
}

Status ForEachPicture(const RotatingView& view,
                      const AnimationPlan& plan,
                      const ExportOptions& options,
                      const Progress& progress,
                      const std::function<Status(const Image&)>& take) {
  // Decoded a portion at a time: parallel, but never all in memory.
  const std::size_t portion =
      static_cast<std::size_t>(options.threads > 0 ? options.threads : HardwareThreads());
  const Background background = BackgroundOf(options);
  const std::size_t count = plan.order.size();
  for (std::size_t begin = 0; begin < count; begin += portion) {
    if (!Report(progress, "export", static_cast<double>(begin) / static_cast<double>(count)))
      return Cancelled();
    std::vector<Result<Image>> pictures(std::min(portion, count - begin), Image{});
    ParallelFor(pictures.size(), options.threads, [&](std::size_t i) {
      pictures[i] = ViewPixels(view, plan.order[begin + i], plan.size, background);
    });
    for (const Result<Image>& picture : pictures) {
      if (!picture) return Forward(picture);
      if (const Status taken = take(*picture); !taken) return Forward(taken);
    }
  }
  return {};
}

}  // namespace rv::publish
