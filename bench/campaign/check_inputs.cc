#include "bench/campaign/check_inputs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rv::campaign {
namespace {

unsigned FateOf(const std::string& state) {
  if (state == "posed" || state == "unposed") return kUsed;
  if (state == "left_out") return kLeftOut;
  return state == "unread" ? kUnread : 0U;
}

std::string FateNames(unsigned fates) {
  std::string text;
  for (const auto& [fate, name] : {std::pair{kUsed, "used"}, {kLeftOut, "left_out"}, {kUnread, "unread"}})
    if ((fates & fate) != 0) text += (text.empty() ? "" : " or ") + std::string(name);
  return text;
}

void CheckFileLines(const Expected& expected,
                    const std::vector<InputLine>& lines,
                    std::vector<std::string>& faults) {
  std::map<std::string, int> times;
  for (const InputLine& line : lines) {
    if (line.from) continue;
    if (++times[line.name] == 2) faults.push_back("inputs names a file twice: " + line.name);
    const auto given = expected.files.find(line.name);
    if (given == expected.files.end()) {
      faults.push_back(Text("inputs has a file that was not given: ", line.name, " (", line.state, ")"));
    } else if ((given->second & FateOf(line.state)) == 0) {
      faults.push_back(Text("inputs says ", line.state, " of ", line.name, ", expected ",
                            FateNames(given->second), ": ", line.reason));
    }
    if (line.state == "unread" && line.reason.empty())
      faults.push_back("inputs does not say why a file is unread: " + line.name);
  }
  for (const auto& [name, fate] : expected.files)
    if (!times.contains(name)) faults.push_back("inputs lacks a file: " + name);
}

void CheckFrameLines(const Expected& expected,
                     std::vector<InputLine> lines,
                     std::vector<std::string>& faults) {
  std::erase_if(lines, [](const InputLine& line) { return !line.from; });
  std::stable_sort(lines.begin(), lines.end(),
                   [](const InputLine& a, const InputLine& b) { return *a.from < *b.from; });
  int next = 0;
  for (const InputLine& line : lines) {
    if (*line.from > next) faults.push_back(Text("inputs has a gap: frames ", next, " to ", *line.from - 1));
    if (*line.from < next)
      faults.push_back(Text("inputs has frames ", *line.from, " to ", next - 1, " twice"));
    if (line.to.value_or(-1) < *line.from)
      faults.push_back(Text("a range of inputs ends before ", *line.from));
    if (FateOf(line.state) == 0) faults.push_back("inputs has an unknown state: " + line.state);
    next = std::max(next, line.to.value_or(-1) + 1);
  }
  if (next == 0) faults.push_back("inputs has no frames of the clip");
  if (expected.frames && next != *expected.frames)
    faults.push_back(Text("inputs has ", next, " frames, ffprobe shows ", *expected.frames));
}

}  // namespace

std::vector<InputLine> ReadInputs(const nlohmann::json& manifest) {
  std::vector<InputLine> out;
  if (!manifest.is_object() || !manifest.contains("inputs")) return out;
  for (const nlohmann::json& input : manifest.at("inputs")) {
    InputLine line{.name = input.value("name", ""), .state = input.value("state", "")};
    line.reason = input.value("reason", "");
    if (input.contains("from") && input["from"].is_number()) line.from = input["from"].get<int>();
    if (input.contains("to") && input["to"].is_number()) line.to = input["to"].get<int>();
    out.push_back(std::move(line));
  }
  return out;
}

void CheckInputs(const Expected& expected,
                 const std::vector<InputLine>& lines,
                 std::vector<std::string>& faults) {
  CheckFileLines(expected, lines, faults);
  if (expected.clip) CheckFrameLines(expected, lines, faults);
  const bool frames =
      std::any_of(lines.begin(), lines.end(), [](const InputLine& l) { return l.from.has_value(); });
  if (!expected.clip && frames) faults.push_back("inputs has frames, but no clip was given");
}

}  // namespace rv::campaign
