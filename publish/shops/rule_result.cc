#include "publish/shops/rule_result.h"

namespace rv {

std::string_view VerdictName(RuleResult::Verdict verdict) {
  switch (verdict) {
    case RuleResult::Verdict::kMet:
      return "met";
    case RuleResult::Verdict::kNotMet:
      return "not met";
    case RuleResult::Verdict::kUnknown:
      return "not known";
  }
  return "not known";
}

}  // namespace rv
