// How a stage reports that the world failed: a value or a named Error with a remedy. Bugs in our own code are
// RV_CHECK failures (base/check.h), never an Error.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace rv {

enum class ErrorCode {
  kInternal,
  kInvalidArgument,
  kNotFound,
  kCorrupt,
  kUnsupported,
  kInsufficientData,
  kDevice,
  kCancelled,
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;               // what happened, naming the file or frame
  std::string remedy;                // what the user can do about it; may be empty
  std::vector<std::string> details;  // contributing reasons, e.g. why each frame was rejected
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};
using Status = Result<void>;

// The name used in JSON errors: "internal", "invalid argument", "not found", "corrupt", "unsupported",
// "insufficient data", "device", "cancelled".
std::string_view ErrorCodeName(ErrorCode code);

// Process exit status: internal 1, invalid argument 2, not found 3, corrupt 4, unsupported 5,
// insufficient data 6, device 7, cancelled 130.
int ExitCode(ErrorCode code);

// The right-hand side of a failing return: `return Fail(ErrorCode::kCorrupt, "...", "...");`
inline tl::unexpected<Error> Fail(ErrorCode code,
                                  std::string message,
                                  std::string remedy = {},
                                  std::vector<std::string> details = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(remedy), std::move(details)});
}

// Passes the Error of a failed Result on: `if (!r) return Forward(r);`
template <typename T>
tl::unexpected<Error> Forward(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

}  // namespace rv
