// What became of one rule of a shop.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rv {

struct RuleResult {
  enum class Verdict {
    kMet,
    kNotMet,
    kUnknown,  // nothing here can tell; `says` says who can
  };
  std::string id;      // "count"; stable
  std::string text;    // what the shop asks for
  std::string source;  // where it says so
  std::string date;    // when that was read, YYYY-MM-DD
  Verdict verdict = Verdict::kUnknown;
  std::string says;  // what was measured, and what to do where the rule is not met
};

// "met", "not met" or "not known".
std::string_view VerdictName(RuleResult::Verdict verdict);

// Told each rule of the shop, before anything is written or refused. From the thread that exports.
using RuleReport = std::function<void(const RuleResult&)>;

}  // namespace rv
