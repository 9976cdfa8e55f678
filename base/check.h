// Live-in-release checks for bugs in our own code. A failure throws rv::CheckFailure, which only main and
// the job runner catch. For bad input use Result (base/result.h).
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace rv {

class CheckFailure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace internal {
[[noreturn]] inline void ThrowCheck(const char* file, int line, const std::string& what) {
  throw CheckFailure(std::string(file) + ":" + std::to_string(line) + ": check failed: " + what);
}
template <typename A, typename B>
std::string Compare(const char* text, const A& a, const B& b) {
  std::ostringstream s;
  s << text << " (" << a << " vs " << b << ")";
  return s.str();
}
}  // namespace internal
}  // namespace rv

#define RV_CHECK(cond)                                                  \
  do {                                                                  \
    if (!(cond)) ::rv::internal::ThrowCheck(__FILE__, __LINE__, #cond); \
  } while (false)
#define RV_CHECK_OP(a, b, op)                                                             \
  do {                                                                                    \
    const auto& rv_a = (a);                                                               \
    const auto& rv_b = (b);                                                               \
    if (!(rv_a op rv_b))                                                                  \
      ::rv::internal::ThrowCheck(__FILE__, __LINE__,                                      \
                                 ::rv::internal::Compare(#a " " #op " " #b, rv_a, rv_b)); \
  } while (false)
#define RV_CHECK_EQ(a, b) RV_CHECK_OP(a, b, ==)
#define RV_CHECK_LT(a, b) RV_CHECK_OP(a, b, <)
#define RV_CHECK_LE(a, b) RV_CHECK_OP(a, b, <=)
#define RV_CHECK_GT(a, b) RV_CHECK_OP(a, b, >)
#define RV_CHECK_GE(a, b) RV_CHECK_OP(a, b, >=)
