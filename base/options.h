// Checks that the options of every stage share.
#pragma once

#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "base/text.h"

namespace rv {

// kInvalidArgument: "FIELD must be RANGE, got VALUE".
template <typename Number>
tl::unexpected<Error> FieldOutOfRange(std::string_view field, Number value, std::string_view range) {
  if constexpr (std::is_floating_point_v<Number>) {
    return Fail(ErrorCode::kInvalidArgument, Text(field, " must be ", range, ", got ", Fixed(value, 6)));
  } else {
    return Fail(ErrorCode::kInvalidArgument, Text(field, " must be ", range, ", got ", value));
  }
}

}  // namespace rv
