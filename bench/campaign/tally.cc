#include "bench/campaign/tally.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rv::campaign {
namespace {

using nlohmann::ordered_json;

struct Counts {
  int variants = 0, converted = 0, refused = 0, wrong = 0, not_made = 0;
  std::map<int, int> tiers;
  double wall_s = 0, cpu_s = 0;
};

void Count(const Entry& entry, Counts& counts) {
  ++counts.variants;
  counts.converted += entry.ending == Ending::kConverted ? 1 : 0;
  counts.refused += entry.ending == Ending::kRefused ? 1 : 0;
  counts.wrong += entry.ending == Ending::kWrong ? 1 : 0;
  counts.not_made += entry.ending == Ending::kNotMade ? 1 : 0;
  if (entry.tier > 0) ++counts.tiers[entry.tier];
  counts.wall_s += entry.wall_s;
  counts.cpu_s += entry.cpu_s;
}

std::string Row(const std::string& name, const Counts& c) {
  std::string tiers;
  for (int tier = 1; tier <= 4; ++tier) {
    const auto found = c.tiers.find(tier);
    tiers += Text(tier > 1 ? "/" : "", found == c.tiers.end() ? 0 : found->second);
  }
  char text[200];
  std::snprintf(text, sizeof(text), "%-20s %8d %9d %8d %6d %8d %12s %8.2f %8.2f\n", name.c_str(), c.variants,
                c.converted, c.refused, c.wrong, c.not_made, tiers.c_str(),
                c.wall_s / std::max(1, c.variants), c.cpu_s / std::max(1, c.variants));
  return text;
}

// Names of entries may hold control characters.
std::string Printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 32) c = '?';
  return text;
}

}  // namespace

std::string TallyTable(const std::vector<Entry>& entries) {
  std::map<std::string, Counts> by_kind;
  Counts all;
  for (const Entry& entry : entries) {
    Count(entry, by_kind[entry.kind]);
    Count(entry, all);
  }
  char head[200];
  std::snprintf(head, sizeof(head), "%-20s %8s %9s %8s %6s %8s %12s %8s %8s\n", "kind", "variants",
                "converted", "refused", "wrong", "not made", "tier 1/2/3/4", "wall s", "cpu s");
  std::string out = head;
  for (const Kind& kind : AllKinds()) {
    const auto found = by_kind.find(std::string(kind.name));
    if (found != by_kind.end()) out += Row(found->first, found->second);
  }
  return out + Row("all", all);
}

std::string WrongList(const std::vector<Entry>& entries, const CampaignOptions& options) {
  std::string out;
  for (const Entry& entry : entries) {
    if (entry.ending != Ending::kWrong) continue;
    out += Text("\nwrong: ", entry.kind, " ", entry.number, " (", Printable(entry.what), ")\n");
    for (const std::string& fault : entry.faults) out += Text("  - ", Printable(fault), "\n");
    out +=
        Text("  repeat: field_campaign --seed ", options.seed, " --only ", entry.number, " --keep FOLDER\n");
    if (!entry.kept.empty()) out += Text("  kept: ", entry.kept, "\n");
  }
  return out;
}

std::string NotMadeList(const std::vector<Entry>& entries) {
  std::map<std::string, int> reasons;
  for (const Entry& entry : entries)
    if (entry.ending == Ending::kNotMade) ++reasons[entry.kind + ": " + entry.faults.front()];
  std::string out;
  for (const auto& [reason, count] : reasons) out += Text("not made, ", count, " times: ", reason, "\n");
  return out;
}

std::string EntryJson(const Entry& entry) {
  ordered_json json{{"event", "variant"},
                    {"kind", entry.kind},
                    {"number", entry.number},
                    {"what", entry.what},
                    {"ending", EndingName(entry.ending)},
                    {"tier", entry.tier},
                    {"wall_s", entry.wall_s},
                    {"cpu_s", entry.cpu_s},
                    {"peak_mb", entry.peak_mb},
                    {"faults", entry.faults}};
  if (!entry.kept.empty()) json["kept"] = entry.kept.string();
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string TallyJson(const std::vector<Entry>& entries, const CampaignOptions& options) {
  Counts all;
  for (const Entry& entry : entries) Count(entry, all);
  const ordered_json json{{"event", "result"},          {"seed", options.seed},   {"variants", all.variants},
                          {"converted", all.converted}, {"refused", all.refused}, {"wrong", all.wrong},
                          {"not_made", all.not_made},   {"wall_s", all.wall_s},   {"cpu_s", all.cpu_s}};
  return json.dump();
}

}  // namespace rv::campaign
