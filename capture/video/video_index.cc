#include "capture/video/video_index.h"

#include <algorithm>
#include <numeric>

#include "base/byte_io.h"

namespace rv::video {
namespace {

// Frames decoded in full at the start, to see whether the decoder shows all of them (an open group of
// pictures may begin with some that it cannot).
constexpr int kWarmUpFrames = 48;

template <typename Visit>
void ForEachNal(int length_size, std::span<const std::uint8_t> packet, const Visit& visit) {
  std::size_t at = 0;
  if (length_size > 0) {
    while (at + length_size <= packet.size()) {
      const std::uint64_t size = BigEndianAt(packet, at, length_size);
      at += length_size;
      if (size > packet.size() - at) return;
      if (size > 0) visit(packet.subspan(at, size));
      at += size;
    }
    return;
  }
  for (; at + 4 <= packet.size(); ++at)
    if (packet[at] == 0 && packet[at + 1] == 0 && packet[at + 2] == 1) visit(packet.subspan(at + 3));
}

// HEVC: a sub-layer non-reference picture (even type below 16) may still serve a higher temporal layer.
void ReadHevc(std::span<const std::uint8_t> nal, bool& reference, NalPicture& out) {
  const int type = nal[0] >> 1 & 0x3F;
  if (nal.size() < 2 || type >= 32) return;
  reference = reference || type >= 16 || type % 2 == 1;
  out.temporal_id = std::max(out.temporal_id, (nal[1] & 7) - 1);
}

void ReadH264(std::span<const std::uint8_t> nal, bool& reference) {
  const int type = nal[0] & 0x1F;
  if (type >= 1 && type <= 5) reference = reference || (nal[0] >> 5 & 3) != 0;
}

bool Wanted(const PacketIndex& index, std::size_t packet, std::span<const int> numbers) {
  const int number = index.number[packet];
  return number >= 0 && std::binary_search(numbers.begin(), numbers.end(), number);
}

// Packet indices in order of presentation.
std::vector<std::size_t> Presentation(const PacketIndex& index) {
  std::vector<std::size_t> order(index.shown);
  for (std::size_t i = 0; i < index.packets.size(); ++i)
    if (index.number[i] >= 0) order[index.number[i]] = i;
  return order;
}

// Starts of groups of pictures; 0 first, whether it is a key or not.
std::vector<std::size_t> GroupStarts(const PacketIndex& index) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 1; i < index.packets.size(); ++i)
    if (index.packets[i].key) starts.push_back(i);
  return starts;
}

}  // namespace

void NumberPackets(PacketIndex& index) {
  std::vector<std::size_t> order;
  bool known = true;
  for (std::size_t i = 0; i < index.packets.size(); ++i) {
    if (index.packets[i].discard) continue;
    known = known && index.packets[i].pts != kNoTime;
    order.push_back(i);
  }
  index.shown = static_cast<int>(order.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return index.packets[a].pts < index.packets[b].pts; });
  for (std::size_t i = 1; i < order.size() && known; ++i)
    known = index.packets[order[i]].pts != index.packets[order[i - 1]].pts;
  index.unique_times = known;
  index.number.clear();
  if (!known) return;
  index.number.assign(index.packets.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i) index.number[order[i]] = static_cast<int>(i);
}

NalPicture ReadNalPicture(NalCodec codec, int length_size, std::span<const std::uint8_t> packet) {
  NalPicture out;
  if (codec == NalCodec::kNone) return out;
  bool reference = false;
  bool any = false;
  ForEachNal(length_size, packet, [&](std::span<const std::uint8_t> nal) {
    if (nal.empty()) return;
    any = true;
    codec == NalCodec::kHevc ? ReadHevc(nal, reference, out) : ReadH264(nal, reference);
  });
  out.reference = reference || !any;
  return out;
}

int NalLengthSize(NalCodec codec, std::span<const std::uint8_t> configuration) {
  const std::size_t at = codec == NalCodec::kH264 ? 4 : 21;
  if (codec == NalCodec::kNone || configuration.size() <= at || configuration[0] != 1) return 0;
  return (configuration[at] & 3) + 1;
}

DecodePlan PlanAll(const PacketIndex& index) {
  const std::size_t count = index.packets.size();
  return {.send = std::vector<bool>(count, true),
          .flush_before = std::vector<bool>(count, false),
          .sent = static_cast<int>(count)};
}

DecodePlan PlanAnalysis(const PacketIndex& index,
                        std::span<const int> keep,
                        std::uint64_t pixels,
                        std::uint64_t whole_clip_pixels,
                        double max_gap_s) {
  DecodePlan plan = PlanAll(index);
  plan.rough = pixels * index.packets.size() > whole_clip_pixels;
  if (!index.unique_times || !plan.rough) return plan;
  int warm = 0;  // frames that an edit list hides do not count
  for (std::size_t i = 0; i < index.packets.size(); ++i) {
    if (!index.packets[i].discard && warm++ < kWarmUpFrames) continue;
    plan.send[i] = !index.packets[i].droppable || Wanted(index, i, keep);
  }
  const std::vector<std::size_t> order = Presentation(index);
  std::int64_t last = order.empty() ? 0 : index.packets[order[0]].pts;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    const std::int64_t next = index.packets[order[std::min(k + 1, order.size() - 1)]].pts;
    if (!plan.send[i] && static_cast<double>(next - last) * index.seconds_per_tick > max_gap_s)
      plan.send[i] = true;
    if (plan.send[i]) last = index.packets[i].pts;
  }
  plan.sent = static_cast<int>(std::count(plan.send.begin(), plan.send.end(), true));
  return plan;
}

DecodePlan PlanExtraction(const PacketIndex& index, std::span<const int> numbers) {
  if (!index.unique_times) return PlanAll(index);
  const std::size_t count = index.packets.size();
  DecodePlan plan{.send = std::vector<bool>(count, false), .flush_before = std::vector<bool>(count, false)};
  const std::vector<std::size_t> starts = GroupStarts(index);
  bool whole = false;  // the group after this one has a wanted picture that refers into this one
  for (std::size_t g = starts.size(); g-- > 0;) {
    const std::size_t begin = starts[g];
    const std::size_t end = g + 1 < starts.size() ? starts[g + 1] : count;
    std::size_t last = begin;
    bool any = false;
    bool leading = false;
    for (std::size_t i = begin; i < end; ++i) {
      if (!Wanted(index, i, numbers)) continue;
      any = true;
      last = i;
      plan.send[i] = true;
      leading = leading || index.packets[i].pts < index.packets[begin].pts;
    }
    if (any || whole) {
      const std::size_t stop = whole ? end : last;
      for (std::size_t i = begin; i < stop; ++i) plan.send[i] = plan.send[i] || !index.packets[i].droppable;
    }
    whole = leading;
  }
  bool gap = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (plan.send[i]) {
      plan.flush_before[i] = gap;
      gap = false;
    } else {
      gap = gap || !index.packets[i].droppable;
    }
  }
  plan.sent = static_cast<int>(std::count(plan.send.begin(), plan.send.end(), true));
  return plan;
}

}  // namespace rv::video
