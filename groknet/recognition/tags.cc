#include "groknet/recognition/tags.h"

#include <algorithm>

namespace rv {

const AttributeTags* FindAttribute(const std::vector<AttributeTags>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &AttributeTags::name);
  return found == attributes.end() ? nullptr : &*found;
}

}  // namespace rv
