#include "convert/inputs.h"

#include <algorithm>
#include <utility>

#include "base/natural_order.h"

namespace rv::convert {
namespace {

InputRecord OfFrame(const Sweep& sweep, const RotatingView& view, std::size_t i) {
  const SweepFrame& frame = sweep.frames[i];
  InputRecord out{.name = frame.name, .state = InputState::kUnposed};
  if (sweep.kind == SourceKind::kVideo) {
    out.name = sweep.source_name;
    out.frames = FrameSpan{frame.source_index, frame.source_index};
  }
  if (!view.reconstruction) {
    out.reason = "shown without camera positions";
    return out;
  }
  const PosedFrame& posed = view.reconstruction->frames[i];
  if (posed.posed) out.state = InputState::kPosed;
  if (!posed.posed) out.reason = posed.reason;
  if (frame.after_mapping) out.reason = frame.note;
  return out;
}

// `records` without this frame, which had been left out of its range.
void TakeOut(int number, std::vector<InputRecord>& records) {
  const auto range = std::find_if(records.begin(), records.end(), [&](const InputRecord& record) {
    return record.frames && record.frames->from <= number && number <= record.frames->to;
  });
  if (range == records.end()) return;
  InputRecord after = *range;
  range->frames->to = number - 1;
  after.frames->from = number + 1;
  const bool before_it = range->frames->from <= range->frames->to;
  if (!before_it) records.erase(range);
  if (after.frames->from <= after.frames->to) records.push_back(std::move(after));
}

bool Before(const InputRecord& a, const InputRecord& b) {
  if (a.frames.has_value() != b.frames.has_value()) return !a.frames.has_value();
  if (a.frames) return a.frames->from < b.frames->from;
  return NaturalLess(a.name, b.name);
}

bool Continues(const InputRecord& before, const InputRecord& next) {
  return before.frames && next.frames && before.frames->to + 1 == next.frames->from &&
         before.state == next.state && before.reason == next.reason;
}

}  // namespace

std::vector<InputRecord> AccountForInputs(const Sweep& sweep, const RotatingView& view) {
  std::vector<InputRecord> all = sweep.rejected;
  for (const SweepFrame& frame : sweep.frames)
    if (frame.after_mapping) TakeOut(frame.source_index, all);
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) all.push_back(OfFrame(sweep, view, i));
  std::stable_sort(all.begin(), all.end(), Before);
  std::vector<InputRecord> out;
  for (InputRecord& record : all) {
    if (!out.empty() && Continues(out.back(), record)) {
      out.back().frames->to = record.frames->to;
    } else {
      out.push_back(std::move(record));
    }
  }
  return out;
}

}  // namespace rv::convert
