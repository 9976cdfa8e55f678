#include "bench/campaign/check.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "bench/campaign/check_inputs.h"

namespace rv::campaign {
namespace {

using nlohmann::json;

// What one conversion said, with the faults of how it said it.
struct Said {
  json last;  // the last line; null where it is no JSON object
  std::vector<std::string> faults;
};

std::string Shortened(const std::string& text) { return text.substr(0, 160); }

Said ReadLines(const std::string& out) {
  Said said;
  std::istringstream in(out);
  for (std::string line; std::getline(in, line);) {
    said.last = json::parse(line, nullptr, false);
    if (said.last.is_object()) continue;
    said.faults.push_back("a line of stdout is no JSON object: " + Shortened(line));
    said.last = nullptr;
  }
  return said;
}

std::string TextOf(const json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string()
             ? object[key].get<std::string>()
             : "";
}

void CheckEnd(const Expected& expected,
              const Conversion& c,
              double max_mb,
              std::vector<std::string>& faults) {
  if (c.timed_out) {
    faults.push_back(Text("timed out after ", Fixed(c.wall_s, 1), " s"));
  } else if (c.exit_code > 128 && c.exit_code != 130) {
    faults.push_back(Text("ended by signal ", c.exit_code - 128));
  } else if (c.exit_code == 1) {
    faults.push_back("internal error (exit 1)");
  } else if (!expected.exit_codes.contains(c.exit_code)) {
    std::string right;
    for (const int code : expected.exit_codes) right += (right.empty() ? "" : " or ") + Text(code);
    faults.push_back(Text("exit ", c.exit_code, ", expected ", right));
  }
  if (c.peak_mb > max_mb) faults.push_back(Text("took ", Fixed(c.peak_mb, 0), " MB"));
}

// Only lines of progress, "decode: 0.1 s".
void CheckStderr(const std::string& err, std::vector<std::string>& faults) {
  static const std::regex progress("[a-z ]+: [0-9.]+ s");
  std::istringstream in(err);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || std::regex_match(line, progress)) continue;
    faults.push_back("on stderr: " + Shortened(line));
    return;
  }
}

bool Says(const json& list, const std::string& words) {
  return list.is_array() && std::any_of(list.begin(), list.end(), [&](const json& text) {
           return text.is_string() && text.get<std::string>().find(words) != std::string::npos;
         });
}

// "film" as a word of its own or the start of one, in any case.
void CheckNoFilm(const json& result, std::vector<std::string>& faults) {
  static const std::regex film("\\bfilm", std::regex::icase);
  for (const char* key : {"findings", "warnings"}) {
    if (!result.contains(key)) continue;
    for (const json& text : result[key])
      if (text.is_string() && std::regex_search(text.get<std::string>(), film))
        faults.push_back("says \"film\" of photos: " + Shortened(text.get<std::string>()));
  }
}

void CheckResult(const Expected& expected, const json& result, std::vector<std::string>& faults) {
  if (TextOf(result, "event") != "result") {
    faults.push_back("the last line is no \"result\": " + Shortened(result.dump()));
    return;
  }
  const int tier = result.value("tier", 0);
  if (tier < expected.best_tier || tier > expected.worst_tier) {
    faults.push_back(Text("tier ", tier, ", expected ", expected.best_tier, " to ", expected.worst_tier, ": ",
                          Shortened(TextOf(result, "tier_reason"))));
  }
  if (expected.photos) CheckNoFilm(result, faults);
  const std::string& words = expected.finding_says;
  if (words.empty()) return;
  const bool said = Says(result.value("findings", json()), words) ||
                    Says(result.value("warnings", json()), words) ||
                    TextOf(result, "tier_reason").find(words) != std::string::npos;
  if (!said) faults.push_back("no finding says \"" + words + "\"");
}

void CheckError(const Expected& expected, const json& error, std::vector<std::string>& faults) {
  if (TextOf(error, "event") != "error") {
    faults.push_back("the last line is no \"error\": " + Shortened(error.dump()));
    return;
  }
  const std::string message = TextOf(error, "message"), remedy = TextOf(error, "remedy");
  if (message.empty()) faults.push_back("an error without a message");
  if (remedy.empty()) faults.push_back("an error without a remedy: " + Shortened(message));
  const std::string& words = expected.error_says;
  if (!words.empty() && (message + remedy).find(words) == std::string::npos)
    faults.push_back("the error does not say \"" + words + "\": " + Shortened(message + "; " + remedy));
}

void CheckFiles(const Conversion& c, std::vector<std::string>& faults) {
  const bool converted = c.exit_code == 0;
  if (converted && std::find(c.files.begin(), c.files.end(), "item.rview") == c.files.end())
    faults.push_back("no .rview was written");
  for (const std::string& file : c.files)
    if (!converted || file != "item.rview") faults.push_back("left behind: " + file);
}

void CheckConversion(const Expected& expected,
                     const Conversion& c,
                     double max_mb,
                     std::vector<std::string>& faults) {
  CheckEnd(expected, c, max_mb, faults);
  CheckStderr(c.err, faults);
  CheckFiles(c, faults);
  Said said = ReadLines(c.out);
  faults.insert(faults.end(), said.faults.begin(), said.faults.end());
  if (c.timed_out || c.exit_code > 128) return;  // it was not able to say a last word
  if (c.exit_code == 0)
    CheckResult(expected, said.last, faults);
  else
    CheckError(expected, said.last, faults);
}

void CheckInfo(const Expected& expected, const Outcome& outcome, std::vector<std::string>& faults) {
  const json info = json::parse(outcome.info, nullptr, false);
  if (outcome.info_exit != 0 || !info.is_object() || !info.contains("manifest")) {
    faults.push_back(Text("info --strict ends with ", outcome.info_exit, ": ", Shortened(outcome.info)));
    return;
  }
  for (const json& finding : info.value("findings", json::array()))
    faults.push_back("info --strict finds: " + Shortened(finding.dump()));
  CheckInputs(expected, ReadInputs(info.at("manifest")), faults);
}

}  // namespace

std::vector<std::string> FindFaults(const Expected& expected, const Outcome& outcome, double max_mb) {
  std::vector<std::string> faults;
  for (const Conversion& c : outcome.conversions) {
    std::vector<std::string> own;
    CheckConversion(expected, c, max_mb, own);
    for (const std::string& fault : own) {
      // The second conversion repeats the faults of the first.
      if (std::find(faults.begin(), faults.end(), fault) == faults.end()) faults.push_back(fault);
    }
  }
  for (const Conversion& c : outcome.conversions)
    if (c.exit_code != outcome.conversions.front().exit_code)
      faults.push_back(Text("exit ", outcome.conversions.front().exit_code, " with ",
                            outcome.conversions.front().threads, " threads, ", c.exit_code, " with ",
                            c.threads));
  if (!outcome.same_bytes) faults.push_back("the .rview differs with the number of threads");
  const bool converted = !outcome.conversions.empty() && outcome.conversions.front().exit_code == 0;
  if (converted) CheckInfo(expected, outcome, faults);
  return faults;
}

int TierOf(const Outcome& outcome) {
  if (outcome.conversions.empty() || outcome.conversions.front().exit_code != 0) return 0;
  const json last = ReadLines(outcome.conversions.front().out).last;
  return last.is_object() ? last.value("tier", 0) : 0;
}

}  // namespace rv::campaign
