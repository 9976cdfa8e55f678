#include "scene/spin_order.h"

namespace rv {

std::vector<std::size_t> CoarseToFineOrder(std::size_t count) {
  constexpr std::size_t kCoarsest = 8;
  std::vector<std::size_t> order;
  order.reserve(count);
  for (std::size_t step = kCoarsest; step >= 1; step /= 2)
    for (std::size_t i = 0; i < count; i += step)
      if (step == kCoarsest || i % (2 * step) != 0) order.push_back(i);
  return order;
}

}  // namespace rv
