#include "reconstruct/views/view_maker.h"

#include <algorithm>

#include "base/parallel.h"
#include "reconstruct/spin/item_frame.h"
#include "reconstruct/views/source_pictures.h"
#include "reconstruct/views/view_in_work.h"

namespace rv::views {
namespace {

constexpr std::size_t kLeastBatch = 8;  // groups of views between two reports of progress
constexpr std::size_t kBatchPerThread = 4;

// Makes the views of one group: all those whose main source is the same, which is decoded once.
Status MakeGroup(const ViewInput& in,
                 const std::vector<Image>& mattes,
                 const std::vector<int>& views,
                 RotatingView& out,
                 std::vector<double>& captured) {
  const int main = in.plan.views[views.front()].sources.front();
  const Result<Image> picture = LoadSource(in, main);
  if (!picture) return Forward(picture);
  for (const int index : views) {
    SourcePictures pictures(in, main, *picture);
    const Status made = MakeView(in, mattes, index, pictures, out.views[index], captured[index]);
    if (!made) return Forward(made);
  }
  return {};
}

// Views grouped by main source, so that each main source is decoded once. Groups are in the order of their
// first view.
std::vector<std::vector<int>> GroupByMain(const spin::SpinPlan& plan) {
  std::vector<int> group_of(plan.sources.size(), -1);
  std::vector<std::vector<int>> groups;
  for (std::size_t i = 0; i < plan.views.size(); ++i) {
    int& group = group_of[plan.views[i].sources.front()];
    if (group < 0) {
      group = static_cast<int>(groups.size());
      groups.emplace_back();
    }
    groups[group].push_back(static_cast<int>(i));
  }
  return groups;
}

}  // namespace

// Renders in batches: the callback must be called from this thread only.
Status MakeViews(const ViewInput& in,
                 const Progress& progress,
                 RotatingView& out,
                 std::vector<double>& captured) {
  const int threads = in.options.threads;
  const std::vector<std::vector<int>> groups = GroupByMain(in.plan);
  std::vector<Image> mattes(in.plan.sources.size());
  ParallelFor(mattes.size(), threads, [&](std::size_t i) {
    if (std::optional<Image> matte = spin::MatteOf(in.subject, in.plan.sources[i].frame))
      mattes[i] = *std::move(matte);
  });
  const std::size_t batch = std::max<std::size_t>(
      kLeastBatch, kBatchPerThread * static_cast<std::size_t>(threads > 0 ? threads : HardwareThreads()));
  for (std::size_t begin = 0; begin < groups.size(); begin += batch) {
    if (!Report(progress, "views", static_cast<double>(begin) / static_cast<double>(groups.size())))
      return Cancelled();
    const std::size_t count = std::min(batch, groups.size() - begin);
    std::vector<Status> made(count);
    ParallelFor(count, threads,
                [&](std::size_t i) { made[i] = MakeGroup(in, mattes, groups[begin + i], out, captured); });
    for (const Status& status : made)
      if (!status) return Forward(status);
  }
  return {};
}

}  // namespace rv::views
